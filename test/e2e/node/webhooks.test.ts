/**
 * Webhooks of the real node to a real receiver: signed, in order, and once each in effect, though the node is killed
 * in the middle and the receiver fails now and then.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import {
  deliveryViewSchema,
  endpointCreatedSchema,
  webhookBodySchema,
  type WebhookBody,
} from "../../../schema/webhooks.ts";
import { eventually } from "../../support/eventually.ts";
import { type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun } from "./traffic.ts";

const HOSTS = 3;
const CONTAINERS = 24;

/** Takes what is rightly signed, once for each id, as a receiver should. */
class Receiver {
  secret = "";
  requests = 0;
  wrong = 0;
  readonly taken = new Map<string, WebhookBody>();
  readonly #seen = new Set<string>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Of one finding, in the order in which they took effect. */
  ofFinding(id: string): string[] {
    return [...this.taken.values()]
      .filter(({ data }) => data.finding?.id === id)
      .map(({ type }) => type);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const n = ++this.requests;
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    // Slow enough that the node is killed with attempts under way.
    await delay(50);
    const id = String(request.headers["webhook-id"]);
    // Only at first: after a second failure the next attempt would come in five minutes.
    const isFirst = !this.#seen.has(id);
    this.#seen.add(id);
    if (isFirst && n % 7 === 3) return void response.writeHead(503).end();
    try {
      new Webhook(this.secret).verify(body, request.headers as Record<string, string>);
      if (!this.taken.has(id)) this.taken.set(id, webhookBodySchema.parse(JSON.parse(body)));
    } catch {
      this.wrong++;
    }
    // It has taken the message, and its answer is lost.
    if (isFirst && n % 11 === 5) return void request.socket.destroy();
    response.end("thanks");
  }
}

const receiver = new Receiver();
let node: RunningNode;
beforeAll(async () => {
  node = await startNode({ env: { LULL_ALLOW_PRIVATE_ENDPOINTS: "1" } });
});
afterAll(async () => {
  receiver.close();
  await node.dispose();
});

async function ok(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

test("killed in the middle, the node loses nothing and doubles nothing", async () => {
  const url = await receiver.listen();
  const input = { url, events: ["finding.*"] };
  const { id, secret } = endpointCreatedSchema.parse(
    await ok(await node.api("/api/v1/endpoints", { method: "POST", body: input })),
  );
  receiver.secret = secret;
  const rule = "/api/v1/rules/compiler-in-container";
  await ok(await node.api(rule, { method: "PATCH", body: { quietPeriod: "3s" } }));
  for (let i = 0; i < CONTAINERS; i++) {
    const container = `c0ffee0000${i.toString(16).padStart(2, "0")}`;
    const host = `hook-${i % HOSTS}`;
    await ok(await node.intake(compilerRun({ host, container, events: 1 })));
  }
  await eventually("deliveries are under way", () => receiver.taken.size >= 3);
  await node.restart("SIGKILL");
  await eventually(
    "every finding has opened and resolved at the receiver",
    () => {
      const ended = [...receiver.taken.values()].filter(({ type }) => type === "finding.resolved");
      return ended.length >= CONTAINERS;
    },
    { withinMs: 120_000, everyMs: 250 },
  );
  const findings = new Set([...receiver.taken.values()].map(({ data }) => data.finding?.id ?? ""));
  expect(findings.size).toBe(CONTAINERS);
  for (const finding of findings)
    expect(receiver.ofFinding(finding)).toEqual(["finding.opened", "finding.resolved"]);
  expect(receiver.wrong).toBe(0);
  expect(receiver.requests).toBeGreaterThan(receiver.taken.size);
  const page = z.object({ items: z.array(deliveryViewSchema) });
  const log = await eventually("all are noted as delivered", async () => {
    const path = `/api/v1/endpoints/${id}/deliveries?limit=200`;
    const { items } = page.parse(await ok(await node.api(path)));
    return items.every(({ status }) => status === "delivered") && items;
  });
  expect(new Set(log.map((it) => it.id))).toEqual(new Set(receiver.taken.keys()));
}, 240_000);

test("without the setting, an address of this machine is refused", async () => {
  const strict = await startNode();
  try {
    for (const url of ["https://127.0.0.1:9/", "http://hooks.example.com/", "https://localhost/"]) {
      const body = { url, events: ["*"] };
      const response = await strict.api("/api/v1/endpoints", { method: "POST", body });
      expect(response.status, url).toBe(400);
    }
  } finally {
    await strict.dispose();
  }
});
