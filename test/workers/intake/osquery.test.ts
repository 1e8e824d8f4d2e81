/** osquery's TLS enrolment and logger, and what osquery makes of an answer: it looks at the body alone. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { checkNodeKey, mintAgentKey, mintNodeKey } from "../../../workers/auth/tokens.ts";
import { fetchLull, okJson, pass, SECOND, Site, stopClock, unique } from "../support.ts";
import { breakActor, repairActor } from "./broken-actor.ts";

beforeEach(stopClock);

const answer = z.object({
  node_key: z.string().optional(),
  node_invalid: z.boolean(),
  error: z.string().optional(),
});

async function call(path: string, body: unknown, headers = {}): Promise<Response> {
  return fetchLull(`/v1/osquery/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "osquery/5.12.1", ...headers },
    body: body instanceof ArrayBuffer || typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** As osquery/remote/utility.h reads it. */
async function fate(response: Response): Promise<"sent" | "kept" | "enrols again"> {
  const { node_invalid, error } = answer.parse(await response.json());
  if (node_invalid) return "enrols again";
  return error === undefined ? "sent" : "kept";
}

async function enrol(secret: string, host_identifier: string): Promise<string> {
  const host_details = { system_info: { hostname: host_identifier } };
  const response = await call("enroll", { enroll_secret: secret, host_identifier, host_details });
  const { node_key } = answer.parse(await okJson(response));
  if (node_key === undefined) throw new Error("not enrolled");
  return node_key;
}

/** A connection to the cloud's metadata service, on the host itself. */
const row = (hostIdentifier: string, fields = {}) => ({
  name: "sockets",
  hostIdentifier,
  unixTime: Math.floor(Date.now() / SECOND),
  epoch: 1,
  counter: 7,
  action: "added",
  columns: {
    path: "/usr/bin/curl",
    remote_address: "169.254.169.254",
    remote_port: "80",
    time: String(Math.floor(Date.now() / SECOND)),
    action: "connect",
  },
  ...fields,
});

const log = (node_key: string, ...data: unknown[]) => ({ node_key, log_type: "result", data });

describe("a node", () => {
  test("enrols with an agent key, sends its rows, and has them counted once", async () => {
    const site = await Site.open();
    const host = unique("node");
    const key = await enrol(site.key, host);
    const body = log(key, row(host));
    for (let i = 0; i < 2; i++) expect(await fate(await call("log", body))).toBe("sent");
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding();
    expect(finding).toMatchObject({ count: 1, resource: { type: "host", host } });
    expect(finding.agents).toEqual(["osquery"]);
  });

  test("gets the same key again, and any text for a host comes back", async () => {
    const site = await Site.open();
    for (const host of ["Ünïcødé-högst-über-_", "0B5A1F0C-94D8-4C6B-B1E7-000000000000"]) {
      const key = await enrol(site.key, host);
      expect(key).toBe(await enrol(site.key, host));
      expect(await checkNodeKey(env.LULL_SECRET, key)).toMatchObject({ host, id: "first" });
    }
  });

  test("with another's name in its rows speaks for itself all the same", async () => {
    const site = await Site.open();
    const [own, other] = [unique("node"), unique("node")];
    const key = await enrol(site.key, own);
    const decorated = { decorations: { host_uuid: "0B5A1F0C-94D8-4C6B-B1E7-000000000000" } };
    const rows = [row(other), row(own, decorated), row(own)];
    expect(await fate(await call("log", log(key, ...rows)))).toBe("sent");
    expect(await site.alarm(`host:${other}`)).toBe(false);
    await site.alarm(`host:${own}`);
    expect(await site.onlyFinding()).toMatchObject({ count: 3, resource: { host: own } });
  });

  test("speaks for the host of its agent key, where that has one", async () => {
    const site = await Site.open();
    const host = unique("bound");
    const made = await okJson(await site.apiJson("POST", "/keys", { name: "k", host }));
    const { key } = z.object({ key: z.string() }).parse(made);
    const node = await enrol(key, "whoever");
    expect(await fate(await call("log", log(node, row("whoever"))))).toBe("sent");
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).resource.host).toBe(host);
  });

  test("may compress, and log its own status, which is a sign of life", async () => {
    const { key } = await Site.open();
    const host = unique("node");
    const node_key = await enrol(key, host);
    const status = { hostIdentifier: host, unixTime: "1", filename: "a.cpp", message: "hello" };
    const text = JSON.stringify({ node_key, log_type: "status", data: [status] });
    const packed = await new Response(
      new Response(text).body?.pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    expect(await fate(await call("log", packed, { "content-encoding": "gzip" }))).toBe("sent");
  });

  test("drops a bad row alone", async () => {
    const site = await Site.open();
    const host = unique("node");
    const key = await enrol(site.key, host);
    const response = await call("log", log(key, { hello: "world" }, row(host), 5));
    expect(await fate(response)).toBe("sent");
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });
});

