/** The hosts of a run as they really are: which agents live, by which clock, and which containers run. */
import type { Running } from "../../durable/domain/gone.ts";
import { resourceTypeOf, type FindingId, type ResourceId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { at, findingIn, FINDINGS, HOSTS, resourceIn } from "./cast.ts";
import type { SimPart } from "./commands.ts";
import type { Event, Part } from "./edge.ts";
import type { Tenant } from "./tenant.ts";

export class Fleet {
  readonly #tenant: Tenant;
  readonly #dead = new Set<string>();
  readonly #skews = new Map<string, number>();
  /** How often the container in a place has been replaced. */
  readonly #replaced = new Map<number, number>();
  /** Hosts that something has been heard of: only their agents send heartbeats by themselves. */
  readonly known = new Set<number>();

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  isDead(host: number, agent: number): boolean {
    return this.#dead.has(agentKey(host, agent));
  }

  toggle(host: number, agent: number): void {
    const key = agentKey(host, agent);
    if (!this.#dead.delete(key)) this.#dead.add(key);
  }

  skew(host: number, agent: number, ms: number): void {
    this.#skews.set(agentKey(host, agent), ms);
  }

  /** What the agent takes an instant for. */
  clockOf(host: number, agent: number, now: EpochMs): EpochMs {
    return now + (this.#skews.get(agentKey(host, agent)) ?? 0);
  }

  replace(place: number): void {
    this.#replaced.set(place, (this.#replaced.get(place) ?? 0) + 1);
  }

  resourceIn(place: number): ResourceId {
    return resourceIn(place, this.#replaced.get(place) ?? 0);
  }

  /** One of {@link FINDINGS}, of the container that runs there now. */
  findingOf(n: number): FindingId {
    const role = at(FINDINGS, n);
    return findingIn(role, this.#replaced.get(role.place) ?? 0);
  }

  /** All containers of a host, as of an instant by its agent's clock. */
  running(host: number, when: EpochMs): Running {
    const { owner, findings } = at(HOSTS, host);
    const places = new Set(findings.map((n) => at(FINDINGS, n).place));
    const ids = Array.from(places, (place) => this.resourceIn(place));
    return { at: when, ids: ids.filter((id) => id !== owner) };
  }

  /** What an agent puts into a batch; nothing, where it is dead. */
  part({ host, agent, events, dropped, gone }: SimPart, now: EpochMs): Part[] {
    this.known.add(host);
    if (this.isDead(host, agent)) return [];
    const clock = this.clockOf(host, agent, now);
    return [
      {
        host,
        agent: at(at(HOSTS, host).agents, agent),
        sentAt: clock,
        dropped,
        events: events.flatMap(([n, ago]) => this.#event(n % FINDINGS.length, clock - ago)),
        gone: gone === undefined ? [] : this.#goneIn(gone[0], clock - gone[1]),
      },
    ];
  }

  #event(n: number, when: EpochMs): Event[] {
    const { rule: r, place } = at(FINDINGS, n);
    const rule = this.#tenant.rule(r);
    if (rule === null) return [];
    const [finding, resource] = [this.findingOf(n), this.resourceIn(place)];
    return [{ role: n, finding, resource, at: when, rule }];
  }

  /** Containers go; a host does not say so of itself. */
  #goneIn(place: number, when: EpochMs): Part["gone"] {
    const id = this.resourceIn(place);
    return resourceTypeOf(id) === "container" ? [{ id, at: when }] : [];
  }
}

function agentKey(host: number, agent: number): string {
  return `${host} ${agent % at(HOSTS, host).agents.length}`;
}
