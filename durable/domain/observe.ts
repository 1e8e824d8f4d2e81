/**
 * What an observation does to a finding: opens it, extends it, reopens it, or comes too late.
 * Contract: event time decides, so neither the moment of the alarm nor the order of batches matters;
 * an event not newer than the end of an episode never reopens it.
 */
import type { AgentId } from "../../schema/ids.ts";
import { MAX_AGENTS_PER_HOST, MAX_REOPENINGS, SIGNAL_HORIZON_MS } from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { pausesAfter, withQuietPeriod } from "./cadence.ts";
import type { Draft } from "./draft.ts";
import { mergeOccurrences, mergeSamples, NO_OCCURRENCES } from "./evidence.ts";
import { disprove, fixedBefore } from "./fixed.ts";
import type { Finding, Observation, Resource, Signal, SignalObservation } from "./model.ts";
import { quietStatus } from "./quiet.ts";
import { resolveQuiet } from "./resolve.ts";
import { followRule, hasRisen } from "./rise.ts";
import { noting } from "./tally.ts";
import { tell } from "./watch.ts";

/** Applies one observation reported by `agents`: one, unless an episode is told again in settle.ts. */
export function observe(
  draft: Draft,
  observation: Observation,
  agents: readonly AgentId[],
  now: EpochMs,
): void {
  const known = draft.findings.get(observation.findingId);
  if (known === undefined) return open(draft, observation, agents, now);
  if (isLate(known, observation) || isRetired(known, observation)) {
    return countLate(draft, known, observation);
  }
  // Beyond the horizon: it belongs to the episode that is there, if that is still open.
  if (observation.late === true) {
    return known.status === "open"
      ? extend(draft, known, observation, agents, now)
      : countLate(draft, known, observation);
  }
  if (known.status === "resolved") return reopen(draft, known, observation, agents, now);
  const quiet = quietStatus(known, draft.agents, now);
  if (
    known.settled &&
    quiet.complete &&
    quiet.deadlineAt !== null &&
    observation.firstAt > quiet.deadlineAt
  ) {
    // The alarm would have resolved it at that deadline; that it has not fired yet must not matter.
    const resolved = resolveQuiet(draft, known, quiet, now);
    return reopen(draft, resolved, observation, agents, now);
  }
  extend(draft, known, observation, agents, now);
}

/** Applies an observation to the episode that is open, however long the silence before it was. */
export function observeWithin(
  draft: Draft,
  finding: Finding,
  observation: Observation,
  agents: readonly AgentId[],
  now: EpochMs,
): void {
  if (isLate(finding, observation)) countLate(draft, finding, observation);
  else extend(draft, finding, observation, agents, now);
}

function isLate(finding: Finding, observation: Observation): boolean {
  const end = finding.status === "resolved" ? finding.resolvedAt : finding.previousEndAt;
  return end !== null && observation.lastAt <= end;
}

/** Classified by rules of before the rule was retired: the edge's copy may be seconds old. */
function isRetired(finding: Finding, observation: Observation): boolean {
  return finding.resolution === "rule_retired" && observation.rulesVersion < finding.rulesVersion;
}

function countLate(draft: Draft, finding: Finding, observation: Observation): void {
  const late = {
    ...finding,
    lateCount: finding.lateCount + observation.count,
    lateSeenAt: Math.max(finding.lateSeenAt ?? 0, observation.lastAt),
    version: finding.version + 1,
  };
  draft.saveFinding(late);
  draft.events.push({
    type: "finding.late",
    findingId: finding.id,
    episode: finding.episode,
    count: observation.count,
  });
}

/** The state of an episode's first observation. */
function firstOf(observation: Observation, agents: readonly AgentId[]) {
  return {
    ruleId: observation.ruleId,
    title: observation.title,
    subject: observation.subject,
    severity: observation.severity,
    ...(observation.rises === undefined ? {} : { rises: observation.rises }),
    quietPeriodMs: observation.quietPeriodMs,
    rulePeriodMs: observation.quietPeriodMs,
    ...leastOf(undefined, observation.leastQuietPeriodMs),
    rulesVersion: observation.rulesVersion,
    status: "open" as const,
    firstSeenAt: observation.firstAt,
    lastSeenAt: observation.lastAt,
    count: observation.count,
    resolvedAt: null,
    resolution: null,
    coverage: null,
    unverified: false,
    reporters: [...agents],
    occurrences: mergeOccurrences(NO_OCCURRENCES, observation.occurrences),
    samples: mergeSamples({ first: [], latest: [] }, observation.samples),
  };
}

