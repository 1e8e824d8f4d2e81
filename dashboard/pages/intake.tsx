/** `/intake`: what became of everything that agents sent. */
import type { OutcomesAnswer } from "../../schema/outcome.ts";
import { exactCount, percent } from "../format/number.ts";
import { span } from "../format/time.ts";
import { Empty, FirstEvent } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { AgentTable, BAD, Codes } from "../parts/intake-agents.tsx";
import { STACKED, type Window, WINDOWS } from "../parts/intake-bars.ts";
import { IntakeChart } from "../parts/intake-chart.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface IntakePageProps {
  view: View;
  window: Window;
  byHour: OutcomesAnswer;
  byAgent: OutcomesAnswer;
  /** Whether this is not the first page of the agents. */
  later: boolean;
}

type Totals = OutcomesAnswer["totals"];

/** Number, word, and what the word means. */
const TOTALS = [
  ["received", "received", "events that agents sent"],
  ["accepted", "accepted", "matched a rule"],
  ["ignored", "ignored", "valid, and matched no rule"],
  ["duplicate", "duplicates", "had come before"],
  ["rejected", "rejected", "could not be read as events"],
  ["late", "late", "of the accepted: too old to move a clock"],
  ["excepted", "excepted", "of the ignored: hidden by an exception"],
  ["dropped", "dropped by agents", "lost before they were sent, as agents say"],
  ["refused", "refused requests", "turned away whole and unread"],
] as const satisfies readonly (readonly [keyof Totals, string, string])[];

/** Shares of what was received. */
const SHARES: ReadonlySet<string> = new Set(STACKED);

function TotalNumbers(props: { totals: Totals }) {
  const { totals } = props;
  return (
    <dl class="totals">
      {TOTALS.map(([outcome, word, meaning]) => {
        const n = totals[outcome];
        const share = SHARES.has(outcome) && n > 0 ? percent(n / totals.received) : null;
        return (
          <div class={BAD.has(outcome) && n > 0 ? "is-bad" : undefined}>
            <dt>{word}</dt>
            <dd class="value">
              <span class="big num">{exactCount(n)}</span>
              {share !== null && <span class="num dim"> {share}</span>}
            </dd>
            <dd class="hint">{meaning}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Quota(props: { quota: OutcomesAnswer["quota"] }) {
  const { daily, receivedToday } = props.quota;
  if (daily === null) return null;
  const share = daily === 0 ? 1 : Math.min(1, receivedToday / daily);
  const left = Math.max(0, daily - receivedToday);
  return (
    <section class={share >= 0.8 ? "quota is-near" : "quota"}>
      <h2>Quota of today (UTC)</h2>
      <p>
        {exactCount(receivedToday)} of {exactCount(daily)} events, {percent(share)}.{" "}
        {left === 0
          ? "It is used up: requests are refused until midnight UTC."
          : `${exactCount(left)} are left.`}
      </p>
      <svg width="100%" height="6" aria-hidden="true">
        <rect class="track" width="100%" height="6" rx="3" />
        <rect class="is-quota" width={`${(share * 100).toFixed(1)}%`} height="6" rx="3" />
      </svg>
    </section>
  );
}

function Windows(props: { window: Window }) {
  return (
    <nav class="segmented" aria-label="Window">
      <span class="segmented-label" aria-hidden="true">
        Last
      </span>
      {Object.entries(WINDOWS).map(([value, { word }]) => (
        <a
          href={paths.intake({ window: value === "24h" ? undefined : value })}
          aria-current={value === props.window ? "true" : undefined}
        >
          {word}
        </a>
      ))}
    </nav>
  );
}

function Nothing(props: IntakePageProps) {
  return (
    <Empty title={`Nothing received in the last ${WINDOWS[props.window].word}`}>
      <p>
        Whatever agents send is counted here, also what leads to no finding. Send one event by hand,
        or set up an agent: there is a guide for each in <code>docs/agents</code>.
      </p>
      <FirstEvent origin={props.view.origin} />
    </Empty>
  );
}

function Agents(props: IntakePageProps) {
  const { byAgent, window, later } = props;
  const { nextCursor } = byAgent;
  return (
    <section class="by-agent">
      <h2>By agent</h2>
      <AgentTable groups={byAgent.items} />
      {(later || nextCursor !== null) && (
        <p class="more">
          {later && (
            <a class="button" href={paths.intake({ window })}>
              Back to the first
            </a>
          )}{" "}
          {nextCursor !== null && (
            <a class="button" href={paths.intake({ window, cursor: nextCursor })}>
              More agents
            </a>
          )}
        </p>
      )}
    </section>
  );
}

export function IntakePage(props: IntakePageProps) {
  const { view, window, byHour } = props;
  const { totals } = byHour;
  const nothing = totals.received + totals.refused + totals.dropped === 0;
  return (
    <Frame view={view} title="Intake" active="intake">
      <header class="page-head">
        <h1>Intake</h1>
        <span class="spring"></span>
        <Windows window={window} />
      </header>
      <p class="lead">
        What became of everything that agents sent. As of {view.zone.clock(view.now)}; counts may be
        up to {span(byHour.behindMs)} behind, findings and signals never are.
      </p>
      <Quota quota={byHour.quota} />
      {nothing ? (
        <Nothing {...props} />
      ) : (
        <div class="intake">
          <TotalNumbers totals={totals} />
          <IntakeChart hours={byHour.items} window={window} view={view} />
          <Codes totals={totals} />
          <Agents {...props} />
        </div>
      )}
    </Frame>
  );
}
