/** What `coalesce` must agree with: the same said in the simplest way, without a thought for speed. */
import type { AgentRef, LullEvent, Normalised } from "../../../schema/event.ts";
import type { ResourceId } from "../../../schema/ids.ts";
import type { Rule } from "../../../schema/rule.ts";
import type { Resource } from "../../../durable/domain/model.ts";
import type { CoalesceOptions } from "../../../workers/ingest/coalesce.ts";
import { hostOf, resourceIdOf, resourceOf } from "../../../workers/ingest/resource.ts";

/** An event that counted, and for what. */
export interface Hit {
  owner: string;
  agent: string;
  event: LullEvent;
  resource: Resource;
  rules: readonly Rule[];
}

interface Outcome {
  hits: Hit[];
  ignored: number;
  repeated: number;
  rejected: number[];
  dropped: Map<string, number>;
}

/** What becomes of each item, in order. */
export function outcomes(items: readonly Normalised[], options: CoalesceOptions): Outcome {
  const { agent, namedHost, engine } = options;
  const out: Outcome = { hits: [], ignored: 0, repeated: 0, rejected: [], dropped: new Map() };
  const seen = new Set<string>();
  const ref = (format: LullEvent["format"]): AgentRef => agent ?? { id: format, kind: format };
  for (const [index, item] of items.entries()) {
    if (item.type === "rejected") out.rejected.push(index);
    if (item.type === "ignored" || item.type === "contact") out.ignored++;
    if (item.type === "contact") {
      const host = hostOf(item.host, agent?.host, namedHost);
      const key = `${host?.owner} ${ref(item.format).id}`;
      if (host !== null) out.dropped.set(key, (out.dropped.get(key) ?? 0) + (item.dropped ?? 0));
    }
    if (item.type !== "event") continue;
    const { event } = item;
    const host = hostOf(event.host, agent?.host, namedHost);
    if (host === null && event.container === undefined) {
      out.rejected.push(index);
      continue;
    }
    const owner = host?.owner ?? resourceIdOf(event, host);
    const name = JSON.stringify([owner, ref(event.format).id, event.id]);
    if (event.id !== undefined && seen.has(name)) {
      out.repeated++;
      continue;
    }
    seen.add(name);
    const resource = resourceOf(event, host);
    const rules = engine.match(event, resource.type);
    if (rules.length === 0) out.ignored++;
    else out.hits.push({ owner, agent: ref(event.format).id, event, resource, rules });
  }
  return out;
}

/** The resource as its events describe it, one after the other. */
export function describedBy(hits: readonly Hit[]): Resource | null {
  let known: Resource | null = null;
  for (const { resource: more } of hits) {
    if (known === null) known = more;
    else if (
      known.pod === null ||
      known.image === null ||
      known.name === null ||
      more.seenAt > known.seenAt
    )
      known = more.seenAt >= known.seenAt ? over(known, more) : over(more, known);
  }
  return known;
}

/** The newer, with the older where it says nothing. */
function over(older: Resource, newer: Resource): Resource {
  const merged: Record<string, unknown> = { ...older };
  for (const [key, value] of Object.entries(newer))
    if (value !== null || ["host", "hostId", "containerId"].includes(key)) merged[key] = value;
  return merged as unknown as Resource; // It has the keys of both.
}

/** The events that one rule counts on one resource. */
export function countedBy(hits: readonly Hit[], rule: string, resource: ResourceId): LullEvent[] {
  return hits
    .filter((hit) => hit.resource.id === resource && hit.rules.some(({ id }) => id === rule))
    .map(({ event }) => event);
}
