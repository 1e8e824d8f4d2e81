/**
 * What can be said of a rule's findings in a workload as a whole, and no more than that. Pure.
 * Containers are known by their findings alone: what one without any does, nobody has told.
 */
import type {
  Fix,
  ImageRef,
  RollupKey,
  RollupStatus,
  RollupSummary,
  Witness,
} from "../../schema/rollup.ts";
import { type DurationMs, type EpochMs, formatDuration, formatInstant } from "../../schema/time.ts";
import { when } from "./headline.ts";
import { type FindingDoc, resourceView, whenOf } from "./view.ts";

/** "shop/api", or the name alone where no namespace is known. */
export function workloadName(key: Pick<RollupKey, "namespace" | "workload">): string {
  return key.namespace === null ? key.workload : `${key.namespace}/${key.workload}`;
}

/** "gcc ran in 3 of 5 known containers of shop/api since Tuesday", "gcc ran in 4 containers of shop/api" */
export function rollupHeadline(
  what: {
    subject: string;
    status: RollupStatus;
    containers: RollupSummary["containers"];
    oldestOpenedAt: EpochMs;
  },
  key: RollupKey,
  now: EpochMs,
): string {
  const { affected, total, hit } = what.containers;
  const of = `of ${workloadName(key)}`;
  if (what.status !== "open")
    return `${what.subject} in ${hit === 1 ? "1 container" : `${hit} containers`} ${of}`;
  const known = total === 1 ? "known container" : "known containers";
  const since = when(what.oldestOpenedAt, now);
  return `${what.subject} in ${affected} of ${total} ${known} ${of} since ${since}`;
}

/** What the rows show of a roll-up whose findings have all ended. */
export interface FixFacts {
  status: RollupStatus;
  ended: RollupSummary["ended"];
  quietPeriodMs: DurationMs;
  /** The newest event and the quiet period. */
  quietAt: EpochMs;
  /** The image of the newest event. */
  before: ImageRef | null;
  /** Agents' formats that have reported the rule in this workload. */
  formats: ReadonlySet<string>;
  /** Findings of other rules, in containers of the workload that have none of this one; newest first. */
  witnesses: readonly FindingDoc[];
}

/** Null while it is open. */
export function fixOf(facts: FixFacts, now: EpochMs): Fix | null {
  if (facts.status === "open") return null;
  const { before } = facts;
  const newer = facts.witnesses.filter(
    ({ resource }) =>
      resource.imageDigest !== null && before !== null && resource.imageDigest !== before.digest,
  );
  const proof = mayBeProven(facts, now)
    ? newer.find(
        (doc) => isReportedBy(doc, facts.formats) && watchedFor(doc) >= facts.quietPeriodMs,
      )
    : undefined;
  const shown = proof ?? newer[0];
  const after = shown === undefined ? null : imageOf(shown);
  const witness = shown === undefined ? null : witnessOf(shown);
  return {
    proven: proof !== undefined,
    before,
    after,
    witness,
    why: why(facts, after, proof, now),
  };
}

/** Both digests are needed, the period must have passed, and a rule that is off sees nothing. */
function mayBeProven({ before, quietAt, ended }: FixFacts, now: EpochMs): boolean {
  return before !== null && before.digest !== null && now >= quietAt && ended.rule_retired === 0;
}

function imageOf({ resource }: FindingDoc): ImageRef {
  return { image: resource.image, digest: resource.imageDigest };
}

function witnessOf(doc: FindingDoc): Witness {
  return {
    resource: resourceView(doc.resource),
    knownSince: formatInstant(doc.finding.firstSeenAt),
    coverage: whenOf(doc).coverage,
  };
}

/** An agent of another kind might not see what this rule looks for. */
function isReportedBy({ finding }: FindingDoc, formats: ReadonlySet<string>): boolean {
  return [...finding.samples.first, ...finding.samples.latest].some((it) => formats.has(it.agent));
}

/** How long an agent that reported it has watched it since its last event, and not beyond its end, as far as D1 knows. */
function watchedFor({ finding, quiet }: FindingDoc): DurationMs {
  const end = finding.resolvedAt ?? Infinity;
  return quiet.spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, end) - span.from),
    0,
  );
}

function why(
  facts: FixFacts,
  after: ImageRef | null,
  proof: FindingDoc | undefined,
  now: EpochMs,
): string {
  const period = formatDuration(facts.quietPeriodMs);
  const { ended, before } = facts;
  if (proof !== undefined)
    return `A container of the newer image was watched for the whole quiet period (${period}) and has not done this.`;
  if (ended.rule_retired > 0)
    return "The rule was turned off while findings were open: nobody looked any more.";
  const onlyGone = ended.quiet + ended.quiet_unverified === 0;
  const gone = onlyGone ? "Its containers are gone; " : "";
  if (now < facts.quietAt)
    return sentence(`${gone}the quiet period (${period}) since the newest event has not passed.`);
  if (after !== null && before?.digest === null)
    return sentence(`${gone}the digest of the image that did this is not known.`);
  if (after !== null)
    return sentence(
      `${gone}a newer image is known, but not that it was watched for the whole quiet period (${period}).`,
    );
  if (onlyGone) return "Its containers are gone; nothing shows that the new ones behave.";
  return facts.status === "quiet"
    ? "It has stopped in a container that was watched; no newer image is known that it could be compared with."
    : "Nothing more has come, but that it has stopped in the whole workload is not shown.";
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