describe("osquery keeps what it sent, or enrols again,", () => {
  test("where the agent key is wrong, or another kind of key", async () => {
    const site = await Site.open();
    const node = await enrol(site.key, "node");
    for (const enroll_secret of ["", "wrong", `${site.key}0`, site.token, node]) {
      const response = await call("enroll", { enroll_secret, host_identifier: "node" });
      expect(response.status).toBe(401);
      expect(answer.parse(await response.json())).toEqual({
        node_invalid: true,
        error: expect.any(String),
      });
    }
  });

  test("where the node key is wrong in any part", async () => {
    const site = await Site.open();
    const other = await Site.open();
    const good = await enrol(site.key, "node-7");
    const claim = { tenant: site.tenant, keyId: "first", host: "node-8" };
    const foreign = await mintNodeKey(env.LULL_SECRET.split("").toReversed().join(""), claim);
    const agent = await mintAgentKey(env.LULL_SECRET, { tenant: site.tenant, keyId: "first" });
    const wrong = [
      "",
      agent,
      foreign,
      `${good}0`,
      good.replace("_first_", "_second_"),
      good.replace(site.tenant, other.tenant),
      good.replace(btoa("node-7"), btoa("node-8")),
    ];
    for (const node_key of wrong) {
      const response = await call("log", log(node_key, row("node-7")));
      expect(response.status).toBe(401);
      expect(await fate(response)).toBe("enrols again");
    }
  });

  test("where the agent key behind it is revoked, and cannot enrol then", async () => {
    const site = await Site.open();
    const node = await enrol(site.key, "node");
    expect((await site.api("/keys/first", { method: "DELETE" })).status).toBe(204);
    pass(10 * SECOND);
    expect(await fate(await call("log", log(node, row("node"))))).toBe("enrols again");
    const again = await call("enroll", { enroll_secret: site.key, host_identifier: "node" });
    expect(again.status).toBe(401);
  });

  test("where its host could not commit", async () => {
    const site = await Site.open();
    const host = unique("node");
    const key = await enrol(site.key, host);
    expect(await fate(await call("log", log(key, row(host))))).toBe("sent");
    await breakActor(site, `host:${host}`);
    const body = log(key, row(host), row(host));
    const failed = await call("log", body);
    expect(failed.status).toBe(503);
    expect(await fate(failed)).toBe("kept");
    await repairActor(site, `host:${host}`);
    for (let i = 0; i < 2; i++) expect(await fate(await call("log", body))).toBe("sent");
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(3);
  });

  test("where something broke that nobody expected", async () => {
    const site = await Site.open();
    const key = await enrol(site.key, "node");
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(crypto.subtle, "sign").mockRejectedValue(new Error("broken"));
    const response = await call("log", log(key, row("node")));
    vi.restoreAllMocks();
    expect(response.status).toBe(500);
    expect(await fate(response)).toBe("kept");
  });

  test("where the request is wrong, too large, or at the wrong address", async () => {
    const { key } = await Site.open();
    const node_key = await enrol(key, "node");
    const many = Array.from({ length: 5_001 }, () => ({}));
    const answers = [
      await call("log", "garbage"),
      await call("log", { node_key, log_type: "result" }),
      await call("log", log(node_key, ...many)),
      await call("log", log(node_key), { "content-encoding": "br" }),
      await call("enroll", { enroll_secret: key }),
      await call("config", { node_key }),
      await fetchLull("/v1/osquery/log"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 413, 415, 400, 404, 404]);
    for (const response of answers) expect(await fate(response)).toBe("kept");
  });
});

test("neither secret nor node key is logged", async () => {
  const site = await Site.open();
  const lines: string[] = [];
  const spies = (["log", "info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args: unknown[]) => {
      lines.push(args.map(String).join(" "));
    }),
  );
  const node = await enrol(site.key, "node");
  await call("log", log(node, row("node"), 5));
  await call("log", { node_key: node });
  for (const spy of spies) spy.mockRestore();
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join("\n")).not.toContain(node);
  expect(lines.join("\n")).not.toContain(site.key);
});
