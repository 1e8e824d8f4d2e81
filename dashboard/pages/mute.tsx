/** `/mutes/:id`: one mute: what it hides, what happened meanwhile, and the way to end it. */
import { InLedger } from "../parts/in-ledger.tsx";
import type { MuteDetail } from "../../schema/mutes-api.ts";
import { hidesWords, meanwhileWords } from "../format/mute.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { REASON_WORDS } from "../mute-form.ts";
import { ActLink } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { MuteEnd } from "./mutes.tsx";

/** What the page says after a change. */
export const MUTE_NOTICES = {
  created: "Muted. What it hides is counted all the same.",
  ended: "Ended. What it hid is shown again, unless another mute hides it too.",
} as const;

export interface MutePageProps {
  view: View;
  mute: MuteDetail;
  /** Whether the reader has asked to end it, and is asked once more. */
  asked: boolean;
  /** Why it was not ended. */
  refused: string | undefined;
  notice: keyof typeof MUTE_NOTICES | undefined;
}

/** Characters of an author's name in a sentence. */
const LONGEST_NAME = 120;

function shownAgain(open: number): string {
  return open === 0
    ? "It hides nothing that is open."
    : `${counted(open, "open finding")} ${open === 1 ? "is" : "are"} shown again, unless another mute hides ${open === 1 ? "it" : "them"} too.`;
}

function EndIt(props: MutePageProps) {
  const { mute } = props;
  if (mute.state === "ended") return null;
  const word = mute.kind === "finding" ? "Un-mute" : "End it";
  if (!props.asked)
    return (
      <p class="form-actions">
        <ActLink class="button" view={props.view} href={paths.endMute(mute.id)}>
          {word}
        </ActLink>
      </p>
    );
  return (
    <section class="confirm">
      <h2>{mute.kind === "finding" ? "Un-mute this finding?" : "End this mute?"}</h2>
      {props.refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(props.refused)}
        </p>
      )}
      <p>
        {shownAgain(mute.meanwhile.open)} Meanwhile {meanwhileWords(mute.meanwhile)}.
      </p>
      <form class="form-actions" method="post" action={paths.endMute(mute.id)}>
        <button class="button is-primary" type="submit">
          {word}
        </button>
        <a class="button" href={paths.mute(mute.id)}>
          Keep it
        </a>
      </form>
    </section>
  );
}

function Facts(props: MutePageProps) {
  const { mute, view } = props;
  return (
    <dl class="side-facts">
      <div>
        <dt>Reason</dt>
        <dd>{REASON_WORDS[mute.reason]}</dd>
      </div>
      <div>
        <dt>By</dt>
        <dd>
          <bdi>{cut(visible(mute.author), LONGEST_NAME)}</bdi>,{" "}
          <Moment at={epoch(mute.createdAt)} as="ago" view={view} />
        </dd>
      </div>
      <div>
        <dt>End</dt>
        <dd>
          <MuteEnd mute={mute} view={view} />, {view.zone.short(epoch(mute.endedAt ?? mute.until))}
          {mute.endedBy !== null && (
            <>
              , by <bdi>{cut(visible(mute.endedBy), LONGEST_NAME)}</bdi>
            </>
          )}
        </dd>
      </div>
      <InLedger subject={mute.finding?.id ?? mute.id} />
    </dl>
  );
}

/** The counter. */
function Meanwhile({ mute, view }: MutePageProps) {
  const { meanwhile } = mute;
  const numbers = [
    [mute.state === "in_force" ? "open and hidden" : "open at its end", meanwhile.open],
    ["findings in all", meanwhile.findings],
    ["events", meanwhile.events],
    ["episodes opened", meanwhile.episodesOpened],
    ["episodes resolved", meanwhile.episodesResolved],
  ] as const;
  return (
    <section class="meanwhile">
      <h2>Meanwhile</h2>
      <dl class="totals">
        {numbers.map(([word, n]) => (
          <div>
            <dt>{word}</dt>
            <dd class="big num">{exactCount(n)}</dd>
          </div>
        ))}
      </dl>
      {meanwhile.newestEventAt !== null && (
        <p class="dim">
          The newest event came <Moment at={epoch(meanwhile.newestEventAt)} as="ago" view={view} />.
        </p>
      )}
    </section>
  );
}

function Headline({ mute }: MutePageProps) {
  if (mute.finding === null) return <>Mute of a scope</>;
  return (
    <>
      Mute of{" "}
      <a href={paths.finding(mute.finding.id)}>
        <bdi>{cut(visible(mute.finding.headline), 240)}</bdi>
      </a>
    </>
  );
}

export function MutePage(props: MutePageProps) {
  const { view, mute, notice } = props;
  return (
    <Frame view={view} title="Mute" active="mutes">
      <Crumbs href={paths.mutes()} word="Mutes" />
      {notice !== undefined && (
        <p class="notice" role="status">
          {MUTE_NOTICES[notice]}
        </p>
      )}
      <header class="finding-head">
        <p class="marks">
          <span class="tag">{mute.state === "in_force" ? "in force" : mute.end}</span>
          {mute.endsSoon && <span class="tag is-warning">ends soon</span>}
          {!mute.applied && (
            <span class="tag" title="It goes through many findings, which takes some minutes">
              still going through findings
            </span>
          )}
          <span class="dim">{hidesWords(mute)}</span>
        </p>
        <h1 dir="auto">
          <Headline {...props} />
        </h1>
      </header>
      <div class="sheet decision-facts">
        {mute.scope !== null && (
          <>
            <h2>Hides findings where</h2>
            <pre tabindex={0} dir="ltr">
              {visible(mute.scope)}
            </pre>
          </>
        )}
        <h2>Note</h2>
        <p dir="auto">{visible(mute.note)}</p>
        <Facts {...props} />
        <EndIt {...props} />
      </div>
      <Meanwhile {...props} />
      {mute.findings.length > 0 && (
        <section class="overview-list">
          <h2>{mute.state === "in_force" ? "What it hides" : "What it hid"}</h2>
          <FindingTable findings={mute.findings} view={view} caption="Findings of this mute" />
          {mute.meanwhile.findings > mute.findings.length && (
            <p class="dim">The newest {exactCount(mute.findings.length)} are shown.</p>
          )}
        </section>
      )}
    </Frame>
  );
}
