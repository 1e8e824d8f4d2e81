/**
 * Findings and signals as the API shows them, from what an actor holds. Pure.
 * The same functions serve the live actor and the documents it has left in D1.
 */
import type {
  FindingDetail,
  FindingSummary,
  FixView,
  GapView,
  ResourceView,
  SampleView,
  SignalView,
  VerificationView,
} from "../../schema/finding.ts";
import type { FindingMute } from "../../schema/mute.ts";
import { formatDuration, formatInstant, type EpochMs } from "../../schema/time.ts";
import { resourceTypeOf } from "../../schema/ids.ts";
import { FLAPPING_REOPENINGS, FLAPPING_WINDOW_MS } from "../../schema/limits.ts";
import { longestPause, quietPeriodOf } from "./cadence.ts";
import { displayName, headline } from "./headline.ts";
import type { Finding, FixClaim, HostState, Resource, Sample, Signal } from "./model.ts";
import { quietStatus, type QuietStatus } from "./quiet.ts";

/** What D1 keeps of a finding in its `doc` column. */
export interface FindingDoc {
  finding: Finding;
  resource: Resource;
  quiet: QuietStatus;
}

export interface SignalDoc {
  signal: Signal;
  resource: Resource;
}

/** What D1 is to hold of a finding at `now`. */
export function findingDoc(state: HostState, finding: Finding, now: EpochMs): FindingDoc {
  return {
    finding,
    resource: resourceOf(state, finding.resourceId),
    quiet: quietStatus(finding, state.agents, finding.resolvedAt ?? now),
  };
}

/** A resource that nothing has described yet is known by its id alone. */
export function resourceOf(state: Pick<HostState, "resources">, id: Resource["id"]): Resource {
  return (
    state.resources.get(id) ?? {
      id,
      type: resourceTypeOf(id),
      name: null,
      host: null,
      hostId: null,
      containerId: null,
      image: null,
      imageDigest: null,
      cluster: null,
      namespace: null,
      pod: null,
      workload: null,
      workloadKind: null,
      service: null,
      seenAt: 0,
    }
  );
}

/** What D1 alone knows. */
export interface Attached {
  /** 0 or past: it is not. */
  mutedUntil: EpochMs;
  caseId: string | null;
}

export function findingSummary(doc: FindingDoc, attached: Attached, now: EpochMs): FindingSummary {
  const { finding, resource, quiet } = doc;
  const open = finding.status === "open";
  return {
    id: finding.id,
    status: finding.status,
    rule: finding.ruleId,
    title: finding.title,
    headline: headline(finding, resource, now),
    severity: finding.severity,
    risen: risenView(finding),
    resource: resourceView(resource),
    episode: finding.episode,
    firstSeenAt: formatInstant(finding.firstSeenAt),
    lastSeenAt: formatInstant(finding.lastSeenAt),
    count: finding.count,
    totalCount: finding.totalCount,
    quietPeriod: formatDuration(finding.quietPeriodMs),
    quiet: {
      basis: quietPeriodOf(finding).basis,
      rulePeriod: formatDuration(finding.rulePeriodMs),
      longestPause: formatDuration(longestPause(finding)),
    },
    flapping: flappingOf(finding),
    fixed: finding.fixed === undefined ? null : fixView(finding.fixed),
    regressed:
      finding.regressed === undefined
        ? null
        : {
            at: formatInstant(finding.regressed.at),
            fixed: fixView(finding.regressed.fixed),
          },
    deadlineAt: open ? instantOrNull(quiet.deadlineAt) : null,
    resolvedAt: instantOrNull(finding.resolvedAt),
    resolution: finding.resolution,
    verification: verificationView(quiet, finding),
    muted: attached.mutedUntil > now,
    caseId: attached.caseId,
    version: finding.version,
  };
}

export function findingDetail(
  doc: FindingDoc,
  attached: Attached & { mute: FindingMute | null },
  now: EpochMs,
): FindingDetail {
  const { finding } = doc;
  return {
    ...findingSummary(doc, attached, now),
    mute: attached.mute,
    samples: {
      first: finding.samples.first.map(sampleView),
      latest: finding.samples.latest.map(sampleView),
    },
    ...whenOf(doc),
    agents: finding.reporters,
    lateCount: finding.lateCount,
  };
}

/** When the events of its episode came, and when somebody watched. */
export function whenOf({
  finding,
  quiet,
}: FindingDoc): Pick<FindingDetail, "occurrences" | "coverage"> {
  const { bucketMs, buckets } = finding.occurrences;
  return {
    occurrences: { bucketMs, buckets: buckets.map(([at, count]) => [formatInstant(at), count]) },
    coverage: quiet.spans.map((span) => ({
      from: formatInstant(span.from),
      to: formatInstant(span.to),
    })),
  };
}

function risenView({ risen, firstSeenAt, spread }: Finding): FindingSummary["risen"] {
  if (risen === undefined) return null;
  const { basis, at, from } = risen;
  const hasLasted = basis === "persistence";
  return {
    basis,
    at: formatInstant(at),
    from,
    after: hasLasted ? formatDuration(at - firstSeenAt) : null,
    resources: hasLasted ? null : (spread?.resources ?? null),
  };
}

function fixView({ at, by, note }: FixClaim): FixView {
  return { at: formatInstant(at), by, note: note ?? null };
}

/** Reopened again and again within a short time, counted back from the latest. */
function flappingOf({ reopenedAt = [] }: Finding): FindingSummary["flapping"] {
  const latest = reopenedAt.at(-1) ?? 0;
  const recent = reopenedAt.filter((at) => at >= latest - FLAPPING_WINDOW_MS);
  const [since] = recent;
  if (recent.length < FLAPPING_REOPENINGS || since === undefined) return null;
  return { reopenings: recent.length, since: formatInstant(since) };
}

export function signalView(doc: SignalDoc, now: EpochMs): SignalView {
  const { signal, resource } = doc;
  return {
    id: signal.id,
    rule: signal.ruleId,
    title: signal.title,
    headline: headline(signal, resource, now),
    severity: signal.severity,
    resource: resourceView(resource),
    firstSeenAt: formatInstant(signal.firstSeenAt),
    lastSeenAt: formatInstant(signal.lastSeenAt),
    count: signal.count,
    sample: sampleView(signal.sample),
    version: signal.version,
  };
}

/** A resource as people and the API see it. */
export function resourceView(resource: Resource): ResourceView {
  const { seenAt: _, goneAt: __, ...view } = resource;
  return { ...view, name: displayName(resource) };
}

function verificationView(quiet: QuietStatus, { strict }: Finding): VerificationView {
  return {
    state: quiet.watching ? "watching" : "unverified",
    heartbeats: quiet.basis === "coverage",
    strict: strict?.on ?? false,
    gaps: quiet.gaps.map(gapView),
  };
}

function gapView(gap: QuietStatus["gaps"][number]): GapView {
  return { from: formatInstant(gap.from), to: instantOrNull(gap.to), reason: gap.reason };
}

function sampleView(sample: Sample): SampleView {
  return { ...sample, at: formatInstant(sample.at) };
}

function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
