/** Messages for people through the whole of Lull: made by the API, told by the actor, answered as the vendors answer. */
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { endpointCreatedSchema } from "../../schema/webhooks.ts";
import { teamsSchema } from "../support/chat-shapes.ts";
import { happening } from "../domain/webhooks/support.ts";
import { MINUTE, okJson, Site, stopClock, type JsonObject } from "../workers/support.ts";
import { TestEndpoint } from "./endpoint-support.ts";
import { OK, Receiver } from "./receivers.ts";

beforeEach(stopClock);

type Answer = (body: string, n: number) => Response;

const SLACK = "https://hooks.slack.com/services/T0HIDDEN1/B0HIDDEN2/h1dd3n";
const TEAMS =
  "https://prod-1.logic.azure.com/workflows/HIDDEN1/triggers/manual/paths/invoke?sig=h1dd3n";
const PAGERDUTY = "https://events.pagerduty.com/v2/enqueue";
const ROUTING_KEY = "0123456789abcdef0123456789abcdef";

async function open(fields: JsonObject & { url: string }, answer: Answer) {
  const site = await Site.open();
  const made = await okJson(await site.apiJson("POST", "/endpoints", fields));
  const bodies: string[] = [];
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input, init = {}) => {
    expect(input instanceof Request ? input.url : String(input)).toBe(fields.url);
    const body = typeof init.body === "string" ? init.body : "";
    return Promise.resolve(answer(body, bodies.push(body)));
  });
  onTestFinished(() => spy.mockRestore());
  // Its receiver is the one above: it checks no signature.
  const receiver = new Receiver(fields.url, OK);
  return { bodies, endpoint: new TestEndpoint(site, endpointCreatedSchema.parse(made), receiver) };
}

const about = happening("finding.opened").data.finding?.headline ?? "";

test("Slack is told once, waits as it asks for, and its address is hidden in the log", async () => {
  const limited = new Response("rate_limited", { status: 429, headers: { "retry-after": "120" } });
  const answer: Answer = (_, n) => (n === 1 ? limited : new Response("ok"));
  const { bodies, endpoint } = await open({ format: "slack", url: SLACK }, answer);
  await endpoint.enqueue(happening("finding.opened"));
  await endpoint.live(MINUTE);
  expect(bodies).toHaveLength(1);
  await endpoint.live(2 * MINUTE);
  expect(bodies).toHaveLength(2);
  expect(bodies[1]).toContain(JSON.stringify(about).slice(1, -1));
  const [delivery] = await endpoint.deliveries();
  expect(delivery).toMatchObject({ status: "delivered", attempts: 2 });
  const detail = await endpoint.delivery(delivery?.id ?? "");
  expect(JSON.stringify(detail)).not.toMatch(/HIDDEN|h1dd3n/);
});

test("Teams is told a card, and its address is hidden in the log", async () => {
  const answer: Answer = () => new Response(null, { status: 202 });
  const { bodies, endpoint } = await open({ format: "teams", url: TEAMS }, answer);
  await endpoint.enqueue(happening("finding.opened"));
  await endpoint.live(MINUTE);
  const [card] = bodies.map((body) => teamsSchema.parse(JSON.parse(body)).attachments[0].content);
  expect(JSON.stringify(card)).toContain(JSON.stringify(about));
  const [delivery] = await endpoint.deliveries();
  expect(delivery).toMatchObject({ status: "delivered", attempts: 1 });
  const detail = await endpoint.delivery(delivery?.id ?? "");
  expect(JSON.stringify(detail)).not.toMatch(/HIDDEN|h1dd3n/);
});

test.each([
  ["slack", { url: SLACK }, () => new Response("invalid_blocks", { status: 400 })],
  [
    "pagerduty",
    { url: PAGERDUTY, credential: ROUTING_KEY },
    () => Response.json({ status: "invalid event" }, { status: 400 }),
  ],
])("what %s will never take holds nothing up", async (format, fields, refuse) => {
  const input = { format, ...fields, events: ["finding.*"] };
  const answer: Answer = (_, n) => (n === 1 ? refuse() : new Response("ok"));
  const { bodies, endpoint } = await open(input, answer);
  await endpoint.enqueue(
    happening("finding.opened", { key: "f1" }),
    happening("finding.resolved", { key: "f1" }),
  );
  await endpoint.live(MINUTE);
  expect(bodies).toHaveLength(2);
  const [second, first] = await endpoint.deliveries();
  expect(first).toMatchObject({ status: "dead", deadReason: "refused", attempts: 1 });
  expect(second).toMatchObject({ type: "finding.resolved", status: "delivered" });
  // Somebody has put right what it was refused for.
  await okJson(await endpoint.post(`/deliveries/${first?.id}/replay`));
  await endpoint.live(MINUTE);
  expect((await endpoint.deliveries()).map(({ status }) => status)).toEqual([
    "delivered",
    "delivered",
  ]);
});

test("Teams may refuse what it takes later: it is tried again", async () => {
  const answer: Answer = (_, n) => new Response(null, { status: n === 1 ? 400 : 202 });
  const { bodies, endpoint } = await open({ format: "teams", url: TEAMS }, answer);
  await endpoint.enqueue(happening("finding.opened"));
  await endpoint.live(MINUTE);
  expect(bodies).toHaveLength(2);
});

test("a channel that Slack has archived does not disable the endpoint: it may come back", async () => {
  const { endpoint } = await open({ format: "slack", url: SLACK }, () => {
    return new Response("channel_is_archived", { status: 410 });
  });
  await endpoint.enqueue(happening("signal.raised"));
  await endpoint.live(MINUTE);
  const detail = await endpoint.detail();
  expect(detail.status).toBe("enabled");
  expect(detail.health.failuresInARow).toBeGreaterThan(0);
});

test("PagerDuty is asked to begin and to end one incident, and its key is nowhere to be read", async () => {
  const event = z.object({
    routing_key: z.literal(ROUTING_KEY),
    event_action: z.string(),
    dedup_key: z.string(),
  });
  const fields = {
    format: "pagerduty",
    url: PAGERDUTY,
    credential: ROUTING_KEY,
    events: ["finding.*"],
  };
  const { bodies, endpoint } = await open(fields, (body) => {
    event.parse(JSON.parse(body));
    return Response.json({ status: "success", message: "Event processed" }, { status: 202 });
  });
  await endpoint.enqueue(
    happening("finding.opened", { key: "f1" }),
    happening("finding.resolved", { key: "f1" }),
  );
  await endpoint.live(MINUTE);
  const events = bodies.map((body) => event.parse(JSON.parse(body)));
  expect(events.map(({ event_action: action }) => action)).toEqual(["trigger", "resolve"]);
  expect(new Set(events.map(({ dedup_key: key }) => key)).size).toBe(1);
  for (const { id } of await endpoint.deliveries())
    expect(JSON.stringify(await endpoint.delivery(id))).not.toContain(ROUTING_KEY);
});

test("without its key PagerDuty is not called, and the attempt says what is missing", async () => {
  const { bodies, endpoint } = await open({ format: "pagerduty", url: PAGERDUTY }, () => {
    return new Response(null, { status: 500 });
  });
  await endpoint.enqueue(happening("signal.raised"));
  await endpoint.live(MINUTE);
  expect(bodies).toEqual([]);
  const [delivery] = await endpoint.deliveries();
  const { tries } = await endpoint.delivery(delivery?.id ?? "");
  expect(tries[0]).toMatchObject({ outcome: "blocked" });
  expect(tries[0]?.error).toMatch(/credential/);
});
