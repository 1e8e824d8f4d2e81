/**
 * Slack, Teams and PagerDuty told by the real node: what agents report comes to real receivers that answer as the
 * vendors do and take nothing that the vendors would refuse.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { pagerSchema, slackSchema, teamsSchema } from "../../support/chat-shapes.ts";
import { eventually } from "../../support/eventually.ts";
import { type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun, listFindings } from "./traffic.ts";

const PUBLIC_URL = "https://lull.example.com";
const ROUTING_KEY = "0123456789abcdef0123456789abcdef";
const HOOK = "/services/T0000/B0000/s3cr3t";
const FLOW = "/workflows/abc/triggers/manual/paths/invoke";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

class Vendors {
  readonly slack: z.infer<typeof slackSchema>[] = [];
  readonly teams: z.infer<typeof teamsSchema>[] = [];
  readonly pagerduty: z.infer<typeof pagerSchema>[] = [];
  /** Answers that are no success, as they were given. */
  readonly refused: string[] = [];
  #limited = false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { status, headers, body: text } = this.#take(request.url ?? "", JSON.parse(body));
    if (status >= 300) this.refused.push(`${status} ${text}`);
    response.writeHead(status, headers).end(text);
  }

  #take(url: string, body: unknown): Answer {
    const { pathname, searchParams } = new URL(url, "http://vendor");
    if (pathname === HOOK) return this.#takeSlack(body);
    if (pathname === FLOW && searchParams.get("sig") === "s3cr3t") {
      this.teams.push(teamsSchema.parse(body));
      return { status: 202 };
    }
    if (pathname === "/v2/enqueue") return this.#takePager(body);
    return { status: 404, body: "no_service" };
  }

  #takeSlack(body: unknown): Answer {
    // At first it is told too much at once.
    if (!this.#limited) {
      this.#limited = true;
      return { status: 429, headers: { "retry-after": "1" }, body: "rate_limited" };
    }
    const read = slackSchema.safeParse(body);
    if (!read.success) return { status: 400, body: "invalid_blocks" };
    this.slack.push(read.data);
    return { status: 200, body: "ok" };
  }

  #takePager(body: unknown): Answer {
    const read = pagerSchema.safeParse(body);
    if (!read.success || read.data.routing_key !== ROUTING_KEY)
      return { status: 400, body: JSON.stringify({ status: "invalid event" }) };
    this.pagerduty.push(read.data);
    const { dedup_key } = read.data;
    return {
      status: 202,
      body: JSON.stringify({ status: "success", message: "Event processed", dedup_key }),
    };
  }
}

const vendors = new Vendors();
let node: RunningNode;
beforeAll(async () => {
  const env = { LULL_ALLOW_PRIVATE_ENDPOINTS: "1", LULL_PUBLIC_URL: PUBLIC_URL };
  node = await startNode({ env });
});
afterAll(async () => {
  vendors.close();
  await node.dispose();
});

async function ok(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

test("a finding is told in Slack and Teams, and begins and ends an incident in PagerDuty", async () => {
  const origin = await vendors.listen();
  const endpoints = [
    { format: "slack", url: `${origin}${HOOK}` },
    { format: "teams", url: `${origin}${FLOW}?api-version=1&sig=s3cr3t` },
    {
      format: "pagerduty",
      url: `${origin}/v2/enqueue`,
      credential: ROUTING_KEY,
      events: ["finding.*"],
    },
  ];
  for (const body of endpoints)
    await ok(await node.api("/api/v1/endpoints", { method: "POST", body }));
  const rule = "/api/v1/rules/compiler-in-container";
  await ok(await node.api(rule, { method: "PATCH", body: { quietPeriod: "3s" } }));
  await ok(
    await node.intake(compilerRun({ host: "node-7", container: "c0ffee000001", events: 1 })),
  );
  const [finding] = await eventually("the finding is open", async () => {
    const found = await listFindings(node);
    return found.length > 0 && found;
  });
  const link = `${PUBLIC_URL}/findings/${finding?.id}`;

  const [message] = await eventually(
    "Slack has it, though it was busy",
    () => vendors.slack.length > 0 && vendors.slack,
    { withinMs: 60_000 },
  );
  expect(vendors.refused).toEqual(["429 rate_limited"]);
  expect(message?.text).toMatch(/^Something new has opened: gcc ran in api \(shop, node-7\)/);
  expect(JSON.stringify(message)).toContain(`<${link}|Open in Lull>`);

  const [posted] = await eventually(
    "Teams has it",
    () => vendors.teams.length > 0 && vendors.teams,
  );
  expect(posted?.attachments[0].content).toMatchObject({
    type: "AdaptiveCard",
    actions: [{ type: "Action.OpenUrl", url: link }],
  });

  const incident = await eventually(
    "PagerDuty has the beginning and the end",
    () => vendors.pagerduty.length >= 2 && vendors.pagerduty,
    { withinMs: 60_000 },
  );
  expect(incident.map(({ event_action: action }) => action)).toEqual(["trigger", "resolve"]);
  expect(incident[0]?.payload).toMatchObject({ source: "api", class: "compiler-in-container" });
  expect(incident[0]?.links?.[0]?.href).toBe(link);
  expect(incident[1]?.dedup_key).toBe(incident[0]?.dedup_key);
  // Its end is nothing for a chat, where nobody has asked for it.
  expect(vendors.slack).toHaveLength(1);
  expect(vendors.refused).toHaveLength(1);
}, 180_000);
