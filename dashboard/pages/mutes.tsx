/** `/mutes`: who does not want to be told of what, why and until when. */
import type { Page } from "../../schema/api.ts";
import type { MuteCounts, MuteView } from "../../schema/mutes-api.ts";
import { hidesWords, meanwhileWords } from "../format/mute.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { REASON_WORDS } from "../mute-form.ts";
import { ActLink } from "../parts/act.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface MutesPageProps {
  view: View;
  page: Page<MuteView>;
  counts: MuteCounts;
  state: MuteView["state"];
  /** Whether this is a later page. */
  later: boolean;
}

/** "ends in 5 d", "ended 2 h ago". */
export function MuteEnd(props: { mute: MuteView; view: View }) {
  const { mute, view } = props;
  if (mute.state === "in_force")
    return (
      <>
        ends <Moment at={epoch(mute.until)} as="until" view={view} />
      </>
    );
  return (
    <>
      {mute.end} <Moment at={epoch(mute.endedAt ?? mute.until)} as="ago" view={view} />
    </>
  );
}

function Row(props: { mute: MuteView; view: View }) {
  const { mute, view } = props;
  const what = visible(mute.scope ?? mute.finding?.headline ?? "");
  return (
    <li class="decision row" data-row>
      <span class="decision-what">
        <a class="row-link" href={paths.mute(mute.id)} dir="auto">
          <bdi class={mute.scope === null ? undefined : "mono"} title={what}>
            {what}
          </bdi>
        </a>
      </span>
      <span class="decision-when">
        <span class="tag">{mute.kind === "scope" ? "scope" : "one finding"}</span>{" "}
        <span class="tag">{REASON_WORDS[mute.reason]}</span>
        {mute.endsSoon && (
          <>
            {" "}
            <span class="tag is-warning">ends soon</span>
          </>
        )}
      </span>
      <span class="decision-why">
        <bdi class="clip" title={visible(mute.note)}>
          {visible(mute.note)}
        </bdi>
      </span>
      <span class="decision-who dim">
        <bdi class="clip">{visible(mute.author)}</bdi>
      </span>
      <span class="decision-end num">
        <MuteEnd mute={mute} view={view} />
      </span>
      <span class="decision-hits num" title={`Meanwhile ${meanwhileWords(mute.meanwhile)}`}>
        {hidesWords(mute)}
      </span>
    </li>
  );
}

function None(props: { state: MuteView["state"] }) {
  if (props.state === "ended") return <Empty title="No mute has ended" />;
  return (
    <Empty title="Nothing is muted">
      <p>
        A mute is a decision not to be told: of one finding, or of all that a scope is true of. What
        is muted is counted all the same, and resolves or comes back as if it were not. Signals are
        never muted.
      </p>
      <p>
        Each mute has a reason, an author and an end, and shows at its end what happened meanwhile.
        To mute one finding, go to its page.
      </p>
    </Empty>
  );
}

export function MutesPage(props: MutesPageProps) {
  const { view, page, counts, state } = props;
  const { nextCursor } = page;
  const asked = state === "ended" ? "ended" : undefined;
  return (
    <Frame view={view} title="Mutes" active="mutes">
      <header class="page-head">
        <h1>Mutes</h1>
        <nav class="tabs" aria-label="State">
          <a href={paths.mutes()} aria-current={state === "in_force" ? "page" : undefined}>
            In force <span class="num">{exactCount(counts.inForce)}</span>
          </a>
          <a
            href={paths.mutes({ state: "ended" })}
            aria-current={state === "ended" ? "page" : undefined}
          >
            Ended
          </a>
        </nav>
        <span class="spring"></span>
        <ActLink class="button is-primary" view={view} href={paths.newMute()}>
          New mute
        </ActLink>
      </header>
      {state === "in_force" && counts.endingSoon > 0 && (
        <p class="notice is-warning">
          {counted(counts.endingSoon, "mute")} {counts.endingSoon === 1 ? "ends" : "end"} within 3
          days. What {counts.endingSoon === 1 ? "it hides" : "they hide"} is shown again then.
        </p>
      )}
      {props.later && (
        <p class="lead">
          A later page of the list. <a href={paths.mutes({ state: asked })}>Back to the start</a>
        </p>
      )}
      {page.items.length === 0 ? (
        <None state={state} />
      ) : (
        <ul class="decisions" id="rows">
          {page.items.map((mute) => (
            <Row mute={mute} view={view} />
          ))}
        </ul>
      )}
      {nextCursor !== null && (
        <p class="more">
          <a class="button" href={paths.mutes({ state: asked, cursor: nextCursor })}>
            Show more
          </a>
        </p>
      )}
    </Frame>
  );
}
