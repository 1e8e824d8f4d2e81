/** Whether somebody says that a finding is fixed, what has become of that, and the way to say so. */
import type { FixView } from "../../schema/finding.ts";
import { MAX_FIX_NOTE_CHARS } from "../../schema/limits.ts";
import { standingOf } from "../format/headline.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { FindingPageProps } from "../props.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActButton } from "./act.tsx";
import { FieldError } from "./form.tsx";
import { Moment, StandingText } from "./time.tsx";

/** "Ann said 2 h ago that it was fixed", with her note. */
function Said(props: { fix: FixView; view: View }) {
  const { fix, view } = props;
  return (
    <>
      <bdi>{visible(fix.by)}</bdi> said <Moment at={epoch(fix.at)} as="ago" view={view} /> that it
      was fixed
      {fix.note !== null && (
        <>
          {" "}
          (<q dir="auto">{visible(fix.note)}</q>)
        </>
      )}
    </>
  );
}

function Regressed({ finding, view }: FindingPageProps) {
  if (finding.regressed === null) return null;
  const { at, fixed } = finding.regressed;
  return (
    <p>
      It has regressed: <Said fix={fixed} view={view} />, and an event came{" "}
      <Moment at={epoch(at)} as="ago" view={view} />.
    </p>
  );
}

function Claim(props: FindingPageProps & { fix: FixView }) {
  const { finding, fix, view } = props;
  return (
    <>
      <p>
        <Said fix={fix} view={view} />
        {finding.status === "open" ? (
          <>
            ; being verified: <StandingText standing={standingOf(finding, view.now)} view={view} />.
          </>
        ) : (
          "."
        )}
      </p>
      <form class="fix-form" method="post" action={paths.unfixed(finding.id)}>
        <ActButton view={view} to={paths.unfixed(finding.id)}>
          Take it back
        </ActButton>
      </form>
    </>
  );
}

function ClaimForm({ finding, fixProblem, view }: FindingPageProps) {
  return (
    <form class="fix-form" method="post" action={paths.fixed(finding.id)}>
      <label for="fix-note">What was done</label>
      <input
        id="fix-note"
        name="note"
        class="full"
        maxlength={MAX_FIX_NOTE_CHARS}
        placeholder="optional"
        autocomplete="off"
        aria-invalid={fixProblem === undefined ? undefined : "true"}
        aria-describedby={fixProblem === undefined ? "fix-hint" : "fix-error fix-hint"}
      />
      <FieldError id="fix-error" text={fixProblem} />
      <ActButton view={view} to={paths.fixed(finding.id)}>
        Mark as fixed
      </ActButton>
      <span class="hint" id="fix-hint">
        The quiet period verifies it. An event that comes after that says that it has regressed.
      </span>
    </form>
  );
}

export function Fixed(props: FindingPageProps) {
  const { finding } = props;
  const canClaim = finding.status === "open" && finding.fixed === null;
  if (!canClaim && finding.fixed === null && finding.regressed === null) return null;
  return (
    <section class="panel" id="fixed">
      <h2>Fixed?</h2>
      <Regressed {...props} />
      {finding.fixed !== null && <Claim {...props} fix={finding.fixed} />}
      {canClaim && <ClaimForm {...props} />}
    </section>
  );
}
