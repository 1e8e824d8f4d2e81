/** Everything that was sent is accounted for, to the event, however often and in whatever state it came. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { outcomesAnswerSchema, type OutcomesAnswer } from "../../../schema/outcome.ts";
import { LATE_HORIZON_MS } from "../../../schema/limits.ts";
import { keepOutcomes } from "../../../workers/outcomes/minute.ts";
import {
  batch,
  beatOf,
  DAY,
  fetchLull,
  gcc,
  harmless,
  HOUR,
  iso,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

/** What the API says once every count has been written. */
async function outcomes(site: Site, query = ""): Promise<OutcomesAnswer> {
  await keepOutcomes(env, Date.now());
  return outcomesAnswerSchema.parse(await okJson(await site.api(`/outcomes${query}`)));
}

async function metrics(site: Site): Promise<string> {
  await keepOutcomes(env, Date.now());
  const headers = { authorization: `Bearer ${site.token}` };
  const response = await fetchLull("/metrics", { headers });
  expect(response.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1/);
  return response.text();
}

describe("a batch", () => {
  test("is counted event by event, for its agent, host and key", async () => {
    const site = await Site.open();
    const host = unique("host");
    const container = newContainer();
    await site.send(
      batch(
        host,
        [
          gcc(container, { id: "e1" }),
          gcc(container, { id: "e1" }),
          harmless(container),
          { kind: "process" },
        ],
        { dropped: 7 },
      ),
    );
    const { items, totals } = await outcomes(site);
    const expected = {
      received: 4,
      accepted: 1,
      duplicate: 1,
      ignored: 1,
      rejected: 1,
      dropped: 7,
    };
    expect(totals).toMatchObject({ ...expected, rejectedBy: { missing_field: 1 } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      ...expected,
      key: { id: "first" },
      host: `host:${host}`,
      agent: "agent-1",
    });
  });

  test("that comes again is received again, and all duplicate", async () => {
    const site = await Site.open();
    const body = batch(unique("host"), [gcc(newContainer())], { dropped: 2 });
    await site.send(body);
    await site.send(body);
    const { totals } = await outcomes(site);
    expect(totals).toMatchObject({ received: 2, accepted: 1, duplicate: 1, dropped: 2 });
  });

  test("that is refused for its key's other content is a refusal, and nothing else", async () => {
    const site = await Site.open();
    const key = { "idempotency-key": "k" };
    await site.send(batch("h", [gcc(newContainer())]), key);
    const other = await site.post(batch("h", [gcc(newContainer()), { kind: "no" }]), key);
    expect(other.status).toBe(409);
    expect((await outcomes(site)).totals).toMatchObject({
      received: 1,
      rejected: 0,
      refusedBy: { idempotency_key_reused: 1 },
    });
  });

  test("of two hosts is counted for each", async () => {
    const site = await Site.open();
    await site.send([
      gcc(newContainer(), { host: { name: "a" } }),
      gcc(newContainer(), { host: { name: "b" } }),
    ]);
    const { items } = await outcomes(site);
    expect(items.map(({ host, accepted }) => [host, accepted])).toEqual([
      ["host:a", 1],
      ["host:b", 1],
    ]);
  });

  test("of events that name nobody is counted for its key all the same", async () => {
    const site = await Site.open();
    await site.send([{ nobody: "knows" }]);
    const { items } = await outcomes(site);
    expect(items).toMatchObject([{ agent: null, host: null, rejectedBy: { unknown_format: 1 } }]);
  });
});

describe("a request that is refused whole", () => {
  test("is counted by its code, and those with problems are listed first", async () => {
    const site = await Site.open();
    await site.send(batch("quiet", [gcc(newContainer())]));
    expect((await site.post("{", {})).status).toBe(400);
    expect((await site.post("[]", { "content-encoding": "br" })).status).toBe(415);
    const { items, totals } = await outcomes(site);
    expect(totals).toMatchObject({
      received: 1,
      refused: 2,
      refusedBy: { bad_body: 1, unsupported_encoding: 1 },
    });
    expect(items.map(({ refused }) => refused)).toEqual([2, 0]);
  });
});

describe("the counts", () => {
  test("are added once, though their write is tried again after D1 has answered with an error", async () => {
    const site = await Site.open();
    await site.send(batch("h", [gcc(newContainer())]));
    const write = env.DB.batch.bind(env.DB);
    const spy = vi.spyOn(env.DB, "batch").mockImplementationOnce(async (statements) => {
      // It was written, and the answer got lost.
      await write(statements);
      throw new Error("connection lost");
    });
    await keepOutcomes(env, Date.now());
    expect(spy).toHaveBeenCalled();
    spy.mockRestore();
    expect((await outcomes(site)).totals).toMatchObject({ received: 1, accepted: 1 });
    expect((await outcomes(site)).quota.receivedToday).toBe(1);
  });

  test("of an hour stand in its hour, and hours without any are there", async () => {
    const site = await Site.open();
    await site.send(batch("h", [gcc(newContainer())]));
    pass(2 * HOUR);
    await site.send(batch("h", [gcc(newContainer()), gcc(newContainer())]));
    const { items } = await outcomes(site, "?groupBy=hour&hours=4");
    expect(items.map(({ accepted }) => accepted)).toEqual([0, 1, 0, 2]);
    expect(items[1]?.hour).toBe("2031-03-01T10:00:00.000Z");
  });

  test("are kept for thirty days, those of /metrics for ever", async () => {
    const site = await Site.open();
    await site.send(batch("h", [gcc(newContainer())]));
    await outcomes(site);
    pass(31 * DAY);
    expect((await outcomes(site, "?hours=720")).totals.received).toBe(0);
    const left = await env.DB.prepare("SELECT count(*) AS n FROM intake_hours WHERE tenant = ?")
      .bind(site.tenant)
      .first("n");
    expect(left).toBe(0);
    expect(await metrics(site)).toContain('{agent_kind="native",outcome="accepted"} 1\n');
  });

  test("are the tenant's own", async () => {
    const [mine, other] = [await Site.open(), await Site.open()];
    await mine.send(batch("h", [gcc(newContainer())]));
    expect((await outcomes(other)).totals.received).toBe(0);
  });

  test("come in pages", async () => {
    const site = await Site.open();
    for (const host of ["a", "b", "c"])
      // oxlint-disable-next-line no-await-in-loop
      await site.send(batch(host, [gcc(newContainer())]));
    const first = await outcomes(site, "?limit=2");
    expect(first.items.map(({ host }) => host)).toEqual(["host:a", "host:b"]);
    const next = await outcomes(site, `?limit=2&cursor=${first.nextCursor}`);
    expect(next.items.map(({ host }) => host)).toEqual(["host:c"]);
    expect(next.nextCursor).toBeNull();
  });

  test("of an unknown cursor are refused", async () => {
    const site = await Site.open();
    const problem = await problemOf(await site.api("/outcomes?cursor=nonsense"));
    expect(problem).toMatchObject({ status: 400, field: "cursor" });
  });
});

