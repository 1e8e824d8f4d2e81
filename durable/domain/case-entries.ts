/** What a case's timeline says of its findings. Pure. Contract: an occurrence has the same id whenever it is told. */
import type { TimelineKind } from "../../schema/case.ts";
import type { EpochMs } from "../../schema/time.ts";
import { headline } from "./headline.ts";
import type { Finding, OutboxMessage } from "./model.ts";
import type { FindingDoc } from "./view.ts";

/** A line that is there once, however often it is told. */
export interface FindingEntry {
  id: string;
  at: EpochMs;
  by: null;
  kind: TimelineKind;
  data: Record<string, unknown>;
}

type Told = Extract<TimelineKind, OutboxMessage["type"]>;

const TOLD: ReadonlySet<string> = new Set<Told>([
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
  "finding.resolved",
  "finding.unverified",
  "finding.watched",
]);

export function isTold(type: OutboxMessage["type"]): type is Told {
  return TOLD.has(type);
}

/** What has happened to it. `now`: for its headline. */
export function transitionEntry(type: Told, at: EpochMs, doc: FindingDoc, now: EpochMs) {
  const { finding } = doc;
  const data: Record<string, unknown> = { ...named(doc, now), episode: finding.episode };
  if (type === "finding.resolved") Object.assign(data, endOf(finding));
  if (type === "finding.regressed") data["eventAt"] = finding.regressed?.at ?? null;
  return { id: idOf(type, finding), at, by: null, kind: type, data } satisfies FindingEntry;
}

/** Where its current or last episode stands, for a case that it is put into. */
export function standingEntries(doc: FindingDoc, now: EpochMs): FindingEntry[] {
  const { finding } = doc;
  const type = finding.episode > 1 ? "finding.reopened" : "finding.opened";
  const opened = transitionEntry(type, finding.firstSeenAt, doc, now);
  if (finding.resolvedAt === null) return [opened];
  return [opened, transitionEntry("finding.resolved", finding.resolvedAt, doc, now)];
}

/** Opening and end come once an episode; the others may come again. */
function idOf(type: Told, { id, episode, version }: Finding): string {
  const isOnce = type !== "finding.unverified" && type !== "finding.watched";
  return `f:${id}:${isOnce ? `e${episode}` : `v${version}`}:${type}`;
}

function named({ finding, resource }: FindingDoc, now: EpochMs) {
  const { id, ruleId, severity } = finding;
  return { finding: id, rule: ruleId, severity, headline: headline(finding, resource, now) };
}

/** How an episode ended, and where that is certified. */
function endOf({ id, episode, resolution, count }: Finding) {
  const certificate = `/api/v1/findings/${id}/episodes/${episode}/certificate`;
  return { resolution, count, certificate };
}