function open(
  draft: Draft,
  observation: Observation,
  agents: readonly AgentId[],
  now: EpochMs,
): void {
  const finding: Finding = {
    id: observation.findingId,
    resourceId: observation.resourceId,
    ...firstOf(observation, agents),
    episode: 1,
    settled: false,
    claim: null,
    takeovers: [],
    totalCount: observation.count,
    lateCount: 0,
    lateSeenAt: null,
    previousEndAt: null,
    version: 1,
    flushed: null,
    ...(observation.late === true ? { onlyLate: true } : {}),
  };
  began(draft, finding, "finding.opened", now);
}

function reopen(
  draft: Draft,
  finding: Finding,
  observation: Observation,
  agents: readonly AgentId[],
  now: EpochMs,
): void {
  const reopened: Finding = {
    ...withoutEpisode(finding),
    ...firstOf(observation, agents),
    lastSeenAt: Math.max(observation.lastAt, seenSinceEnd(finding)),
    ...fixedBefore(finding, observation),
    pauses: pausesAfter(finding),
    reopenedAt: [...(finding.reopenedAt ?? []), observation.firstAt].slice(-MAX_REOPENINGS),
    episode: finding.episode + 1,
    totalCount: finding.totalCount + observation.count,
    previousEndAt: finding.resolvedAt,
    version: finding.version + 1,
  };
  const type = reopened.regressed === undefined ? "finding.reopened" : "finding.regressed";
  began(draft, reopened, type, now);
}

/**
 * The newest event after its end that did not reopen it, since it was classified by rules of before: it belongs to
 * no episode, but what comes after it was not silent before it. 0: there is none.
 */
function seenSinceEnd({ lateSeenAt, resolvedAt }: Finding): EpochMs {
  return lateSeenAt !== null && lateSeenAt > (resolvedAt ?? 0) ? lateSeenAt : 0;
}

/** What a new episode begins without: each has to earn it anew. */
function withoutEpisode(finding: Finding): Finding {
  const next = { ...finding };
  delete next.leastQuietPeriodMs;
  for (const part of ["fixed", "regressed", "rises", "risen", "spread"] as const) delete next[part];
  return next;
}

function began(
  draft: Draft,
  begun: Finding,
  type: "finding.opened" | "finding.reopened" | "finding.regressed",
  now: EpochMs,
): void {
  const finding = noting(draft, withQuietPeriod(begun));
  draft.unasked.add(finding.id);
  draft.saveFinding(finding);
  draft.enqueue({ type, at: now, finding });
  draft.events.push({
    type,
    findingId: finding.id,
    episode: finding.episode,
    count: finding.count,
  });
}

function extend(
  draft: Draft,
  finding: Finding,
  observation: Observation,
  agents: readonly AgentId[],
  now: EpochMs,
): void {
  const newest = observation.lastAt >= finding.lastSeenAt;
  const rule = observation.rulesVersion >= finding.rulesVersion ? observation : finding;
  const reporters = withReporters(finding.reporters, agents);
  const extended: Finding = {
    ...(finding.onlyLate === true && observation.late !== true ? withNews(finding) : finding),
    title: rule.title,
    subject: newest ? observation.subject : finding.subject,
    severity: rule.severity,
    rulePeriodMs: rule === finding ? finding.rulePeriodMs : observation.quietPeriodMs,
    ...(observation.leastQuietPeriodMs === undefined
      ? undefined
      : leastOf(finding.leastQuietPeriodMs, observation.leastQuietPeriodMs)),
    rulesVersion: rule.rulesVersion,
    firstSeenAt: Math.min(finding.firstSeenAt, observation.firstAt),
    lastSeenAt: Math.max(finding.lastSeenAt, observation.lastAt),
    count: finding.count + observation.count,
    totalCount: finding.totalCount + observation.count,
    reporters,
    occurrences: mergeOccurrences(finding.occurrences, observation.occurrences),
    samples: mergeSamples(finding.samples, observation.samples),
    version: finding.version + 1,
  };
  const seen = noting(draft, withQuietPeriod(disprove(extended, observation)));
  const next = followRule(draft, finding, seen, observation, now);
  // An older event, or a newer rule, may have made its silence long enough.
  if (next.quietPeriodMs < finding.quietPeriodMs) draft.unasked.add(next.id);
  draft.saveFinding(next);
  if (hasRisen(finding, next)) tell(draft, next, "finding.changed", now);
  const isRegression = finding.fixed !== undefined && next.fixed === undefined;
  if (isRegression) draft.enqueue({ type: "finding.regressed", at: now, finding: next });
  draft.events.push({
    type: isRegression ? "finding.regressed" : "finding.repeated",
    findingId: finding.id,
    episode: finding.episode,
    count: observation.count,
  });
}