describe("GET /metrics", () => {
  test("is OpenMetrics: counters of intake, and how many findings are open", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer()), { kind: "no" }]));
    await site.alarm(`host:${host}`);
    const text = await metrics(site);
    expect(text).toContain("# TYPE lull_intake_events counter\n");
    expect(text).toContain('lull_intake_events_total{agent_kind="native",outcome="accepted"} 1\n');
    expect(text).toMatch(/outcome="rejected",code="\w+"} 1\n/);
    expect(text).toContain('lull_findings_open{severity="medium"} 1\n');
    expect(text.endsWith("# EOF\n")).toBe(true);
  });

  test("takes an API token only", async () => {
    const site = await Site.open();
    const headers = { authorization: `Bearer ${site.key}` };
    expect((await fetchLull("/metrics", { headers })).status).toBe(401);
  });
});

describe("an event beyond the late horizon", () => {
  /** A site with one open finding, and a way to send an event of that age. */
  async function opened() {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    await site.patchRule("compiler-in-container", { quietPeriod: "1h" });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(`host:${host}`);
    const sendOld = () => {
      const time = iso(Date.now() - LATE_HORIZON_MS - HOUR);
      return site.send(batch(host, [gcc(container, { time })]));
    };
    return { site, owner: `host:${host}`, sendOld };
  }

  test("is late, and extends what is open", async () => {
    const { site, sendOld } = await opened();
    expect(await sendOld()).toMatchObject({ accepted: 1, late: 1 });
    expect(await site.onlyFinding()).toMatchObject({ status: "open", count: 2, episode: 1 });
    expect((await outcomes(site)).totals).toMatchObject({ accepted: 2, late: 1 });
  });

  test("reopens nothing, though it happened after the end", async () => {
    const { site, owner, sendOld } = await opened();
    pass(2 * HOUR);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved" });
    pass(LATE_HORIZON_MS + DAY);
    expect(await sendOld()).toMatchObject({ accepted: 1, late: 1 });
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved", episode: 1 });
  });
});

describe("the daily quota", () => {
  test("refuses a batch that would pass it with 429 until midnight, and counts nothing of it", async () => {
    const site = await Site.open();
    env.LULL_DAILY_EVENT_QUOTA = "3";
    try {
      await site.send(batch("h", [gcc(newContainer()), gcc(newContainer())]));
      const response = await site.post(batch("h", [gcc(newContainer()), gcc(newContainer())]));
      expect(response.status).toBe(429);
      // It is 10:00.
      expect(response.headers.get("retry-after")).toBe(String(14 * 3_600));
      expect(await problemOf(response)).toMatchObject({
        type: "urn:lull:problem:daily_quota",
        limit: 3,
      });
      // What still fits is taken, and what brings no events always is.
      await site.send(batch("h", [gcc(newContainer())]));
      expect((await site.beat(beatOf("h"))).status).toBe(200);
      expect((await outcomes(site)).quota).toEqual({ daily: 3, receivedToday: 3 });
      pass(DAY);
      await site.send(batch("h", [gcc(newContainer())]));
      expect((await outcomes(site)).totals).toMatchObject({ refusedBy: {} });
    } finally {
      env.LULL_DAILY_EVENT_QUOTA = "0";
    }
  });
});

describe("the rate of a key", () => {
  test("is limited with 429 and Retry-After, before the body is read", async () => {
    const site = await Site.open();
    const spy = vi.spyOn(env.INTAKE_RATE, "limit").mockResolvedValue({ success: false });
    const response = await site.post(batch("h", [gcc(newContainer())]));
    expect(spy).toHaveBeenCalledWith({ key: `${site.tenant}/first` });
    spy.mockRestore();
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await problemOf(response)).toMatchObject({ type: "urn:lull:problem:rate_limited" });
    expect((await outcomes(site)).totals).toMatchObject({
      received: 0,
      refusedBy: { rate_limited: 1 },
    });
  });
});

test("a sender whose clock is ahead is told so, and its times are corrected", async () => {
  const site = await Site.open();
  const [host, container] = [unique("host"), newContainer()];
  const ahead = Date.now() + HOUR;
  const answer = await site.send(
    batch(host, [gcc(container, { time: iso(ahead - 1_000) })], { sentAt: iso(ahead) }),
  );
  expect(answer.clockAheadMs).toBe(HOUR);
  await site.alarm(`host:${host}`);
  expect((await site.onlyFinding()).lastSeenAt).toBe(iso(Date.now() - 1_000));
});
