/** What an endpoint's actor promises: each event once in effect and in order of its key, or a dead letter. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Happening } from "../../schema/happening.ts";
import {
  BREAKER_FAILURES,
  MAX_ATTEMPTS_AT_ONCE,
  MAX_DELIVERY_AGE_MS,
  MAX_PENDING_DELIVERIES,
  RETRY_DELAYS_MS,
} from "../../schema/limits.ts";
import { happening } from "../domain/webhooks/support.ts";
import {
  DAY,
  HOUR,
  MINUTE,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
} from "../workers/support.ts";
import { openEndpoint, type TestEndpoint } from "./endpoint-support.ts";
import { network, OK, type Behaviour } from "./receivers.ts";

beforeEach(stopClock);

const answers = (status: number, headers: Record<string, string> = {}): Behaviour => ({
  does: "answers",
  status,
  headers,
});
const FAILS = answers(500);

/** The n-th event about a key. */
function event(key: string, n: number): Happening {
  return happening("finding.opened", { id: `${key}:${n}`, key, at: Date.now() });
}

async function opened(
  behaviour?: Behaviour | ((n: number) => Behaviour),
  fields = {},
): Promise<TestEndpoint> {
  const endpoint = await openEndpoint(await Site.open(), behaviour, fields);
  network([endpoint.receiver]);
  return endpoint;
}

/** Events by key, in the order in which they took effect. */
async function effects(endpoint: TestEndpoint): Promise<Record<string, string[]>> {
  const log = await endpoint.deliveries("?limit=200");
  const byId = new Map(log.map(({ id, event: name, key }) => [id, { name, key }]));
  const order: Record<string, string[]> = {};
  for (const { id } of endpoint.receiver.taken) {
    const { name, key } = byId.get(id) ?? { name: "?", key: "?" };
    (order[key] ??= []).push(name);
  }
  return order;
}

describe("a receiver that works", () => {
  test("gets each event once, at once, signed, whatever is told again", async () => {
    const endpoint = await opened();
    await endpoint.enqueue(event("a", 1), event("b", 1));
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    await endpoint.enqueue(event("a", 1), event("b", 1));
    await endpoint.live(DAY);
    expect(endpoint.receiver.requests).toHaveLength(2);
    const [first] = endpoint.receiver.taken;
    expect(first?.headers["content-type"]).toBe("application/json");
    expect(first?.body).toMatchObject({ type: "finding.opened", data: { finding: {} } });
    const [delivery] = await endpoint.deliveries();
    expect(delivery).toMatchObject({
      status: "delivered",
      attempts: 1,
      lastStatus: 200,
      nextAttemptAt: null,
    });
    const { tries, body } = await endpoint.delivery(delivery?.id ?? "");
    expect(tries).toHaveLength(1);
    expect(tries[0]).toMatchObject({ n: 1, outcome: "delivered", status: 200, answer: "thanks" });
    expect(tries[0]?.headers).toHaveProperty("webhook-id", delivery?.id);
    expect(JSON.stringify(tries)).not.toContain("v1,");
    expect(JSON.parse(body)).toEqual(endpoint.receiver.taken.at(-1)?.body);
  });

  test("gets events of one key one after the other, and of several keys at once, but not too many", async () => {
    const endpoint = await opened();
    const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
    await endpoint.enqueue(...[1, 2, 3].flatMap((n) => keys.map((key) => event(key, n))));
    await endpoint.alarm();
    expect(endpoint.receiver.taken).toHaveLength(60);
    expect(endpoint.receiver.mostUnderWay).toBe(MAX_ATTEMPTS_AT_ONCE);
    for (const [key, order] of Object.entries(await effects(endpoint)))
      expect(order).toEqual([1, 2, 3].map((n) => `${key}:${n}`));
  });

  test("gets what comes while attempts are under way", async () => {
    const endpoint = await opened();
    const late: Promise<void>[] = [];
    endpoint.receiver.behaviour = (n) => {
      if (n === 1) late.push(endpoint.enqueue(event("b", 1)));
      return OK;
    };
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    await Promise.all(late);
    await endpoint.live(SECOND);
    expect(endpoint.receiver.taken).toHaveLength(2);
  });
});

