/** A rule that goes out of force ends all of its findings, whoever could be told at the time. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import {
  batch,
  gcc,
  MINUTE,
  newContainer,
  pass,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { cron, withoutTable } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

/** An open finding on each of two hosts. */
async function opened() {
  const site = await Site.open();
  const hosts = [unique("host"), unique("host")];
  for (const host of hosts) {
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(`host:${host}`);
  }
  const drain = async () => {
    for (const host of hosts) await site.alarm(`host:${host}`);
  };
  return { site, drain };
}

async function retirements(site: Site): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT rule FROM rule_retirements WHERE tenant = ?")
    .bind(site.tenant)
    .all<{ rule: string }>();
  return results.map(({ rule }) => rule);
}

async function statuses(site: Site): Promise<string[]> {
  const { items } = await site.findings();
  return items.map(({ status, resolution }) => `${status} ${resolution}`);
}

test("those whose owners were not told are ended by the sweep, which then has nothing left to do", async () => {
  const { site, drain } = await opened();
  pass(MINUTE);
  // Who holds findings cannot be read: nobody is told.
  await withoutTable("findings", () => site.patchRule(RULE, { enabled: false }));
  expect(await statuses(site)).toEqual(["open null", "open null"]);
  expect(await retirements(site)).toEqual([RULE]);
  await cron();
  await drain();
  expect(await statuses(site)).toEqual(["resolved rule_retired", "resolved rule_retired"]);
  expect(await retirements(site)).toEqual([RULE]);
  await cron();
  expect(await retirements(site)).toEqual([]);
});

test("nothing ends of a rule that was enabled again before", async () => {
  const { site, drain } = await opened();
  await withoutTable("findings", () => site.patchRule(RULE, { enabled: false }));
  await site.patchRule(RULE, { enabled: null });
  expect(await retirements(site)).toEqual([]);
  await cron();
  await drain();
  expect(await statuses(site)).toEqual(["open null", "open null"]);
});

test("a deleted custom rule ends findings that D1 did not know of when it was deleted", async () => {
  const site = await Site.open();
  const host = unique("host");
  const rule = {
    id: "mine",
    title: "Mine",
    class: "posture",
    severity: "high",
    scope: ["container"],
    quietPeriod: "1h",
    phrase: "{process} ran",
    matchers: [{ on: "event", kind: "process", actions: ["exec"], processNames: ["true"] }],
  };
  await site.apiJson("POST", "/rules", rule);
  const process = { exe: "/bin/true", name: "true" };
  await site.send(batch(host, [gcc(newContainer(), { process })]));
  const headers = { authorization: `Bearer ${site.token}` };
  await site.api("/rules/mine", { method: "DELETE", headers });
  await site.alarm(`host:${host}`);
  expect(await site.onlyFinding()).toMatchObject({
    status: "resolved",
    resolution: "rule_retired",
    severity: "high",
  });
});

test("a rule that looks for something else ends what nobody was told of, and not what it has found since", async () => {
  const site = await Site.open();
  const exec = { on: "event", kind: "process", actions: ["exec"] };
  const rule = {
    id: "mine",
    title: "Mine",
    class: "posture",
    severity: "high",
    scope: ["container"],
    quietPeriod: "1h",
    phrase: "{process} ran",
    matchers: [{ ...exec, processNames: ["true"] }],
  };
  await site.apiJson("POST", "/rules", rule);
  const hosts = [unique("host"), unique("host")];
  const [before = "", since = ""] = hosts;
  const sendTo = async (host: string) => {
    const process = { exe: "/bin/true", name: "true" };
    await site.send(batch(host, [gcc(newContainer(), { process })]));
    await site.alarm(`host:${host}`);
  };
  await sendTo(before);
  const matchers = [{ ...exec, processNames: ["true", "false"] }];
  await withoutTable("findings", () => site.apiJson("PATCH", "/rules/mine", { matchers }));
  pass(MINUTE);
  await sendTo(since);
  await cron();
  await site.alarm(`host:${before}`);
  expect(await site.onlyFinding(`?host=${before}`)).toMatchObject({ resolution: "rule_retired" });
  expect(await site.onlyFinding(`?host=${since}`)).toMatchObject({ status: "open" });
  await cron();
  expect(await retirements(site)).toEqual([]);
});
