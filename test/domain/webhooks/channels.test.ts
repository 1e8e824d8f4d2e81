/** What goes over the wire, checked with the published verifier of Standard Webhooks. */
import { Webhook } from "standardwebhooks";
import { describe, expect, test, vi, beforeEach, afterEach } from "vitest";
import { HAPPENING_TYPES } from "../../../schema/happening.ts";
import type { EndpointFormat } from "../../../schema/endpoint-formats.ts";
import { webhookBodySchema } from "../../../schema/webhooks.ts";
import type { ChannelContext } from "../../../durable/channels/channel.ts";
import { CHANNELS } from "../../../durable/channels/channels.ts";
import { newSecret, seal, unseal } from "../../../durable/endpoint-secrets.ts";
import { AT, happening } from "./support.ts";

const ID = "msg_8a1f0c37e5d24b69a0f3c2d1e4b5968f";
const URL = "https://hooks.example.com/lull";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: AT + 500 });
});
afterEach(() => {
  vi.useRealTimers();
});

const contextOf = (secrets: string[], format: EndpointFormat = "standard") =>
  ({
    id: ID,
    tenant: "acme",
    endpoint: { id: "e1", url: URL, format, settings: {} },
    secrets,
    credential: "",
    publicUrl: null,
    at: AT + 500,
  }) satisfies ChannelContext;

const SIGNED = ["standard", "cloudevents", "ocsf"] as const;

describe.each(SIGNED)("in the format %s", (format) => {
  test.each(HAPPENING_TYPES)("%s is signed as the published verifier wants it", async (type) => {
    const secret = newSecret();
    const { url, headers, body } = await CHANNELS[format].build(
      happening(type),
      contextOf([secret], format),
    );
    expect(url).toBe(URL);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow("No matching signature");
    const other = { ...headers, "webhook-id": "msg_other" };
    expect(() => new Webhook(secret).verify(body, other)).toThrow("No matching signature");
  });

  test("another attempt has the same body and id, and its own timestamp", async () => {
    const context = contextOf([newSecret()], format);
    const first = await CHANNELS[format].build(happening("finding.opened"), context);
    const later = { ...context, at: context.at + 60_000 };
    const second = await CHANNELS[format].build(happening("finding.opened"), later);
    expect(second.body).toBe(first.body);
    expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
    expect(Number(second.headers["webhook-timestamp"])).toBe(
      Number(first.headers["webhook-timestamp"]) + 60,
    );
  });
});

test("after a rotation the former secret and the new one both verify", async () => {
  const [former, next] = [newSecret(), newSecret()];
  const { headers, body } = await CHANNELS.standard.build(
    happening("signal.raised"),
    contextOf([next, former]),
  );
  expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const secret of [former, next])
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "signal.raised" });
});

test.each(HAPPENING_TYPES)(
  "the standard body of %s is { type, version, timestamp, data }",
  async (type) => {
    const { body } = await CHANNELS.standard.build(happening(type), contextOf([newSecret()]));
    const parsed = webhookBodySchema.strict().parse(JSON.parse(body));
    expect(parsed).toEqual({
      type,
      version: 1,
      timestamp: "2026-11-24T10:00:00.000Z",
      data: happening(type).data,
    });
  },
);

test("as a CloudEvent it has the required attributes, and the id of the header", async () => {
  const secret = newSecret();
  const context = contextOf([secret], "cloudevents");
  const { headers, body } = await CHANNELS.cloudevents.build(happening("finding.opened"), context);
  expect(headers["content-type"]).toBe("application/cloudevents+json");
  expect(JSON.parse(body)).toMatchObject({
    specversion: "1.0",
    id: ID,
    source: "urn:lull:acme",
    type: "lull.finding.opened",
    subject: happening("finding.opened").key,
    time: "2026-11-24T10:00:00.000Z",
    payloadversion: "1",
    data: { finding: { status: "open" } },
  });
});

describe("as OCSF", () => {
  const eventOf = async (type: (typeof HAPPENING_TYPES)[number]) => {
    const context = contextOf([newSecret()], "ocsf");
    const { body } = await CHANNELS.ocsf.build(happening(type), context);
    return JSON.parse(body) as Record<string, unknown>;
  };

  test.each([
    ["finding.opened", 1, 1, 3],
    ["finding.reopened", 2, 1, 3],
    ["finding.muted", 2, 3, 3],
    ["finding.resolved", 3, 4, 1],
  ] as const)("%s is a compliance finding", async (type, activity, status, compliance) => {
    const event = await eventOf(type);
    expect(event).toMatchObject({
      category_uid: 2,
      class_uid: 2_003,
      type_uid: 200_300 + activity,
      activity_id: activity,
      status_id: status,
      severity_id: 3,
      time: AT,
      metadata: { version: "1.3.0", product: { name: "Lull" }, uid: ID },
      finding_info: { uid: happening(type).data.finding?.id },
      compliance: { control: "compiler-in-container", status_id: compliance },
    });
    expect(event["resources"]).toHaveLength(1);
  });

  test("a signal is a detection finding", async () => {
    expect(await eventOf("signal.raised")).toMatchObject({
      class_uid: 2_004,
      type_uid: 200_401,
      is_alert: true,
      finding_info: { uid: happening("signal.raised").data.signal?.id },
    });
  });

  test("what OCSF has no class for is a base event", async () => {
    expect(await eventOf("agent.silent")).toMatchObject({
      class_uid: 0,
      category_uid: 0,
      type_uid: 99,
      unmapped: { agent: { state: "silent" } },
    });
  });
});

describe("a secret", () => {
  const owner = { tenant: "acme", endpoint: "e1" };
  const master = "m".repeat(32);

  test("is whsec_ and 32 bytes, another one each time", () => {
    const secret = newSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newSecret()).not.toBe(secret);
  });

  test("is kept so that only its endpoint and the instance's secret open it", async () => {
    const secret = newSecret();
    const sealed = await seal(master, owner, secret);
    expect(sealed).not.toContain(secret.slice(6, 20));
    expect(await unseal(master, owner, sealed)).toBe(secret);
    expect(await unseal("n".repeat(32), owner, sealed)).toBeNull();
    expect(await unseal(master, { ...owner, endpoint: "e2" }, sealed)).toBeNull();
    expect(await unseal(master, { ...owner, tenant: "other" }, sealed)).toBeNull();
    expect(await unseal(master, owner, sealed.replace(/.$/, ""))).toBeNull();
    expect(await unseal(master, owner, "nonsense!")).toBeNull();
  });
});

test("each body says where the ledger stood, where that is known", async () => {
  const ledger = { seq: 41, hash: `sha256:${"7".repeat(64)}` };
  const bodyOf = async (format: keyof typeof CHANNELS) => {
    const anchored = happening("finding.opened", { ledger });
    const { body } = await CHANNELS[format].build(anchored, contextOf([newSecret()], format));
    return JSON.parse(body);
  };
  expect(await bodyOf("standard")).toMatchObject({ ledger });
  expect(await bodyOf("cloudevents")).toMatchObject({ ledger: `41:${ledger.hash}` });
  expect(await bodyOf("ocsf")).toMatchObject({ unmapped: { ledger } });
});
