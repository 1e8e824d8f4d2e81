/**
 * Exactly once: what Lull counts is the sum of what was acknowledged, and of some of the batches that were given up,
 * each of them on all things of a host or on none.
 */
import type { Outcome } from "./outcome.ts";
import { type Thing, type Told, thingOf } from "./record.ts";

export function judgeCounts(told: readonly Told[], outcome: Outcome): string[] {
  const found = countsFound(outcome);
  const known = new Set(told.map(({ thing }) => thing));
  const unknown = [...found.keys()].filter((thing) => !known.has(thing));
  return [
    ...unknown.map((thing) => `${thing} was never told`),
    ...[...Map.groupBy(told, ({ host }) => host)].flatMap(([host, events]) =>
      judgeHost(host, events, found),
    ),
  ];
}

function countsFound({ findings, signals }: Outcome): Map<Thing, number> {
  const found = new Map<Thing, number>();
  const add = (thing: Thing, count: number) => found.set(thing, (found.get(thing) ?? 0) + count);
  for (const { live } of findings)
    add(thingOf("finding", live.rule, live.resource.id), live.totalCount + live.lateCount);
  for (const { rule, resource, count } of signals) add(thingOf("signal", rule, resource.id), count);
  return found;
}

function judgeHost(host: string, events: readonly Told[], found: Map<Thing, number>): string[] {
  const acknowledged = events.filter(({ batch }) => batch.acknowledgedAt !== null);
  const doubtful = events.filter(({ batch }) => batch.acknowledgedAt === null);
  const things = [...new Set(events.map(({ thing }) => thing))];
  const sums = sumsOf(acknowledged);
  const missing = new Map(
    things.map((thing) => [thing, (found.get(thing) ?? 0) - (sums.get(thing) ?? 0)]),
  );
  const batches = [...Map.groupBy(doubtful, ({ batch }) => batch).values()];
  if (explains(batches, missing)) return [];
  const wrong = things.filter((thing) => missing.get(thing) !== 0);
  return wrong.map((thing) => {
    const counted = `${found.get(thing) ?? 0} counted, ${sums.get(thing) ?? 0} acknowledged`;
    const maybe = doubtful.filter((one) => one.thing === thing).map(({ count }) => count);
    return `${thing} on ${host}: ${counted}, given up: ${maybe.join(" + ") || "none"}`;
  });
}

/** Whether some of the batches, each whole, add up to what is missing. */
function explains(batches: readonly (readonly Told[])[], missing: Map<Thing, number>): boolean {
  const values = [...missing.values()];
  if (values.every((count) => count === 0)) return true;
  const [first, ...others] = batches;
  if (first === undefined || values.some((count) => count < 0)) return false;
  if (explains(others, missing)) return true;
  const rest = new Map(missing);
  for (const { thing, count } of first) rest.set(thing, (rest.get(thing) ?? 0) - count);
  return explains(others, rest);
}

function sumsOf(events: readonly Told[]): Map<Thing, number> {
  const sums = new Map<Thing, number>();
  for (const { thing, count } of events) sums.set(thing, (sums.get(thing) ?? 0) + count);
  return sums;
}
