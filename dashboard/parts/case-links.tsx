/** What a case is about: its findings and signals, and the way to put more in and take some out. */
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { type CasePageProps, whyNot } from "../case-props.ts";
import { paths } from "../paths.ts";
import { Icon } from "./icons.tsx";
import { SeverityMark } from "./marks.tsx";
import { FindingTable } from "./rows.tsx";
import { Moment } from "./time.tsx";

function TakeOut(props: {
  id: string;
  what: "finding" | "signal";
  of: string;
  why: string | null;
}) {
  const { id, what, of, why } = props;
  return (
    <form class="take-out" method="post" action={paths.unlinkFromCase(id)}>
      <input type="hidden" name={what} value={of} />
      <button
        class="quiet-button"
        type="submit"
        disabled={why !== null}
        title={why ?? "Take it out of this case"}
      >
        <Icon name="close" />
        <span class="visually-hidden">Take it out of this case</span>
      </button>
    </form>
  );
}

function Findings(props: CasePageProps) {
  const { of, view } = props;
  const why = whyNot(props.actions, "unlink");
  if (of.linkedFindings.length === 0)
    return (
      <p class="dim">
        No finding is linked, so quiet cannot verify it. Put one in by its address below, or tick
        some in the <a href={paths.findings()}>list of findings</a>.
      </p>
    );
  return (
    <FindingTable
      findings={of.linkedFindings}
      view={view}
      caption="Findings of this case"
      act={{
        word: "Take out",
        cell: (finding) => <TakeOut id={of.id} what="finding" of={finding.id} why={why} />,
      }}
    />
  );
}

function Signals(props: CasePageProps) {
  const { of, view } = props;
  const why = whyNot(props.actions, "unlink");
  if (of.linkedSignals.length === 0) return null;
  return (
    <>
      <h2>
        Signals <span class="dim num">{exactCount(of.linkedSignals.length)}</span>
      </h2>
      <ul class="case-signals">
        {of.linkedSignals.map((signal) => (
          <li>
            <SeverityMark severity={signal.severity} />
            <a class="clip" href={paths.signal(signal.id)} title={visible(signal.headline)}>
              <bdi>{visible(signal.headline)}</bdi>
            </a>
            <span class="dim num">
              <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />
            </span>
            <TakeOut id={of.id} what="signal" of={signal.id} why={why} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function CaseLinks(props: CasePageProps) {
  const { of } = props;
  const why = whyNot(props.actions, "link");
  return (
    <section id="links" class="case-section linked">
      <h2>
        Findings <span class="dim num">{exactCount(of.findings.total)}</span>
      </h2>
      <Findings {...props} />
      <Signals {...props} />
      <form class="one-line" method="post" action={paths.linkToCase(of.id)}>
        <label class="visually-hidden" for="link-what">
          A finding or signal by its address or id
        </label>
        <input
          id="link-what"
          name="what"
          class="full"
          maxlength={2_000}
          placeholder="Address or id of a finding or signal"
          required
          autocomplete="off"
          disabled={why !== null}
        />
        <button class="button" type="submit" disabled={why !== null} title={why ?? undefined}>
          Put in
        </button>
      </form>
    </section>
  );
}