describe("a receiver that fails", () => {
  test("is tried ten times by the published schedule, and then the event is a dead letter", async () => {
    const endpoint = await opened(FAILS);
    await endpoint.enqueue(event("a", 1));
    await endpoint.live(5 * DAY);
    const times = endpoint.receiver.requests.map(({ at }) => at);
    expect(times).toHaveLength(RETRY_DELAYS_MS.length);
    for (const [i, delay] of RETRY_DELAYS_MS.entries()) {
      if (i === 0) continue;
      const waited = (times[i] ?? 0) - (times[i - 1] ?? 0);
      expect(waited).toBeGreaterThanOrEqual(delay);
      // The breaker holds back what would come earlier.
      expect(waited).toBeLessThanOrEqual(delay * 1.1 + 5 * MINUTE);
    }
    const [dead] = await endpoint.deliveries("?status=dead");
    expect(dead).toMatchObject({ status: "dead", deadReason: "attempts", attempts: 10 });
    expect((await endpoint.delivery(dead?.id ?? "")).tries).toHaveLength(10);
    expect((await endpoint.detail()).health).toMatchObject({ dead: 1, pending: 0, delivered: 0 });
  });

  test("keeps what is behind it in the same key waiting, and no other key", async () => {
    const endpoint = await opened();
    endpoint.receiver.behaviour = (n) => (n === 1 ? FAILS : OK);
    await endpoint.enqueue(event("a", 1), event("a", 2), event("b", 1), event("b", 2));
    await endpoint.alarm();
    expect(await effects(endpoint)).toEqual({ b: ["b:1", "b:2"] });
    await endpoint.live(MINUTE);
    expect(await effects(endpoint)).toEqual({ a: ["a:1", "a:2"], b: ["b:1", "b:2"] });
  });

  test("is asked no earlier than its Retry-After says", async () => {
    const endpoint = await opened((n) => (n === 1 ? answers(429, { "retry-after": "600" }) : OK));
    await endpoint.enqueue(event("a", 1));
    await endpoint.live(DAY);
    const [first, second] = endpoint.receiver.requests.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBe(10 * MINUTE);
  });

  test("may give Retry-After as a date", async () => {
    const until = new Date(Date.now() + 2 * HOUR).toUTCString();
    const endpoint = await opened((n) => (n === 1 ? answers(503, { "retry-after": until }) : OK));
    await endpoint.enqueue(event("a", 1));
    await endpoint.live(DAY);
    const [first, second] = endpoint.receiver.requests.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBe(2 * HOUR);
  });

  test("is met by one attempt at a time after five failures in a row, until one succeeds", async () => {
    const endpoint = await opened(FAILS);
    const keys = Array.from({ length: 30 }, (_, i) => `key-${i}`);
    await endpoint.enqueue(...keys.map((key) => event(key, 1)));
    await endpoint.alarm();
    const burst = endpoint.receiver.requests.length;
    expect(burst).toBeLessThanOrEqual(BREAKER_FAILURES + MAX_ATTEMPTS_AT_ONCE);
    const { health } = await endpoint.detail();
    expect(health.pausedUntil).not.toBeNull();
    await endpoint.live(10 * MINUTE);
    expect(endpoint.receiver.requests.length - burst).toBeLessThan(10);
    endpoint.receiver.behaviour = () => OK;
    await endpoint.live(10 * MINUTE);
    expect(endpoint.receiver.taken).toHaveLength(30);
    expect((await endpoint.detail()).health).toMatchObject({
      failuresInARow: 0,
      pausedUntil: null,
    });
  });

  test("and redirects is not followed", async () => {
    const endpoint = await opened({ does: "redirects" });
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    expect(endpoint.receiver.requests).toHaveLength(1);
    expect((await endpoint.deliveries())[0]).toMatchObject({
      status: "pending",
      lastOutcome: "redirect",
      lastStatus: 302,
    });
  });

  test.each([
    ["hangs", "timeout"],
    ["drops", "unreachable"],
  ] as const)("and %s is noted as %s, and tried again", async (does, outcome) => {
    const endpoint = await opened((n) => (n === 1 ? { does } : OK));
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    expect((await endpoint.deliveries())[0]).toMatchObject({
      lastOutcome: outcome,
      lastStatus: null,
    });
    await endpoint.live(MINUTE);
    expect(endpoint.receiver.taken).toHaveLength(1);
  });

  test("and answers 410 is disabled, and the other endpoints hear of it once", async () => {
    const site = await Site.open();
    const gone = await openEndpoint(site, answers(410));
    const other = await openEndpoint(site);
    network([gone.receiver, other.receiver]);
    await gone.enqueue(event("a", 1), event("a", 2), event("b", 1));
    await gone.live(HOUR);
    await other.live(HOUR);
    expect(await gone.detail()).toMatchObject({ status: "disabled", disabledReason: "gone" });
    expect(other.receiver.taken.map(({ body }) => body)).toMatchObject([
      { type: "endpoint.disabled", data: { endpoint: { id: gone.id, reason: "gone" } } },
    ]);
    const requests = gone.receiver.requests.length;
    expect(requests).toBeLessThanOrEqual(2);
    expect(await gone.deliveries("?status=dead")).toMatchObject(
      [{ deadReason: "gone" }, {}].slice(0, requests),
    );
    // What waited goes on when somebody enables it again.
    gone.receiver.behaviour = () => OK;
    await gone.patch({ status: "enabled" });
    await gone.live(HOUR);
    expect(await gone.deliveries("?status=pending")).toEqual([]);
    expect((await gone.detail()).disabledReason).toBeNull();
  });
});

