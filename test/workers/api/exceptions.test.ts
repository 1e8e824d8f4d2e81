/** Exceptions: what they hide, what they never hide, and that nothing hidden passes for silence. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { exceptionPreviewSchema, exceptionViewSchema } from "../../../schema/rules-api.ts";
import { MAX_EXCEPTIONS } from "../../../schema/limits.ts";
import type { TenantActor } from "../../../durable/tenant-actor.ts";
import { keepOutcomes } from "../../../workers/outcomes/minute.ts";
import {
  batch,
  beatOf,
  DAY,
  gcc,
  HOUR,
  iso,
  type Json,
  type JsonObject,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const view = z.strictObject(exceptionViewSchema.shape);
type View = z.infer<typeof view>;
const RULE = "compiler-in-container";
/** Deletion of a shell history: of class `both`. */
const BOTH = "shell-history-deleted";

function draft(fields: JsonObject = {}): JsonObject {
  return {
    rule: RULE,
    when: 'process.args.exists(a, a == "x.c")',
    reason: "builds on purpose",
    until: iso(Date.now() + DAY),
    ...fields,
  };
}

async function except(site: Site, fields: JsonObject = {}): Promise<View> {
  const response = await site.apiJson("POST", "/exceptions", draft(fields));
  if (response.status !== 201) throw new Error(await response.text());
  return view.parse(await response.json());
}

async function list(site: Site): Promise<View[]> {
  await keepOutcomes(env, Date.now());
  return z.object({ items: z.array(view) }).parse(await okJson(await site.api("/exceptions")))
    .items;
}

async function takeBack(site: Site, id: string): Promise<number> {
  const headers = { authorization: `Bearer ${site.token}` };
  return (await site.api(`/exceptions/${id}`, { method: "DELETE", headers })).status;
}

/** gcc compiles something that nobody has excepted. */
const other = (container: string) =>
  gcc(container, { process: { exe: "/usr/bin/gcc", name: "gcc", args: ["y.c"] } });

describe("an exception", () => {
  test("hides what it says, and nothing else, until it is taken back", async () => {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    const made = await except(site);
    expect(made).toMatchObject({
      rule: RULE,
      ruleTitle: "Compiler run in a container",
      createdBy: "API token first",
      createdAt: iso(),
      until: iso(Date.now() + DAY),
      state: "active",
      hits: 0,
      lastHitAt: null,
    });
    const events = [gcc(container), gcc(container), other(container)];
    expect(await site.send(batch(host, events))).toMatchObject({
      received: 3,
      accepted: 1,
      ignored: 2,
      excepted: 2,
      findings: 1,
    });
    await site.alarm(`host:${host}`);
    expect(await site.onlyFinding()).toMatchObject({ count: 1 });
    expect(await list(site)).toEqual([{ ...made, hits: 2, lastHitAt: iso() }]);
    expect(await okJson(await site.api(`/exceptions/${made.id}`))).toMatchObject({ hits: 2 });

    expect(await takeBack(site, made.id)).toBe(204);
    expect(await takeBack(site, made.id)).toBe(404);
    expect((await site.api(`/exceptions/${made.id}`)).status).toBe(404);
    pass(SECOND);
    expect(await site.send(batch(host, [gcc(container)]))).toMatchObject({
      accepted: 1,
      excepted: 0,
    });
  });

  test("hides nothing from its end on", async () => {
    const site = await Site.open();
    const container = newContainer();
    await except(site, { until: iso(Date.now() + HOUR) });
    pass(HOUR - 1);
    expect(await site.send(batch("h", [gcc(container)]))).toMatchObject({ excepted: 1 });
    pass(1);
    expect(await site.send(batch("h", [gcc(container)]))).toMatchObject({ accepted: 1 });
    expect(await list(site)).toMatchObject([{ state: "ended", hits: 1 }]);
  });

  test("counts what was sent twice once", async () => {
    const site = await Site.open();
    await except(site);
    const body = batch("h", [gcc(newContainer())]);
    await site.send(body);
    expect(await site.send(body)).toMatchObject({ ignored: 1, excepted: 1 });
    expect(await list(site)).toMatchObject([{ hits: 1 }]);
  });

  test("never hides a signal", async () => {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    await except(site, { rule: BOTH, when: "true" });
    const event = gcc(container, {
      kind: "file",
      action: "unlink",
      file: { path: "/root/.bash_history" },
      process: { exe: "/bin/rm", name: "rm" },
    });
    expect(await site.send(batch(host, [event]))).toMatchObject({
      accepted: 1,
      excepted: 0,
      findings: 0,
      signals: 1,
    });
    expect(await list(site)).toMatchObject([{ hits: 1 }]);
  });

  test("that cannot be evaluated hides nothing", async () => {
    const site = await Site.open();
    await except(site, { when: "facts.x == 1" });
    expect(await site.send(batch("h", [gcc(newContainer())]))).toMatchObject({ accepted: 1 });
    expect(await list(site)).toMatchObject([{ hits: 0 }]);
  });

  test("is the tenant's own", async () => {
    const [site, stranger] = [await Site.open(), await Site.open()];
    await except(site);
    expect(await stranger.send(batch("h", [gcc(newContainer())]))).toMatchObject({ accepted: 1 });
    expect(await list(stranger)).toEqual([]);
  });
});

