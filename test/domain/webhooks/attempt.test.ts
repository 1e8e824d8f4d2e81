/** One attempt against receivers of every kind, over real connections. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_ANSWER_BYTES } from "../../../schema/limits.ts";
import { attempt, blocked } from "../../../durable/attempt.ts";

const PATIENCE_MS = 300;
const requests: {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage["headers"];
}[] = [];

const ROUTES: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  "/ok": (_, response) => response.end("thanks"),
  "/created": (_, response) => response.writeHead(201).end(),
  "/nothing": (_, response) => response.writeHead(204).end(),
  "/broken": (_, response) => response.writeHead(500).end("oh no"),
  "/gone": (_, response) => response.writeHead(410).end(),
  "/busy": (_, response) => response.writeHead(429, { "retry-after": "90" }).end(),
  "/busy-date": (_, response) =>
    response.writeHead(503, { "retry-after": "Tue, 24 Nov 2026 10:05:00 GMT" }).end(),
  "/busy-nonsense": (_, response) => response.writeHead(503, { "retry-after": "soon" }).end(),
  "/moved": (_, response) => response.writeHead(302, { location: "/ok" }).end(),
  "/hangs": () => undefined,
  "/drips": (_, response) => {
    response.writeHead(200).write("x");
  },
  "/drops": (request) => request.socket.destroy(),
  "/breaks": (request, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => request.socket.destroy(), 20);
  },
  "/endless": (_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write("y".repeat(65_536)));
    };
    response.writeHead(200).on("drain", write);
    write();
  },
};

let server: Server;
let origin = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const url = request.url ?? "";
      const { method = "", headers } = request;
      requests.push({ method, url, body, headers });
      ROUTES[url]?.(request, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const NOW = Date.parse("2026-11-24T10:00:00Z");
const to = (path: string) =>
  attempt(
    {
      method: "POST",
      url: `${origin}${path}`,
      headers: { "webhook-id": "msg_1" },
      body: '{"type":"x"}',
    },
    NOW,
    PATIENCE_MS,
  );

describe("a success is any 2xx", () => {
  test.each(["/ok", "/created", "/nothing"])("%s", async (path) => {
    expect(await to(path)).toMatchObject({ outcome: "delivered", error: null });
    expect(requests.at(-1)).toMatchObject({
      body: '{"type":"x"}',
      headers: { "webhook-id": "msg_1" },
    });
  });

  test("also where the answer breaks off or never ends: its status has come", async () => {
    expect(await to("/breaks")).toMatchObject({ outcome: "delivered", status: 200 });
    expect(await to("/drips")).toMatchObject({ outcome: "delivered", status: 200 });
  });

  test("of the answer its first kibibyte is kept", async () => {
    const { answer, outcome } = await to("/endless");
    expect(outcome).toBe("delivered");
    expect(answer).toBe("y".repeat(MAX_ANSWER_BYTES));
  });
});

test("the method is the call's, and a call may have no body", async () => {
  const call = { method: "GET", url: `${origin}/ok`, headers: {}, body: null } as const;
  expect(await attempt(call, NOW, PATIENCE_MS)).toMatchObject({ outcome: "delivered" });
  expect(requests.at(-1)).toMatchObject({ method: "GET", body: "" });
});

describe("a failure", () => {
  test("is any other status, with its body", async () => {
    expect(await to("/broken")).toMatchObject({ outcome: "status", status: 500, answer: "oh no" });
    expect(await to("/gone")).toMatchObject({ outcome: "status", status: 410 });
  });

  test("says how long the receiver wants to be left alone", async () => {
    expect((await to("/busy")).retryAfterMs).toBe(90_000);
    expect((await to("/busy-date")).retryAfterMs).toBe(300_000);
    expect((await to("/busy-nonsense")).retryAfterMs).toBeNull();
  });

  test("is a redirect, which is not followed", async () => {
    const before = requests.length;
    expect(await to("/moved")).toMatchObject({ outcome: "redirect", status: 302 });
    expect(requests.length - before).toBe(1);
  });

  test("is no answer in time", async () => {
    const began = performance.now();
    expect(await to("/hangs")).toMatchObject({ outcome: "timeout", status: null });
    expect(performance.now() - began).toBeLessThan(20 * PATIENCE_MS);
  });

  test("is a connection that drops, or that there is none", async () => {
    expect(await to("/drops")).toMatchObject({ outcome: "unreachable", status: null });
    const nobody = { method: "POST", url: "http://127.0.0.1:1/", headers: {}, body: "" } as const;
    expect(await attempt(nobody, NOW, PATIENCE_MS)).toMatchObject({ outcome: "unreachable" });
  });

  test("is an address that may not be called", () => {
    expect(blocked("The address must begin with https://.")).toMatchObject({
      outcome: "blocked",
      error: "The address must begin with https://.",
    });
  });
});
