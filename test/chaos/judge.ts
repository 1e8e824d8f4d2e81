/**
 * Holds what Lull says against what the agents know. This is not the core run again: what it decides depends on the
 * moment at which it took each batch, which no agent knows. But of every event that was acknowledged it is known when
 * it happened, and by when it was taken; from that follows in which episode it must be counted, or that it may be late,
 * and that is told here without a line of the core.
 */
import type { EpochMs } from "../../schema/time.ts";
import { parseDuration } from "../../schema/time.ts";
import type { EpisodeView } from "../../schema/finding.ts";
import { GAP_INTERVALS } from "../../schema/limits.ts";
import { HEARTBEAT_MS, QUIET_PERIOD_MS, type Host } from "./fleet.ts";
import type { FoundFinding, Outcome } from "./outcome.ts";
import { type Contact, type Told, thingOf } from "./record.ts";
import { judgeCounts } from "./judge-counts.ts";

export interface Known {
  hosts: readonly Host[];
  told: readonly Told[];
  contacts: readonly Contact[];
}

/** What does not fit, in words; empty where all is well. */
export function judge({ hosts, told, contacts }: Known, outcome: Outcome): string[] {
  const byThing = Map.groupBy(told, ({ thing }) => thing);
  const byHost = new Map(hosts.map((host) => [host.name, host]));
  const contactsOf = Map.groupBy(
    contacts.toSorted((a, b) => a.from - b.from),
    ({ host }) => host,
  );
  return [
    ...judgeCounts(told, outcome),
    ...outcome.findings.flatMap((found) => {
      const { live } = found;
      const host = byHost.get(live.resource.host ?? "");
      if (host === undefined) return [`${live.id} is of nobody's host`];
      const events = byThing.get(thingOf("finding", live.rule, live.resource.id)) ?? [];
      const signsOfLife = contactsOf.get(host.name) ?? [];
      return [
        ...judgeLists(found),
        ...judgeEpisodes(found, events),
        ...judgeEnds(found, host, signsOfLife),
      ].map((text) => `${live.rule} of ${live.resource.id} on ${host.name}: ${text}`);
    }),
  ];
}

/** The lists and the actor say the same. */
function judgeLists({ listed, live, episodes }: FoundFinding): string[] {
  const wrong = Object.entries(listed)
    .filter(([key, value]) => {
      // `live` has every field of a summary.
      const same = live[key as keyof typeof listed];
      return JSON.stringify(value) !== JSON.stringify(same);
    })
    .map(([key, value]) => `listed with ${key} ${JSON.stringify(value)}, which the actor denies`);
  const last = episodes.at(-1);
  if (live.status !== "resolved") wrong.push("still open");
  if (episodes.some(({ episode }, i) => episode !== i + 1) || episodes.length !== live.episode)
    wrong.push(`episode ${live.episode} with ${episodes.map((one) => one.episode).join()} ended`);
  const total = episodes.reduce((sum, { count }) => sum + count, 0);
  if (total !== live.totalCount) wrong.push(`${total} in episodes, ${live.totalCount} in all`);
  if (
    last?.count !== live.count ||
    last.resolution !== live.resolution ||
    last.resolvedAt !== live.resolvedAt ||
    last.lastSeenAt !== live.lastSeenAt ||
    last.openedAt !== live.firstSeenAt
  )
    wrong.push(`the last episode is ${JSON.stringify(last)}, the finding ${JSON.stringify(live)}`);
  return wrong;
}

interface Span {
  from: EpochMs;
  to: EpochMs;
}

function spanOf({ openedAt, lastSeenAt }: EpisodeView): Span {
  return { from: Date.parse(openedAt), to: Date.parse(lastSeenAt) };
}

/** Every event is where it must be, and every episode is made of events. */
function judgeEpisodes({ live, episodes }: FoundFinding, events: readonly Told[]): string[] {
  const wrong: string[] = [];
  const ends = episodes.map(({ resolvedAt }) => Date.parse(resolvedAt));
  // Late is what is not newer than an end that was there when it was taken.
  const mayBeLate = (one: Told) =>
    ends.some((end) => one.from <= end && end <= (one.batch.acknowledgedAt ?? Infinity));
  const spans = episodes.map(spanOf);
  for (const [i, span] of spans.entries()) {
    const within = events.filter((one) => one.from >= span.from && one.to <= span.to);
    const least = countOf(within.filter((one) => isAcknowledged(one) && !mayBeLate(one)));
    const most = countOf(events.filter((one) => touches(one, span)));
    const count = episodes[i]?.count ?? 0;
    if (count < least || count > most)
      wrong.push(`episode ${i + 1} has ${count} events, not ${least} to ${most}`);
    for (const edge of [span.from, span.to])
      if (!events.some((one) => one.from <= edge && edge <= one.to))
        wrong.push(`episode ${i + 1} has an edge where nothing happened: ${edge}`);
    const end = ends[i - 1];
    if (end !== undefined && span.from <= end)
      wrong.push(`episode ${i + 1} began at ${span.from}, the one before it ended at ${end}`);
  }
  const outside = events.filter(
    (one) => isAcknowledged(one) && !spans.some((s) => touches(one, s)),
  );
  if (!outside.every(mayBeLate)) wrong.push("an event is in no episode and cannot be late");
  if (live.lateCount > countOf(events.filter(mayBeLate)))
    wrong.push(`${live.lateCount} events are called late`);
  return wrong;
}

/** No end without its quiet period, and none called proven that nobody watched. */
function judgeEnds({ episodes }: FoundFinding, host: Host, seen: readonly Contact[]): string[] {
  const wrong: string[] = [];
  const expected = host.heartbeatMs === null ? "quiet_unverified" : "quiet";
  for (const { episode, lastSeenAt, resolvedAt, resolution, quietPeriod } of episodes) {
    const span = { from: Date.parse(lastSeenAt), to: Date.parse(resolvedAt) };
    const periodMs = parseDuration(quietPeriod) ?? 0;
    const window = span.to - span.from;
    if (resolution !== expected) wrong.push(`episode ${episode} ended as ${resolution}`);
    if (periodMs < QUIET_PERIOD_MS || window < periodMs)
      wrong.push(`episode ${episode} ended after ${window} ms of ${quietPeriod}`);
    if (host.heartbeatMs === null && window !== periodMs)
      wrong.push(`episode ${episode} ended after ${window} ms, not ${quietPeriod}`);
    if (host.heartbeatMs !== null && mostWatched(seen, span) < periodMs)
      wrong.push(`episode ${episode} ended as quiet, but ${quietPeriod} were not watched`);
  }
  return wrong;
}

/** How much of a span an agent can have watched: all between contacts, in order, that are no gap apart at their nearest. */
function mostWatched(contacts: readonly Contact[], { from, to }: Span): number {
  let watched = 0;
  let reached = from;
  let previous: Contact | null = null;
  for (const contact of contacts) {
    const joins = previous !== null && contact.from - previous.to <= GAP_INTERVALS * HEARTBEAT_MS;
    const start = Math.max(reached, joins && previous !== null ? previous.from : contact.from);
    const end = Math.min(to, contact.to);
    if (end > start) watched += end - start;
    reached = Math.max(reached, end);
    if (previous === null || contact.to > previous.to) previous = contact;
  }
  return watched;
}

function isAcknowledged(one: Told): boolean {
  return one.batch.acknowledgedAt !== null;
}

function touches(one: Told, span: Span): boolean {
  return one.to >= span.from && one.from <= span.to;
}

function countOf(events: readonly Told[]): number {
  return events.reduce((sum, { count }) => sum + count, 0);
}
