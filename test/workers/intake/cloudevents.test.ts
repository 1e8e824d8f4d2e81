/** CloudEvents by HTTP: the three content modes, as their senders make them, and the answer to each. */
import { beforeEach, describe, expect, test } from "vitest";
import { iso, type JsonObject, newContainer, Site, stopClock, unique } from "../support.ts";

beforeEach(stopClock);

const shell = (hostname: string): JsonObject => ({
  hostname,
  time: iso(),
  rule: "Terminal shell in container",
  priority: "Notice",
  source: "syscall",
  output_fields: { "container.id": newContainer(), "proc.name": "bash" },
});

/** With the attributes that falcosidekick sets. */
const cloudEvent = (data: JsonObject, id: string): JsonObject => ({
  specversion: "1.0",
  id,
  source: "https://falco.org",
  type: "falco.rule.output.v1",
  datacontenttype: "application/json",
  time: iso(),
  priority: "Notice",
  rule: "Terminal shell in container",
  eventsource: "syscall",
  data,
});

const STRUCTURED = { "content-type": "application/cloudevents+json; charset=UTF-8" };
const BATCHED = { "content-type": "application/cloudevents-batch+json; charset=UTF-8" };

const gzip = async (text: string): Promise<Uint8Array> => {
  const packed = new Response(text).body?.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
};

describe("CloudEvents are taken", () => {
  test("in structured mode, about what the alert within is about", async () => {
    const site = await Site.open();
    const host = unique("node");
    const event = cloudEvent(shell(host), "1");
    expect(await site.send(event, STRUCTURED)).toMatchObject({ accepted: 1, findings: 1 });
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding();
    expect(finding.resource).toMatchObject({ type: "container", host });
  });

  test("in structured mode without its media type, and at a format's address", async () => {
    const site = await Site.open();
    const event = () => cloudEvent(shell(unique("node")), unique("id"));
    expect((await site.send(event())).accepted).toBe(1);
    expect((await site.send(event(), STRUCTURED, "/v1/events/falco")).accepted).toBe(1);
  });

  test("in binary mode, as falcosidekick sends them, and once if sent again", async () => {
    const site = await Site.open();
    const headers = {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-id": "A1",
      "ce-source": "https://falco.org",
      "ce-type": "falco.rule.output.v1",
      "ce-priority": "Notice",
    };
    const alert = shell(unique("node"));
    expect((await site.send(alert, headers)).accepted).toBe(1);
    expect(await site.send(alert, headers)).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  test("in a compressed batch, where one identity counts once and a bad one is rejected alone", async () => {
    const site = await Site.open();
    const host = unique("node");
    const good = cloudEvent(shell(host), "1");
    const bad = { ...cloudEvent({}, "2"), data: "no JSON" };
    const batch = [good, bad, good, cloudEvent(shell(host), "3")];
    const body = await gzip(JSON.stringify(batch));
    const answer = await site.send(body, { ...BATCHED, "content-encoding": "gzip" });
    expect(answer).toMatchObject({ received: 4, accepted: 2, duplicate: 1 });
    expect(answer.rejected).toMatchObject([{ index: 1, code: "not_json" }]);
  });

  test("not with a wrong key", async () => {
    const site = await Site.open();
    const headers = { ...STRUCTURED, authorization: `Bearer ${site.key}0` };
    expect((await site.post(cloudEvent(shell("node"), "1"), headers)).status).toBe(401);
  });
});
