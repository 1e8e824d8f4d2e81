/**
 * Severity that rises while a finding lasts or spreads, where its rule says so. Pure. Contract: it follows from what
 * the rule says, the first event of the episode and what D1 has told of the spread; not from when the alarm fired.
 * It never falls while the episode lasts, unless the rule changes: a workload whose containers come and go
 * would flap.
 */
import { rollupKeyOf, rollupKeyText } from "../../schema/rollup-key.ts";
import { severityRank, type RiseStep, type Severity } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Finding, HostState, Observation, Resource, Risen } from "./model.ts";
import { quietStatus } from "./quiet.ts";
import { resourceOf } from "./view.ts";
import { announce } from "./watch.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What the rule says, whatever the finding has risen to. */
export function ruleSeverityOf({ severity, risen }: Pick<Finding, "severity" | "risen">): Severity {
  return risen?.from ?? severity;
}

/** The finding under a rule of this severity with these steps, as far as they are reached at `until`. */
export function underRule(
  finding: Finding,
  severity: Severity,
  rises: readonly RiseStep[] | undefined,
  until: EpochMs,
): Finding {
  const { rises: _, risen: __, ...rest } = finding;
  const ruled: Finding = { ...rest, severity };
  return rises === undefined ? ruled : risenBy({ ...ruled, rises }, until);
}

/** The finding with the severity of what it has reached at `until`; the same object where that changes nothing. */
export function risenBy(finding: Finding, until: EpochMs): Finding {
  const { risen, rises, ...rest } = finding;
  if (rises === undefined) return finding;
  const from = ruleSeverityOf(finding);
  const reached = worstReached(finding, rises, from, until);
  if (reached === null) {
    return risen === undefined ? finding : { ...rest, rises, severity: from };
  }
  const { severity, basis, at } = reached;
  const isSame = severity === finding.severity && basis === risen?.basis && at === risen.at;
  return isSame ? finding : { ...rest, rises, severity, risen: { basis, at, from } };
}

type Reached = Omit<Risen, "from"> & { severity: Severity };

/** The worst severity that has been reached, by the step that reached it first; null where none is worse than the rule's. */
function worstReached(
  finding: Finding,
  rises: readonly RiseStep[],
  from: Severity,
  until: EpochMs,
): Reached | null {
  const [worst] = rises
    .map((step) => reachedBy(finding, step))
    .filter(({ at, severity }) => at <= until && isWorse(severity, from))
    .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || a.at - b.at);
  return worst ?? null;
}

function reachedBy({ firstSeenAt, spread }: Finding, step: RiseStep): Reached {
  const { severity } = step;
  if ("afterMs" in step) return { severity, basis: "persistence", at: firstSeenAt + step.afterMs };
  const isSpread = spread !== undefined && spread.resources >= step.resources;
  return { severity, basis: "spread", at: isSpread ? spread.at : NEVER };
}

function isWorse(a: Severity, b: Severity): boolean {
  return severityRank(a) < severityRank(b);
}

/** When it rises next by lasting; never, where no step is left. */
export function risesAt({ rises, severity, firstSeenAt }: Finding): EpochMs {
  if (rises === undefined) return NEVER;
  return rises.reduce(
    (next, step) =>
      "afterMs" in step && isWorse(step.severity, severity)
        ? Math.min(next, firstSeenAt + step.afterMs)
        : next,
    NEVER,
  );
}

/** Up to when an open finding counts as open: one that has been quiet for long enough has ended, whenever that is noticed. */
export function openUntil(finding: Finding, agents: HostState["agents"], now: EpochMs): EpochMs {
  // D1 may know of an earlier event, or a newer one: nothing rises before it is settled.
  if (!finding.settled) return 0;
  const quiet = quietStatus(finding, agents, now);
  return quiet.complete && quiet.deadlineAt !== null ? quiet.deadlineAt : now;
}

/** Lets open findings rise that are due, and says so. After those that have ended have resolved. */
export function riseDue(draft: Draft, now: EpochMs): void {
  for (const finding of draft.open((one) => one.settled && risesAt(one) <= now)) {
    rise(draft, finding, openUntil(finding, draft.agents, now), now);
  }
}

/** The finding as it stood at `until`. That it has become worse is announced; what should not have been is taken back. */
export function rise(draft: Draft, finding: Finding, until: EpochMs, now: EpochMs): Finding {
  const risen = risenBy(finding, finding.settled ? until : 0);
  return isWorse(risen.severity, finding.severity)
    ? announce(draft, risen, "finding.changed", now)
    : risen;
}

/** Whether its steps have changed its severity. */
export function hasRisen(before: Finding, after: Finding): boolean {
  return after.severity !== before.severity && (after.risen ?? before.risen) !== undefined;
}

/** The extended finding under the rule that its newest observation was classified by. */
export function followRule(
  draft: Draft,
  before: Finding,
  extended: Finding,
  { rulesVersion, severity, rises }: Observation,
  now: EpochMs,
): Finding {
  const isNewer = rulesVersion >= before.rulesVersion;
  // Nearly all rules: nothing to look at.
  if (before.rises === undefined && (rises === undefined || !isNewer)) return extended;
  const until = openUntil(extended, draft.agents, now);
  return isNewer
    ? underRule(extended, severity, rises, until)
    : underRule(extended, ruleSeverityOf(before), before.rises, until);
}

/** What D1 counts by: the roll-up that a finding spreads in, and how many resources its next step asks for. */
export interface Spreading {
  rollup: string;
  /** Null where there is no step left. */
  next: number | null;
}

/** Null where its rule knows no spread, or nobody knows its workload. */
export function spreadingOf(finding: Finding, resource: Resource): Spreading | null {
  if (finding.rises?.some((step) => "resources" in step) !== true) return null;
  const key = rollupKeyOf(finding.ruleId, resource);
  // As an actor and D1 have it; people see its id.
  return key === null ? null : { rollup: rollupKeyText(key), next: nextSpread(finding) };
}

function nextSpread({ rises = [], severity, spread }: Finding): number | null {
  const steps = rises
    .filter((step) => "resources" in step)
    .filter((step) => isWorse(step.severity, severity) && step.resources > (spread?.resources ?? 0))
    .map((step) => step.resources);
  return steps.length === 0 ? null : Math.min(...steps);
}

/** So many resources of a roll-up have an open finding: those here rise by it. After what has ended has resolved. */
export function noteSpread(draft: Draft, rollup: string, resources: number, now: EpochMs): void {
  for (const finding of draft.open((one) => one.settled && nextSpread(one) !== null)) {
    const spreading = spreadingOf(finding, resourceOf(draft, finding.resourceId));
    if (spreading?.rollup !== rollup || resources < (spreading.next ?? NEVER)) continue;
    rise(draft, { ...finding, spread: { resources, at: now } }, now, now);
  }
}
