/** A Datadog Agent that has been pointed here: its addresses, its probe, and what it makes of an answer. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  answerOf,
  batch,
  fetchLull,
  gcc,
  iso,
  type Json,
  newContainer,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

/** The Agent gives these up for lost; any other error it sends again until it is taken. */
const DROPPED = [400, 401, 403, 413];

const PATHS = ["/api/v2/secruntime", "/api/v2/logs", "/v1/input"];

/** As the Agent sends it. */
function send(key: string, body: BodyInit, path = PATHS[0], headers: Record<string, string> = {}) {
  return fetchLull(path ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "dd-api-key": key,
      "dd-evp-origin": "cloud-workload-security",
      ...headers,
    },
    body,
  });
}

function envelope(hostname: string, rule_id: string, inner: { [key: string]: Json } = {}) {
  return {
    message: JSON.stringify({ agent: { rule_id }, date: iso(), ...inner }),
    status: "info",
    timestamp: Date.now(),
    hostname,
    service: "runtime-security-agent",
    ddsource: "runtime-security-agent",
    ddtags: "image_name:shop/api,image_tag:1.4,kube_namespace:shop,kube_deployment:api",
  };
}

const compiler = (hostname: string, id = newContainer()) =>
  envelope(hostname, "compiler_in_container", {
    evt: { name: "exec", category: "Process Activity" },
    container: { id },
    process: { comm: "gcc", executable: { path: "/usr/bin/gcc" }, args: ["x.c"] },
  });

describe("a Datadog Agent", () => {
  test.each(PATHS)("is probed and heard at %s", async (path) => {
    const { key } = await Site.open();
    expect((await answerOf(await send(key, "{}", path))).received).toBe(0);
    const body = JSON.stringify([compiler(unique("node"))]);
    expect(await answerOf(await send(key, body, path))).toMatchObject({
      received: 1,
      accepted: 1,
      findings: 1,
    });
  });

  test("opens a finding with what the tags say, and with twice its suppression as quiet period", async () => {
    const site = await Site.open();
    await site.patchRule("compiler-in-container", { quietPeriod: "1m" });
    const host = unique("node");
    await answerOf(await send(site.key, JSON.stringify([compiler(host)])));
    await site.alarm(`host:${host}`);
    const { items } = await site.findings();
    expect(items).toMatchObject([
      {
        rule: "compiler-in-container",
        quietPeriod: "2h",
        resource: { host, image: "shop/api:1.4", namespace: "shop", workload: "api" },
      },
    ]);
  });

  test("keeps that quiet period whatever else is known of the finding", async () => {
    const site = await Site.open();
    const host = unique("node");
    const container = newContainer();
    await answerOf(await send(site.key, JSON.stringify([compiler(host, container)])));
    await site.alarm(`host:${host}`);
    await site.patchRule("compiler-in-container", { quietPeriod: "1m" });
    expect((await site.onlyFinding()).quietPeriod).toBe("2h");
    expect((await site.send(batch(host, [gcc(container)]))).findings).toBe(1);
    expect(await site.onlyFinding()).toMatchObject({ count: 2, quietPeriod: "2h" });
  });

  test("is counted once when it sends a batch again, which it does unchanged", async () => {
    const { key } = await Site.open();
    const body = JSON.stringify([compiler(unique("node"))]);
    expect((await answerOf(await send(key, body))).accepted).toBe(1);
    expect(await answerOf(await send(key, body))).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  test("lives where it says so", async () => {
    const { key } = await Site.open();
    const body = JSON.stringify([envelope(unique("node"), "heartbeat", { policy: {} })]);
    expect(await answerOf(await send(key, body))).toMatchObject({ received: 1, ignored: 1 });
  });

  test("drops what a wrong key sends, and nothing that its operator can still mend", async () => {
    const { key } = await Site.open();
    expect(DROPPED).toContain((await send("lull_wrong", "{}")).status);
    const unknown = await send(key, "[]", PATHS[0], { "content-encoding": "br" });
    expect(DROPPED).not.toContain(unknown.status);
    await problemOf(unknown);
    expect(DROPPED).not.toContain((await send(key, "[]", "/api/v2/elsewhere")).status);
  });

  test("has one bad event rejected alone", async () => {
    const { key } = await Site.open();
    const host = unique("node");
    const body = JSON.stringify([{ ...compiler(host), message: "{" }, compiler(host)]);
    const answer = await answerOf(await send(key, body));
    expect(answer).toMatchObject({ received: 2, accepted: 1, rejected: [{ index: 0 }] });
  });
});
