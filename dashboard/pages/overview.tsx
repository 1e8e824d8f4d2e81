/** `/`: what needs attention now, on one screen. */
import type { FindingSummary } from "../../schema/finding.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { BySeverity } from "../parts/by-severity.tsx";
import { NoFindingsYet } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { CoverageTrouble, NoisiestRules, Signals } from "../parts/overview-side.tsx";
import { ResolvedDays } from "../parts/resolved-days.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { paths } from "../paths.ts";
import type { OverviewProps } from "../props.ts";
import type { View } from "../view.ts";

/** Days of the "resolved" picture. */
export const RESOLVED_DAYS = 7;

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
      {clauses.length > 0 && <span class="dim">: {clauses.join("; ")}.</span>}
      {props.muted.open > 0 && (
        <a class="overview-muted" href={paths.findings({ muted: "true" })}>
          {exactCount(props.muted.open)} more {props.muted.open === 1 ? "is" : "are"} muted
        </a>
      )}
    </h1>
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

/** Nothing where there is no case. */
function CasesLine({ cases }: Pick<OverviewProps, "cases">) {
  const alive = cases.open + cases.in_progress + cases.fixed;
  if (alive === 0) return null;
  return (
    <p class="overview-cases">
      Cases: <a href={paths.cases()}>{exactCount(alive)} open</a>
      {cases.overdue > 0 && (
        <>
          , <a href={paths.cases({ overdue: "true" })}>{exactCount(cases.overdue)} overdue</a>
        </>
      )}
      {cases.own > 0 && (
        <>
          , yours <a href={paths.cases({ assignee: "mine" })}>{exactCount(cases.own)}</a>
        </>
      )}
      .
    </p>
  );
}

export function OverviewPage(props: OverviewProps) {
  const { counts, view } = props;
  const { muted, mutes } = props;
  if (counts.open + counts.resolved + muted.open + muted.resolved === 0)
    return (
      <Frame view={view} title="Overview" active="overview">
        <CoverageTrouble {...props} />
        <NoFindingsYet origin={view.origin} />
        {props.signals.items.length > 0 && <Signals signals={props.signals} view={view} />}
      </Frame>
    );
  // A list that says what it leaves out, where it leaves out anything.
  const listed = muted.open > 0 ? { muted: "false" } : {};
  return (
    <Frame view={view} title="Overview" active="overview">
      <Sentence {...props} />
      <CoverageTrouble {...props} />
      {mutes.endingSoon > 0 && (
        <p class="notice is-warning">
          <a href={paths.mutes()}>{counted(mutes.endingSoon, "mute")}</a>{" "}
          {mutes.endingSoon === 1 ? "ends" : "end"} within 3 days.
        </p>
      )}
      <CasesLine cases={props.cases} />
      <BySeverity counts={counts} listed={listed} />
      <div class="columns">
        <div class="wide">
          <ListSection
            title="Opened last"
            findings={props.newest}
            view={view}
            all={paths.findings(listed)}
            none="Nothing is open."
          />
          <ListSection
            title="Resolve next, if they stay quiet"
            findings={props.soonest}
            view={view}
            all={paths.findings({ ...listed, sort: "deadline" })}
            none="No open finding has a deadline: no agent is watching, or nothing is open."
          />
        </div>
        <aside class="side" aria-label="Rules, resolved and signals">
          {props.rules.length > 0 && <NoisiestRules rules={props.rules} listed={listed} />}
          <ResolvedDays page={props.resolved} view={view} days={RESOLVED_DAYS} />
          <Signals signals={props.signals} view={view} />
        </aside>
      </div>
    </Frame>
  );
}
