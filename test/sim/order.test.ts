/**
 * What order and timing may not change. Two lives of one actor with its D1 are told the same in another order,
 * or look at other moments, and must come to the same.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EpochMs } from "../../schema/time.ts";
import {
  at,
  BEAT_MS,
  FINDINGS,
  findingIn,
  HOSTS,
  MINUTE,
  resourceIn,
  RULES,
  SECOND,
  STARTED_AT,
} from "./cast.ts";
import { contactOf, reportOf, type Part } from "./edge.ts";
import { REAL_CORE, SimHost } from "./host.ts";
import { ALL_GUARDS, Database, withoutVersion } from "./read-model.ts";

/** A host with two agents that send heartbeats, and one with an agent that does not. */
const WATCHED = HOSTS.findIndex(({ owner }) => owner === "host:node-9");
const SILENT = HOSTS.findIndex(({ owner }) => owner === "host:node-2");
const SHORT = at(RULES, 0).quietPeriodMs;

/** One actor with its D1, on a clock of its own. */
class Life {
  readonly database = new Database(ALL_GUARDS, () => {});
  readonly #host: number;
  readonly #actor: SimHost;
  now: EpochMs = STARTED_AT;

  constructor(host: number) {
    this.#host = host;
    this.#actor = new SimHost(at(HOSTS, host).owner, {
      core: REAL_CORE,
      database: this.database,
      now: () => this.now,
      silenceRule: () => null,
      coverage: () => ({ type: "applyCoverage", strict: false, version: 1 }),
      rulesInForce: () => [],
      observe: () => {},
      forgotten: () => {},
    });
  }

  /** A batch that the edge has read at an instant. */
  batch(id: string, readAt: EpochMs, agent: number, events: readonly EpochMs[]): void {
    const role = at(HOSTS, this.#host);
    const [n = 0] = role.findings;
    const seen = at(FINDINGS, n);
    const rule = { ...at(RULES, seen.rule), version: 1 };
    const part: Part = {
      host: this.#host,
      agent: at(role.agents, agent),
      sentAt: readAt,
      dropped: 0,
      events: events.map((when) => ({
        role: n,
        finding: findingIn(seen, 0),
        resource: resourceIn(seen.place, 0),
        at: when,
        rule,
      })),
      gone: [],
    };
    this.#actor.report(id, reportOf(part, readAt, new Map()));
  }

  beat(): void {
    for (const agent of at(HOSTS, this.#host).agents) {
      const contact = contactOf(agent, this.now, BEAT_MS, 0);
      if (agent.beats === null) continue;
      this.#actor.report(null, {
        type: "report",
        contact,
        resources: [],
        observations: [],
        signals: [],
      });
    }
  }

  async look(): Promise<void> {
    await this.#actor.wake(() => Promise.resolve());
  }

  evict(): void {
    this.#actor.evict();
  }

  /** Beats, and looks as often as told, up to an instant. */
  async live(until: EpochMs, looks: boolean): Promise<void> {
    while (this.now < until) {
      const alarm = this.#actor.armedAt ?? Number.POSITIVE_INFINITY;
      const nextBeat = (Math.floor(this.now / BEAT_MS) + 1) * BEAT_MS;
      this.now = Math.min(until, nextBeat, looks ? Math.max(alarm, this.now) : nextBeat);
      if (this.now === nextBeat) this.beat();
      if (looks && alarm <= this.now) await this.#actor.alarm(() => Promise.resolve());
    }
  }

  /** What people see: of the open finding, and of its history. */
  seen(): unknown {
    const finding = [...(this.#actor.state?.findings.values() ?? [])].map((one) => ({
      status: one.status,
      episode: one.episode,
      count: one.count,
      totalCount: one.totalCount,
      lateCount: one.lateCount,
      firstSeenAt: one.firstSeenAt,
      lastSeenAt: one.lastSeenAt,
      quietPeriodMs: one.quietPeriodMs,
      resolvedAt: one.resolvedAt,
      resolution: one.resolution,
      coverage: one.coverage,
      reporters: one.reporters.toSorted(),
      occurrences: one.occurrences,
    }));
    const episodes = [...this.database.episodes.values()].map((of) =>
      [...of.values()].map(withoutVersion),
    );
    return { finding, episodes, agents: this.#watched() };
  }

  #watched(): unknown {
    const agents = [...(this.#actor.state?.agents.values() ?? [])];
    return agents
      .map(({ id, intervals, heartbeats, dropped }) => ({ id, intervals, heartbeats, dropped }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** A life in which D1 knows of the finding, since it has been looked at once. */
async function begun(host: number): Promise<Life> {
  const life = new Life(host);
  life.beat();
  life.batch("first", life.now, 0, [life.now]);
  await life.look();
  return life;
}

const hosts = fc.constantFrom(WATCHED, SILENT);
const batch = fc.record({
  readAfter: fc.nat(SHORT - 2 * SECOND),
  agent: fc.nat(2),
  ago: fc.uniqueArray(fc.nat(SHORT), { minLength: 1, maxLength: 4 }),
});
/** Distinct batches, and the order in which they arrive, some of them more than once. */
const deliveries = fc
  .uniqueArray(batch, { minLength: 2, maxLength: 8, selector: ({ readAfter }) => readAfter })
  .chain((batches) => {
    const order = batches.map((_, i) => i);
    const repeats = fc.array(fc.constantFrom(...order), { maxLength: 4 });
    const shuffled = repeats.chain((more) => {
      const all = [...order, ...more];
      return fc
        .shuffledSubarray(
          all.map((_, i) => i),
          { minLength: all.length },
        )
        .map((by) => by.map((i) => at(all, i)));
    });
    return fc.record({ batches: fc.constant(batches), order: shuffled, evicts: fc.boolean() });
  });

describe("batches that arrive before an end is decided", () => {
  async function after(
    host: number,
    batches: readonly { readAfter: number; agent: number; ago: number[] }[],
    order: readonly number[],
    evicts: boolean,
  ): Promise<unknown[]> {
    const life = await begun(host);
    const agents = at(HOSTS, host).agents.length;
    for (const n of order) {
      const { readAfter, agent, ago } = at(batches, n);
      const readAt = STARTED_AT + readAfter;
      life.now = STARTED_AT + SHORT - SECOND;
      // Events of before the first one extend what it opened.
      life.batch(
        `batch ${n}`,
        readAt,
        agent % agents,
        ago.map((ms) => readAt - ms),
      );
      if (evicts) life.evict();
    }
    const atOnce = life.seen();
    await life.live(STARTED_AT + 10 * MINUTE, true);
    return [atOnce, life.seen()];
  }

  test("leave the same in any order, however often, whether or not the actor was evicted", async () => {
    await fc.assert(
      fc.asyncProperty(hosts, deliveries, async (host, { batches, order, evicts }) => {
        const inOrder = batches
          .map((_, i) => i)
          .toSorted((a, b) => at(batches, a).readAfter - at(batches, b).readAfter);
        const told = await after(host, batches, inOrder, false);
        expect(await after(host, batches, order, evicts)).toEqual(told);
      }),
      { numRuns: 150 },
    );
  });
});

describe("events that arrive when they happen", () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 4 * SHORT }), { minLength: 1, maxLength: 8 });

  async function after(host: number, pausesMs: readonly number[], looks: boolean): Promise<Life> {
    const life = await begun(host);
    for (const [n, pauseMs] of pausesMs.entries()) {
      await life.live(life.now + pauseMs, looks);
      life.batch(`batch ${n}`, life.now, 0, [life.now]);
    }
    await life.live(life.now + 30 * MINUTE, true);
    return life;
  }

  test("make the same episodes whenever the alarm comes, once D1 has been asked", async () => {
    await fc.assert(
      fc.asyncProperty(hosts, pauses, async (host, pausesMs) => {
        const [prompt, lazy] = [
          await after(host, pausesMs, true),
          await after(host, pausesMs, false),
        ];
        expect(lazy.seen()).toEqual(prompt.seen());
      }),
      { numRuns: 150 },
    );
  });
});
