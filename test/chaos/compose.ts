/** Puts what is seen at one moment into a request, and notes what it tells. */
import { at } from "../bench/random.ts";
import type { Random } from "../sim/random.ts";
import { containerResourceId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Behaviour } from "./behaviour.ts";
import { DEEDS, eventSpan, falcoAlert, nativeBatch, nativeEvent, type Post } from "./fleet.ts";
import type { Parcel } from "./outlet.ts";
import { type Batch, type Told, thingOf } from "./record.ts";

/** What no rule looks for. */
const NOTHING = at(DEEDS, DEEDS.length - 1);

export interface Composed {
  parcel: Parcel;
  told: Told[];
}

export function compose(
  post: Post,
  seen: readonly Behaviour[],
  batch: Batch,
  now: EpochMs,
  random: Random,
): Composed {
  const host = at(post, 0);
  const told: Told[] = [];
  const events: object[] = [];
  const add = (it: Pick<Behaviour, "host" | "container" | "deed">, count: number) => {
    for (let i = 0; i < count; i++)
      events.push(
        host.format === "native"
          ? nativeEvent(it.host, it.container, it.deed, now)
          : falcoAlert(it.host, it.container, it.deed, now, random),
      );
  };
  for (const behaviour of seen) {
    const count = behaviour.eventsAt(now);
    add(behaviour, count);
    if (count > 0) told.push(...tell(behaviour, count, batch, now));
  }
  // Falco has nothing but alerts to be heard by.
  if (events.length === 0) add({ host, container: at(host.containers, 0), deed: NOTHING }, 1);
  const body = host.format === "native" ? nativeBatch(post, events, now) : events;
  const parcel: Parcel = {
    path: "/v1/events",
    headers: headersOf(post, batch, random),
    body: JSON.stringify(body),
    events: events.length,
  };
  return { parcel, told };
}

/** Half of the batches are known by their content alone. */
function headersOf(post: Post, batch: Batch, random: Random): Parcel["headers"] {
  const { format, heartbeatMs } = at(post, 0);
  return {
    ...(random.chance(0.5) ? { "idempotency-key": batch.id } : {}),
    ...(format === "falco" && heartbeatMs !== null
      ? { "x-lull-heartbeat": `${heartbeatMs}ms` }
      : {}),
  };
}

function tell(
  { host, container, deed }: Behaviour,
  count: number,
  batch: Batch,
  now: EpochMs,
): Told[] {
  const resource = containerResourceId(container);
  const one = { host: host.name, count, batch, ...eventSpan(host, now) };
  const about = (kind: "finding" | "signal", rule: string | null): Told[] =>
    rule === null ? [] : [{ ...one, thing: thingOf(kind, rule, resource) }];
  return [...about("finding", deed.finding), ...about("signal", deed.signal)];
}