/** Not all of it is late any more. */
function withNews(finding: Finding): Finding {
  const known = { ...finding };
  delete known.onlyLate;
  return known;
}

/** The greater of two bounds, if there is any. */
function leastOf(
  a: DurationMs | undefined,
  b: DurationMs | undefined,
): { leastQuietPeriodMs?: DurationMs } {
  const most = Math.max(a ?? 0, b ?? 0);
  return most === 0 ? {} : { leastQuietPeriodMs: most };
}

function withReporters(reporters: AgentId[], agents: readonly AgentId[]): AgentId[] {
  if (agents.every((agent) => reporters.includes(agent))) return reporters;
  return [...new Set([...reporters, ...agents])].slice(-MAX_AGENTS_PER_HOST);
}

/** Raises a signal, or counts its repeat. Every one reaches D1: a threat is never absorbed. */
export function raise(draft: Draft, observation: SignalObservation, now: EpochMs): void {
  const known = draft.signals.get(observation.id);
  const signal: Signal =
    known === undefined
      ? {
          id: observation.id,
          ruleId: observation.ruleId,
          resourceId: observation.resourceId,
          title: observation.title,
          subject: observation.subject,
          severity: observation.severity,
          firstSeenAt: observation.firstAt,
          lastSeenAt: observation.lastAt,
          count: observation.count,
          sample: observation.sample,
          version: 1,
        }
      : {
          ...known,
          firstSeenAt: Math.min(known.firstSeenAt, observation.firstAt),
          lastSeenAt: Math.max(known.lastSeenAt, observation.lastAt),
          count: known.count + observation.count,
          version: known.version + 1,
        };
  if (observation.firstAt <= now - SIGNAL_HORIZON_MS) signal.toldAt = now;
  draft.saveSignal(signal);
  draft.enqueueSignal(signal, now);
  draft.events.push({
    type: known === undefined ? "signal.raised" : "signal.repeated",
    signalId: signal.id,
    count: observation.count,
  });
}

/** Takes over what is newer of a resource, and fills in what was unknown. */
export function describe(draft: Draft, resource: Resource): void {
  const known = draft.resources.get(resource.id);
  if (known === undefined) return draft.saveResource(resource);
  const [base, over] = resource.seenAt >= known.seenAt ? [known, resource] : [resource, known];
  const merged: Resource = {
    ...base,
    name: over.name ?? base.name,
    host: over.host ?? base.host,
    hostId: over.hostId ?? base.hostId,
    containerId: longer(base.containerId, over.containerId),
    image: over.image ?? base.image,
    imageDigest: over.imageDigest ?? base.imageDigest,
    cluster: over.cluster ?? base.cluster,
    namespace: over.namespace ?? base.namespace,
    pod: over.pod ?? base.pod,
    workload: over.workload ?? base.workload,
    workloadKind: over.workloadKind ?? base.workloadKind,
    service: over.service ?? base.service,
    seenAt: over.seenAt,
  };
  delete merged.goneAt;
  const goneAt = Math.max(known.goneAt ?? 0, resource.goneAt ?? 0);
  // Else it has done something since: it is there.
  if (goneAt > 0 && goneAt >= merged.seenAt) merged.goneAt = goneAt;
  if (differs(known, merged)) draft.saveResource(merged);
}

function longer(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return b.length >= a.length ? b : a;
}

/** Whether more than the time differs: a row is not written for a newer `seenAt` alone. */
function differs(a: Resource, b: Resource): boolean {
  const keys: (keyof Resource)[] = [
    "name",
    "host",
    "hostId",
    "containerId",
    "image",
    "imageDigest",
    "cluster",
    "namespace",
    "pod",
    "workload",
    "workloadKind",
    "service",
    "goneAt",
  ];
  return keys.some((key) => a[key] !== b[key]);
}