describe("whatever happens", () => {
  test("a mixed receiver has every event once in effect and in order, or it is a dead letter", async () => {
    const moods: Behaviour[] = [
      OK,
      FAILS,
      { does: "hangs" },
      { does: "drops" },
      { does: "breaks" },
      answers(429, { "retry-after": "30" }),
      { does: "redirects" },
      OK,
      OK,
    ];
    let seed = 7;
    const endpoint = await opened(() => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return moods[seed % moods.length] ?? OK;
    });
    const keys = ["a", "b", "c", "d", "e"];
    for (let n = 1; n <= 8; n++) {
      await endpoint.enqueue(...keys.map((key) => event(key, n)));
      await endpoint.live(20 * MINUTE);
      if (n % 3 === 0) await endpoint.evict();
    }
    await endpoint.live(6 * DAY);
    const dead = new Set(
      (await endpoint.deliveries("?status=dead")).map(({ event: name }) => name),
    );
    const order = await effects(endpoint);
    for (const key of keys) {
      const all = Array.from({ length: 8 }, (_, i) => `${key}:${i + 1}`);
      const taken = order[key] ?? [];
      expect(taken).toEqual(taken.toSorted());
      expect(all.filter((name) => !taken.includes(name) && !dead.has(name))).toEqual([]);
    }
    expect(await endpoint.deliveries("?status=pending")).toEqual([]);
    // Some were taken more than once, under the same id.
    expect(endpoint.receiver.requests.length).toBeGreaterThan(endpoint.receiver.taken.length);
  });

  test("a slow or dead endpoint delays no other", async () => {
    const site = await Site.open();
    const dead = await openEndpoint(site, { does: "drops" });
    const well = await openEndpoint(site);
    network([dead.receiver, well.receiver]);
    for (let n = 1; n <= 10; n++) {
      await dead.enqueue(event("a", n));
      await well.enqueue(event("a", n));
      await dead.alarm();
      await well.alarm();
    }
    expect(well.receiver.taken).toHaveLength(10);
    expect(dead.receiver.taken).toHaveLength(0);
  });

  test("an actor that has lost its memory goes on where it was", async () => {
    const endpoint = await opened(FAILS);
    await endpoint.enqueue(event("a", 1), event("a", 2));
    await endpoint.alarm();
    await endpoint.evict();
    endpoint.receiver.behaviour = () => OK;
    await endpoint.live(MINUTE);
    expect(await effects(endpoint)).toEqual({ a: ["a:1", "a:2"] });
    expect(endpoint.receiver.requests).toHaveLength(3);
  });

  test("an attempt whose record is lost is made again, under the same id", async () => {
    const endpoint = await opened();
    const { EndpointStorage } = await import("../../durable/endpoint-storage.ts");
    const settle = vi.spyOn(EndpointStorage.prototype, "settle").mockImplementationOnce(() => {
      throw new Error("the process ends here");
    });
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    settle.mockRestore();
    expect((await endpoint.deliveries())[0]).toMatchObject({ status: "pending", attempts: 0 });
    await endpoint.evict();
    await endpoint.live(5 * MINUTE);
    expect(endpoint.receiver.requests).toHaveLength(2);
    expect(new Set(endpoint.receiver.requests.map(({ id }) => id)).size).toBe(1);
    expect(endpoint.receiver.taken).toHaveLength(1);
  });

  test("while the tenant's configuration cannot be read, the alarm fails quietly and comes again", async () => {
    const endpoint = await opened();
    await endpoint.enqueue(event("a", 1));
    const configs = await import("../../durable/tenant-actor.ts");
    const spy = vi
      .spyOn(configs.TenantActor.prototype, "perform")
      .mockRejectedValue(new Error("away"));
    await endpoint.alarm();
    spy.mockRestore();
    expect(endpoint.receiver.requests).toHaveLength(0);
    await endpoint.live(5 * MINUTE);
    expect(endpoint.receiver.taken).toHaveLength(1);
  });

  test("what has waited for five days is given up, also where the endpoint is disabled", async () => {
    const endpoint = await opened();
    await endpoint.enqueue(event("a", 1));
    await endpoint.patch({ status: "disabled" });
    await endpoint.live(MAX_DELIVERY_AGE_MS + 2 * HOUR);
    expect(endpoint.receiver.requests).toHaveLength(0);
    expect(await endpoint.deliveries("?status=dead")).toMatchObject([{ deadReason: "age" }]);
  });

  test("beyond its limit the queue makes dead letters, which can be replayed", async () => {
    const endpoint = await opened();
    const many = Array.from({ length: MAX_PENDING_DELIVERIES }, (_, i) =>
      happening("endpoint.test", { id: `many:${i}`, key: "k", data: {} }),
    );
    await endpoint.enqueue(...many);
    await endpoint.enqueue(event("z", 1));
    const [dead] = await endpoint.deliveries("?status=dead");
    expect(dead).toMatchObject({ deadReason: "queue_full", attempts: 0, key: "z" });
    await okJson(await endpoint.post(`/deliveries/${dead?.id}/replay`));
    expect(await endpoint.deliveries("?status=dead")).toEqual([]);
  });
});

