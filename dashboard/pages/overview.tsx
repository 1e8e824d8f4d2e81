/** `/`: what needs attention now, on one screen. */
import type { FindingCounts, Page } from "../../schema/api.ts";
import type { FindingSummary, GroupView, SignalView } from "../../schema/finding.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { count, counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { NoFindingsYet } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { ResolvedDays } from "../parts/resolved-days.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

/** Days of the "resolved" picture. */
export const RESOLVED_DAYS = 7;
const DAY_MS = 86_400_000;

export interface OverviewProps {
  view: View;
  counts: FindingCounts;
  newest: readonly FindingSummary[];
  soonest: readonly FindingSummary[];
  /** The most recent resolved findings; more than a page of them is said as "at least". */
  resolved: Page<FindingSummary>;
  rules: readonly GroupView[];
  signals: Page<SignalView>;
}

function Sentence(props: OverviewProps) {
  const { counts, view, soonest } = props;
  const hour = soonest.filter(
    (finding) => finding.deadlineAt !== null && epoch(finding.deadlineAt) - view.now < 3_600_000,
  ).length;
  const clauses = [
    counts.unverified > 0 &&
      `${exactCount(counts.unverified)} of them unverified, since no agent is watching`,
    hour > 0 && `${exactCount(hour)} about to resolve within the hour`,
  ].filter((clause) => clause !== false);
  return (
    <h1 class="overview-title">
      {counts.open === 0 ? "Nothing is open" : counted(counts.open, "open finding")}
      {clauses.length > 0 && <span class="dim">: {clauses.join("; ")}</span>}
      <span class="dim">.</span>
    </h1>
  );
}

function BySeverity(props: { counts: FindingCounts }) {
  const { bySeverity, open } = props.counts;
  let x = 0;
  const parts = SEVERITIES.map((severity) => {
    const w = open === 0 ? 0 : (bySeverity[severity] / open) * 100;
    const part = { severity, x, w };
    x += w;
    return part;
  });
  return (
    <section class="by-severity">
      <h2 class="visually-hidden">Open by severity</h2>
      <svg class="stack" width="100%" height="6" aria-hidden="true">
        <rect class="track" width="100%" height="6" />
        {parts.map((part) =>
          part.w === 0 ? null : (
            <rect
              class={`is-${part.severity}`}
              x={`${part.x.toFixed(2)}%`}
              width={`${part.w.toFixed(2)}%`}
              height="6"
            />
          ),
        )}
      </svg>
      <ul class="severity-counts">
        {SEVERITIES.map((severity) => (
          <li>
            <a href={paths.findings({ severity: [severity] })}>
              <span class="big num">{exactCount(bySeverity[severity])}</span>
              <SeverityMark severity={severity} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoisiestRules(props: { rules: readonly GroupView[] }) {
  const most = Math.max(1, ...props.rules.map((rule) => rule.count));
  return (
    <section>
      <h2>Noisiest rules</h2>
      <ol class="bars">
        {props.rules.map((rule) => (
          <li>
            <a href={paths.findings({ rule: rule.key })} title={visible(rule.label)}>
              <bdi>{visible(rule.label)}</bdi>
            </a>
            <span class="num dim">
              {count(rule.count)} {rule.count === 1 ? "event" : "events"}, {rule.open} open
            </span>
            <svg width="100%" height="4" aria-hidden="true">
              <rect class="track" width="100%" height="4" rx="2" />
              <rect
                class={`is-${rule.severity}`}
                width={`${Math.max(1, (rule.count / most) * 100).toFixed(1)}%`}
                height="4"
                rx="2"
              />
            </svg>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Signals(props: { signals: Page<SignalView>; view: View }) {
  const { signals, view } = props;
  const recent = signals.items.filter((signal) => view.now - epoch(signal.lastSeenAt) < DAY_MS);
  const all = recent.length === signals.items.length && signals.nextCursor !== null;
  return (
    <section class="signal-box">
      <h2>
        <a href={paths.signals()}>Signals</a>
      </h2>
      {recent.length === 0 ? (
        <p class="dim">No threat detection in the last 24 h.</p>
      ) : (
        <>
          <p>
            {all ? "At least " : ""}
            {counted(recent.length, "threat detection")} in the last 24 h. They are never hidden by
            a mute.
          </p>
          <ul>
            {recent.slice(0, 3).map((signal) => (
              <li>
                <SeverityMark severity={signal.severity} />
                <span class="dim">
                  <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />
                </span>
                <bdi class="clip" title={visible(signal.headline)}>
                  {visible(signal.headline)}
                </bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ListSection(props: {
  title: string;
  findings: readonly FindingSummary[];
  view: View;
  all: string;
  none: string;
}) {
  return (
    <section class="overview-list">
      <header>
        <h2>{props.title}</h2>
        <a href={props.all}>All of them</a>
      </header>
      {props.findings.length === 0 ? (
        <p class="dim">{props.none}</p>
      ) : (
        <FindingTable findings={props.findings} view={props.view} caption={props.title} />
      )}
    </section>
  );
}

export function OverviewPage(props: OverviewProps) {
  const { counts, view } = props;
  if (counts.open + counts.resolved === 0)
    return (
      <Frame view={view} title="Overview" active="overview">
        <NoFindingsYet origin={view.origin} />
        {props.signals.items.length > 0 && <Signals signals={props.signals} view={view} />}
      </Frame>
    );
  return (
    <Frame view={view} title="Overview" active="overview">
      <Sentence {...props} />
      <BySeverity counts={counts} />
      <div class="columns">
        <div class="wide">
          <ListSection
            title="Opened last"
            findings={props.newest}
            view={view}
            all={paths.findings()}
            none="Nothing is open."
          />
          <ListSection
            title="Resolve next, if they stay quiet"
            findings={props.soonest}
            view={view}
            all={paths.findings({ sort: "deadline" })}
            none="No open finding has a deadline: no agent is watching, or nothing is open."
          />
        </div>
        <aside class="side" aria-label="Rules, resolved and signals">
          {props.rules.length > 0 && <NoisiestRules rules={props.rules} />}
          <ResolvedDays page={props.resolved} view={view} days={RESOLVED_DAYS} />
          <Signals signals={props.signals} view={view} />
        </aside>
      </div>
    </Frame>
  );
}