describe("what goes on behind an exception is not silence:", () => {
  /** An open finding whose agent proves every silence. */
  async function opened() {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    const owner = `host:${host}`;
    await site.patchRule(RULE, { quietPeriod: "1h" });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    const beats = async (minutes: number, then: () => Promise<unknown> = async () => undefined) => {
      for (let n = 0; n < minutes; n++) {
        pass(MINUTE);
        await site.beat(beatOf(host));
        await then();
      }
      await site.alarm(owner);
    };
    return { site, host, container, id, beats };
  }

  test("a finding all of whose events are hidden ends as rule_retired, with no claim", async () => {
    const { site, host, container, id, beats } = await opened();
    await beats(10);
    await except(site);
    await beats(5);
    expect(await site.finding(id)).toMatchObject({ status: "open" });
    const at = Date.now();
    await site.send(batch(host, [gcc(container)]));
    expect(await site.finding(id)).toMatchObject({
      status: "resolved",
      resolution: "rule_retired",
      resolvedAt: iso(at),
    });
    // Hidden events reopen nothing; others do.
    pass(MINUTE);
    await site.send(batch(host, [gcc(container)]));
    expect(await site.finding(id)).toMatchObject({ status: "resolved", episode: 1 });
    await site.send(batch(host, [other(container)]));
    expect(await site.finding(id)).toMatchObject({ status: "open", episode: 2, count: 1 });
  });

  test("a finding with other events is kept open by those alone", async () => {
    const { site, host, container, id, beats } = await opened();
    await except(site);
    await beats(1);
    await site.send(batch(host, [gcc(container), other(container)]));
    const lastSeenAt = iso();
    await beats(30, () => site.send(batch(host, [gcc(container)])));
    expect(await site.finding(id)).toMatchObject({ status: "open", lastSeenAt });
    await beats(31, () => site.send(batch(host, [gcc(container)])));
    expect(await site.finding(id)).toMatchObject({ status: "resolved", resolution: "quiet" });
  });

  test("a finding that is really quiet resolves as such", async () => {
    const { site, id, beats } = await opened();
    await except(site);
    await beats(61);
    expect(await site.finding(id)).toMatchObject({ status: "resolved", resolution: "quiet" });
  });
});