describe("secrets", () => {
  test("after a rotation both sign for a day, then the new one alone", async () => {
    const endpoint = await opened();
    const [former = ""] = endpoint.receiver.secrets;
    const rotated = z
      .strictObject({ id: z.string(), secret: z.string(), previousUntil: z.iso.datetime() })
      .parse(await okJson(await endpoint.post("/rotate")));
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    endpoint.receiver.secrets = [rotated.secret];
    await endpoint.enqueue(event("a", 2));
    await endpoint.alarm();
    expect(endpoint.receiver.taken).toHaveLength(2);
    pass(DAY + SECOND);
    endpoint.receiver.secrets = [former];
    await endpoint.enqueue(event("a", 3));
    await endpoint.alarm();
    expect(endpoint.receiver.taken).toHaveLength(2);
    endpoint.receiver.secrets = [rotated.secret];
    await endpoint.live(MINUTE);
    expect(endpoint.receiver.taken).toHaveLength(3);
  });

  test("are nowhere to be read", async () => {
    const endpoint = await opened();
    const [secret = ""] = endpoint.receiver.secrets;
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    const [delivery] = await endpoint.deliveries();
    const told = [await endpoint.detail(), await endpoint.delivery(delivery?.id ?? "")];
    expect(JSON.stringify(told)).not.toContain(secret.slice(6));
    const { runInDurableObject } = await import("cloudflare:test");
    const stored = await runInDurableObject(endpoint.actor, (_, state) =>
      JSON.stringify(state.storage.sql.exec("SELECT * FROM secrets").toArray()),
    );
    expect(stored).not.toContain(secret.slice(6));
  });
});

