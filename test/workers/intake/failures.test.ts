/** What a batch comes to where actors, the tenant or D1 fail under it: told so, completed on retry, counted once. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { outcomesAnswerSchema } from "../../../schema/outcome.ts";
import type { HostReport } from "../../../durable/host-actor.ts";
import { keepOutcomes } from "../../../workers/outcomes/minute.ts";
import { withoutTable } from "../../durable/support.ts";
import {
  answerOf,
  batch,
  beatOf,
  gcc,
  iso,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

/** How a call to an actor can end: well, before it did anything, after it did all, or not accepted at all. */
const FAULTS = ["well", "before", "after", "overloaded"] as const;
type Fault = (typeof FAULTS)[number];

/** While `during` runs, calls of these owners' `report` end so; all other calls end well. */
async function failing<T>(
  site: Site,
  faults: ReadonlyMap<string, Fault>,
  during: () => Promise<T>,
): Promise<T> {
  const namespace = env.HOST_ACTOR;
  const reach = namespace.getByName.bind(namespace);
  const spy = vi.spyOn(namespace, "getByName").mockImplementation((name) => {
    const stub = reach(name);
    const fault = faults.get(name.slice(`${site.tenant}/host:`.length)) ?? "well";
    if (fault === "well") return stub;
    const report = async (told: HostReport): Promise<never> => {
      if (fault === "after") await stub.report(told);
      if (fault !== "overloaded") throw new Error("the object was reset");
      throw Object.assign(new Error("overloaded"), { overloaded: true, retryable: true });
    };
    // Intake calls these two only.
    return { report, appliedBatch: (id: never) => stub.appliedBatch(id) } as never;
  });
  try {
    return await during();
  } finally {
    spy.mockRestore();
  }
}

async function totalsOf(site: Site) {
  await keepOutcomes(env, Date.now());
  return outcomesAnswerSchema.parse(await okJson(await site.api("/outcomes"))).totals;
}

async function expectToldToRetry(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await problemOf(response)).type).toMatch(/:(?:not_committed|busy)$/);
}

test(
  "a batch of many hosts completes on retry, and counts once, however its actors fail",
  { timeout: 60_000 },
  async () => {
    const host = fc.record({
      events: fc.integer({ min: 1, max: 3 }),
      faults: fc.array(fc.constantFrom(...FAULTS), { minLength: 3, maxLength: 3 }),
    });
    const plan = fc.record({
      hosts: fc.array(host, { minLength: 1, maxLength: 12 }),
      key: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ hosts, key }) => {
        const site = await Site.open();
        const names = hosts.map(() => unique("host"));
        const events = hosts.flatMap(({ events: count }, at) =>
          Array.from({ length: count }, () => gcc(newContainer(), { host: { name: names[at] } })),
        );
        const headers = key ? { "idempotency-key": "batch" } : {};
        const applied = new Set<string>();
        const expected = { accepted: 0, duplicate: 0 };
        for (const attempt of [0, 1, 2, 3]) {
          const faults = new Map(
            names.map((name, at) => [name, hosts[at]?.faults[attempt] ?? "well"]),
          );
          // oxlint-disable-next-line no-await-in-loop -- attempts come one after the other
          const response = await failing(site, faults, () => site.post(events, headers));
          const now = { accepted: 0, duplicate: 0 };
          for (const [at, name] of names.entries()) {
            const count = hosts[at]?.events ?? 0;
            const fault = faults.get(name);
            // Whose answer was lost is counted as duplicate when it is heard.
            if (fault === "well") now[applied.has(name) ? "duplicate" : "accepted"] += count;
            if (fault === "well" || fault === "after") applied.add(name);
          }
          expected.accepted += now.accepted;
          expected.duplicate += now.duplicate;
          // oxlint-disable-next-line no-await-in-loop
          if ([...faults.values()].some((fault) => fault !== "well"))
            await expectToldToRetry(response);
          // oxlint-disable-next-line no-await-in-loop
          else expect(await answerOf(response)).toMatchObject({ received: events.length, ...now });
        }
        await Promise.all(names.map((name) => site.alarm(`host:${name}`)));
        const { items } = await site.findings("?limit=200");
        expect(items.length).toBe(events.length);
        expect(items.every(({ count }) => count === 1)).toBe(true);
        const totals = await totalsOf(site);
        expect(totals).toMatchObject({ ...expected, ignored: 0, rejected: 0 });
        expect(totals.received).toBe(expected.accepted + expected.duplicate);
      }),
      { numRuns: 25 },
    );
  },
);