describe("400 names the field:", () => {
  const wrong: [Json, string, string][] = [
    [{ rule: "no-such-rule" }, "rule", "no such rule"],
    [{ rule: "crypto-miner" }, "rule", "threat"],
    [{ when: "" }, "when", ">=1"],
    [{ when: "process.nme == 1" }, "when", "nme"],
    [{ when: "process.name" }, "when", "must be bool"],
    [{ reason: "  " }, "reason", ">=1"],
    [{ until: "tomorrow" }, "until", "RFC 3339"],
    [{ until: "2031-03-01T10:00:00Z" }, "until", "future"],
    [{ until: "2032-03-03T10:00:00Z" }, "until", "366d"],
    [{ id: "mine" }, "id", "id"],
  ];
  test.each(wrong)("%o", async (fields, field, hint) => {
    const site = await Site.open();
    const response = await site.apiJson("POST", "/exceptions", draft(fields as JsonObject));
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, field });
    expect(problem.detail).toContain(hint);
    expect(await list(site)).toEqual([]);
  });
});

test("there are so many and no more", async () => {
  const site = await Site.open();
  const { id } = await except(site);
  await runInDurableObject(
    env.TENANT_ACTOR.getByName(`tenant/${site.tenant}`),
    (actor: TenantActor) => {
      const [one] = actor.config.exceptions;
      if (one !== undefined) actor.config.exceptions = Array(MAX_EXCEPTIONS).fill(one);
    },
  );
  const response = await site.apiJson("POST", "/exceptions", draft());
  expect(await problemOf(response)).toMatchObject({
    status: 409,
    type: "urn:lull:problem:too_many_exceptions",
    limit: MAX_EXCEPTIONS,
  });
  expect(await list(site)).toMatchObject([{ id }]);
});

test("a rule that is deleted leaves its exceptions, which say so", async () => {
  const site = await Site.open();
  const rule = {
    id: "mine",
    title: "Mine",
    class: "posture",
    severity: "high",
    scope: ["container"],
    quietPeriod: "1h",
    phrase: "{process} ran",
    matchers: [{ on: "event", kind: "process", actions: ["exec"] }],
  };
  await site.apiJson("POST", "/rules", rule);
  await except(site, { rule: "mine", when: "true" });
  expect(await list(site)).toMatchObject([{ ruleTitle: "Mine" }]);
  const headers = { authorization: `Bearer ${site.token}` };
  await site.api("/rules/mine", { method: "DELETE", headers });
  expect(await list(site)).toMatchObject([{ rule: "mine", ruleTitle: null }]);
});

test("a preview says what it would hide, by what has been seen", async () => {
  const site = await Site.open();
  const host = unique("host");
  const [all, some, none] = [newContainer(), newContainer(), newContainer()];
  const named = (event: JsonObject, workload: string) => ({
    ...event,
    k8s: { namespace: "shop", workload: { kind: "Deployment", name: workload } },
  });
  const at = { time: iso(Date.now() - MINUTE) };
  await site.send(
    batch(host, [
      named(gcc(all), "api"),
      named({ ...gcc(some), ...at }, "web"),
      named(other(some), "web"),
      named(other(none), "db"),
    ]),
  );
  await site.alarm(`host:${host}`);
  const preview = async (body: Json) => site.apiJson("POST", "/exceptions/preview", body);
  const { rule, when } = draft();
  const answer = z
    .strictObject(exceptionPreviewSchema.shape)
    .parse(await okJson(await preview({ rule, when })));
  expect(answer).toMatchObject({ findings: 1, partly: 1, workloads: 2, tested: 3 });
  expect(answer.examples).toHaveLength(2);
  const byImage = await preview({ rule, when: 'k8s.workload == "db" && k8s.namespace == "shop"' });
  expect(await okJson(byImage)).toMatchObject({ findings: 1, partly: 0, workloads: 1 });
  const bad = await problemOf(await preview({ rule, when: "1 +" }));
  expect(bad).toMatchObject({ status: 400, field: "when", position: { line: 1 } });
  expect((await site.findings("?status=open")).items).toHaveLength(3);
});
