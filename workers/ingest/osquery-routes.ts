/**
 * `/v1/osquery`: osquery's TLS enrolment and logger. osquery does not look at the status of an answer: what is JSON
 * without `error` and without `node_invalid: true` it takes for success, and forgets what it sent. So every refusal,
 * of any cause, carries `error`; with `node_invalid` osquery enrols again first.
 * (osquery/osquery:osquery/remote/utility.h, osquery/remote/transports/tls.cpp, plugins/logger/tls_logger.cpp)
 */
import { Hono, type Context } from "hono";
import type { AgentRef, Normalised } from "../../schema/event.ts";
import { hostResourceId } from "../../schema/ids.ts";
import { MAX_EVENTS_PER_BATCH, MAX_HOST_NAME_CHARS } from "../../schema/limits.ts";
import type { OsqueryEnrolled, OsqueryLogged } from "../../schema/protocols.ts";
import { agentCaller, type App } from "../auth/authenticate.ts";
import { checkAgentKey, checkNodeKey, mintNodeKey } from "../auth/tokens.ts";
import { problem } from "../problem.ts";
import { readBody, type Body } from "./body.ts";
import { decodeRecords } from "./decode.ts";
import { saidInJson, speaks } from "./dialect.ts";
import { isRaw, type Raw } from "./fields.ts";
import { rateLimit } from "./quota.ts";
import { takeRecords } from "./records.ts";
import { refused } from "./request.ts";
import { rawItem, tooMany } from "./split.ts";

const LOGGED: OsqueryLogged = { node_invalid: false };

export const osqueryIntake = new Hono<App>();
osqueryIntake.use(
  speaks(({ status, detail }) => saidInJson({ node_invalid: status === 401, error: detail })),
);
osqueryIntake.post("/enroll", enroll);
osqueryIntake.post("/log", log);
// An empty configuration would leave osquery without a schedule, and nobody would notice.
osqueryIntake.all("*", (c) =>
  problem(c, {
    status: 404,
    code: "not_found",
    detail:
      "Lull takes enrolments and logs. Its nodes have their configuration elsewhere: --config_plugin=filesystem.",
  }),
);

/** Gives a node a key of its own, which says for which host it speaks, and dies with the agent key. */
async function enroll(c: Context<App>): Promise<Response> {
  const request = await readRequest(c);
  if (request instanceof Response) return request;
  const identity = await checkAgentKey(c.env.LULL_SECRET, textOf(request.json["enroll_secret"]));
  const caller = identity === null ? null : await agentCaller(c, identity);
  if (caller === null)
    return unauthenticated(c, "The enroll secret is not a valid agent key, or it is revoked.");
  c.set("caller", caller);
  const limited = await rateLimit(c, async () => undefined);
  if (limited) return limited;
  const host = textOf(request.json["host_identifier"]).slice(0, MAX_HOST_NAME_CHARS);
  if (host === "") {
    const detail = "host_identifier: is required";
    return refused(c, { status: 400, code: "invalid_request", detail, field: "host_identifier" });
  }
  const key = { tenant: caller.tenant.id, keyId: caller.id, host: caller.host ?? host };
  const enrolled: OsqueryEnrolled = {
    node_key: await mintNodeKey(c.env.LULL_SECRET, key),
    node_invalid: false,
  };
  return c.json(enrolled);
}

async function log(c: Context<App>): Promise<Response> {
  const started = Date.now();
  const request = await readRequest(c);
  if (request instanceof Response) return request;
  const { body, json } = request;
  const node = await checkNodeKey(c.env.LULL_SECRET, textOf(json["node_key"]));
  const caller = node === null ? null : await agentCaller(c, node);
  if (node === null || caller === null)
    return unauthenticated(c, "The node key is not valid, or its agent key is revoked.");
  const host = caller.host ?? node.host;
  c.set("caller", { ...caller, host });
  const limited = await rateLimit(c, async () => undefined);
  if (limited) return limited;
  const { data } = json;
  if (!Array.isArray(data)) {
    const detail = "data: must be an array";
    return refused(c, { status: 400, code: "bad_body", detail, field: "data" });
  }
  if (data.length > MAX_EVENTS_PER_BATCH) return refused(c, tooMany(data.length));
  const records = data.map((line: unknown) => rawItem(line));
  const decoded = decodeRecords(records, { format: "osquery", receivedAt: c.var.now });
  if (decoded.ok) {
    keepTo(host, decoded.value.items);
    decoded.value.agent = agentOf(c.req.header("user-agent"));
  }
  const taken = await takeRecords(c, body, decoded, started);
  return taken.ok ? c.json(LOGGED) : taken.response;
}

/** `osquery/5.12.1` (osquery/remote/transports/tls.cpp). */
function agentOf(userAgent: string | undefined): AgentRef {
  const version = /^osquery\/([\w.+-]{1,64})$/.exec(userAgent ?? "")?.[1];
  return { id: "osquery", kind: "osquery", ...(version === undefined ? {} : { version }) };
}

/** A node speaks for its own host, whatever its lines say. */
function keepTo(host: string, items: readonly Normalised[]): void {
  const own = hostResourceId(host);
  for (const item of items) {
    const holder = item.type === "event" ? item.event : item.type === "contact" ? item : undefined;
    if (holder?.host === undefined) continue;
    const { id, name } = holder.host;
    if (hostResourceId(id ?? name ?? "") !== own) delete holder.host;
  }
}

/** The key stands within the body, so that is read first; it is bounded. */
async function readRequest(c: Context<App>): Promise<{ body: Body; json: Raw } | Response> {
  const body = await readBody(c.req.raw);
  if (!body.ok) return problem(c, body.problem);
  const json = parse(body.value.text);
  if (isRaw(json)) return { body: body.value, json };
  return problem(c, { status: 400, code: "bad_body", detail: "The body is not a JSON object." });
}

function unauthenticated(c: Context<App>, detail: string): Response {
  return problem(c, { status: 401, code: "not_authenticated", detail });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