describe("replays and tests", () => {
  test("a dead letter is made again with all of its attempts, under the same id", async () => {
    const endpoint = await opened(FAILS);
    await endpoint.enqueue(event("a", 1));
    await endpoint.live(5 * DAY);
    const [dead] = await endpoint.deliveries("?status=dead");
    endpoint.receiver.behaviour = (n) => (n === 11 ? FAILS : OK);
    expect((await endpoint.post(`/deliveries/${dead?.id}/replay`)).status).toBe(202);
    await endpoint.live(10 * MINUTE);
    expect(endpoint.receiver.taken.map(({ id }) => id)).toEqual([dead?.id]);
    expect((await endpoint.delivery(dead?.id ?? "")).tries.map(({ n }) => n)).toHaveLength(12);
  });

  test("a span of dead letters is made again in order; those that arrived only on request", async () => {
    const endpoint = await opened();
    const from = new Date(Date.now()).toISOString();
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    endpoint.receiver.behaviour = () => FAILS;
    await endpoint.enqueue(event("a", 2), event("a", 3));
    await endpoint.live(6 * DAY);
    expect(await endpoint.deliveries("?status=dead")).toHaveLength(2);
    endpoint.receiver.behaviour = () => OK;
    expect(await okJson(await endpoint.post("/replay", { from }))).toEqual({
      replayed: 2,
      nextCursor: null,
    });
    await endpoint.live(MINUTE);
    expect(await effects(endpoint)).toEqual({ a: ["a:1", "a:2", "a:3"] });
    const requests = endpoint.receiver.requests.length;
    expect(await okJson(await endpoint.post("/replay", { from, failedOnly: false }))).toMatchObject(
      {
        replayed: 3,
      },
    );
    await endpoint.live(MINUTE);
    expect(endpoint.receiver.requests.length - requests).toBe(3);
  });

  test("a test goes the way of everything, whatever the endpoint has chosen to hear", async () => {
    const endpoint = await opened(OK, { events: ["signal.raised"] });
    const sent = await endpoint.post("/test");
    expect(sent.status).toBe(202);
    await endpoint.alarm();
    expect(endpoint.receiver.taken[0]?.body).toMatchObject({
      type: "endpoint.test",
      data: { endpoint: { id: endpoint.id } },
    });
    await endpoint.post("/test");
    await endpoint.alarm();
    expect(endpoint.receiver.taken).toHaveLength(2);
  });

  test("a disabled endpoint is neither tested nor replayed", async () => {
    const endpoint = await opened();
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    const [delivery] = await endpoint.deliveries();
    await endpoint.patch({ status: "disabled" });
    for (const path of ["/test", `/deliveries/${delivery?.id}/replay`]) {
      const problem = await problemOf(await endpoint.post(path));
      expect(problem).toMatchObject({ status: 409, type: "urn:lull:problem:endpoint_disabled" });
    }
  });
});

describe("changes of an endpoint", () => {
  test("a new address gets what waited, at once", async () => {
    const endpoint = await opened(FAILS);
    await endpoint.enqueue(event("a", 1));
    await endpoint.live(10 * MINUTE);
    const moved = await openEndpoint(endpoint.site);
    moved.receiver.secrets.push(...endpoint.receiver.secrets);
    network([endpoint.receiver, moved.receiver]);
    await endpoint.patch({ url: moved.receiver.url });
    await endpoint.alarm();
    expect(moved.receiver.taken).toHaveLength(1);
  });

  test("an address that may not be called any more is blocked before each attempt", async () => {
    const endpoint = await opened();
    const urls = await import("../../durable/endpoint-url.ts");
    expect(urls.checkEndpointUrl("https://10.0.0.1/", false).ok).toBe(false);
    const { env } = await import("cloudflare:workers");
    const { tenantClient } = await import("../../durable/tenant-actor.ts");
    const { parseTenantId } = await import("../../schema/ids.ts");
    const tenant = parseTenantId(endpoint.site.tenant);
    if (tenant === null) throw new Error("no tenant");
    // As it would stand there if the guard had not known the address when it was made.
    await tenantClient(env.TENANT_ACTOR, tenant).changeEndpoint(
      endpoint.id,
      { url: "https://10.0.0.1/hook" },
      "test",
      Date.now(),
    );
    await endpoint.enqueue(event("a", 1));
    await endpoint.alarm();
    expect(endpoint.receiver.requests).toHaveLength(0);
    const [delivery] = await endpoint.deliveries();
    expect(delivery).toMatchObject({ status: "pending", lastOutcome: "blocked" });
    expect((await endpoint.delivery(delivery?.id ?? "")).tries[0]?.error).toContain(
      "public address",
    );
  });

  test("a deleted one forgets everything, and takes nothing any more", async () => {
    const endpoint = await opened();
    await endpoint.enqueue(event("a", 1));
    const deleted = await endpoint.site.api(`/endpoints/${endpoint.id}`, { method: "DELETE" });
    expect(deleted.status).toBe(204);
    await endpoint.enqueue(event("a", 2));
    expect(await endpoint.nextAlarm()).toBeNull();
    expect(endpoint.receiver.requests).toHaveLength(0);
    expect((await endpoint.site.api(`/endpoints/${endpoint.id}`)).status).toBe(404);
  });
});