describe.each(["before", "after", "overloaded"] as const)("an actor that fails: %s", (fault) => {
  test("a heartbeat is to be sent again, and counts once", async () => {
    const site = await Site.open();
    const host = unique("host");
    const beat = beatOf(host, { sentAt: iso(), facts: { cgroupVersion: 1 }, dropped: 3 });
    const faults = new Map([[host, fault]]);
    await expectToldToRetry(await failing(site, faults, () => site.beat(beat)));
    await okJson(await site.beat(beat));
    await okJson(await site.beat(beat));
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("what was rejected or ignored is told when the batch completes", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = batch(host, [gcc(newContainer()), { kind: "process" }]);
    await expectToldToRetry(await failing(site, new Map([[host, fault]]), () => site.post(body)));
    const answer = await site.send(body);
    expect(answer).toMatchObject({ received: 2, rejected: [{ index: 1 }] });
    expect(answer.accepted).toBe(fault === "after" ? 0 : 1);
  });
});

describe("a tenant whose configuration cannot be read", () => {
  const errors: [string, () => Promise<Response>][] = [
    ["throws", () => Promise.reject(new Error("internal error"))],
    ["is overloaded", () => Promise.reject(Object.assign(new Error("x"), { overloaded: true }))],
    [
      "answers with an error",
      () => Promise.resolve(Response.json({ error: "x" }, { status: 500 })),
    ],
  ];

  test.each(errors)("%s: agents are told to come again", async (_, answer) => {
    const site = await Site.open();
    const host = unique("host");
    const body = batch(host, [gcc(newContainer())]);
    const spy = vi.spyOn(env.TENANT_ACTOR, "get").mockImplementation(
      // All that itty-durable calls.
      () => ({ fetch: answer }) as never,
    );
    try {
      await expectToldToRetry(await site.post(body));
      await expectToldToRetry(await site.beat(beatOf(host)));
      await expectToldToRetry(await site.post("[]", {}, "/api/v2/secruntime"));
    } finally {
      spy.mockRestore();
    }
    expect(await site.send(body)).toMatchObject({ accepted: 1 });
  });
});

test("who cannot be counted is let in", async () => {
  const site = await Site.open();
  env.LULL_DAILY_EVENT_QUOTA = "1000";
  const spy = vi.spyOn(env.INTAKE_RATE, "limit").mockRejectedValue(new Error("no limiter"));
  try {
    await withoutTable("intake_days", async () => {
      expect(await site.send(batch(unique("host"), [gcc(newContainer())]))).toMatchObject({
        accepted: 1,
      });
    });
  } finally {
    env.LULL_DAILY_EVENT_QUOTA = "0";
    spy.mockRestore();
  }
});

describe("while D1 is down", () => {
  test.each(["findings", "intake_hours"])(
    "(its table %s) events are taken, and appear later",
    async (table) => {
      const site = await Site.open();
      const host = unique("host");
      await withoutTable(table, async () => {
        expect(await site.send(batch(host, [gcc(newContainer())]))).toMatchObject({ accepted: 1 });
        await okJson(await site.beat(beatOf(host)));
        await site.alarm(`host:${host}`);
        await keepOutcomes(env, Date.now());
      });
      // After the first wait of a failed drain.
      pass(MINUTE);
      await site.alarm(`host:${host}`);
      expect((await site.onlyFinding()).count).toBe(1);
      expect(await totalsOf(site)).toMatchObject({ accepted: 1 });
    },
  );
});
