/** `POST /v1/heartbeats`: a sign of life, and the host's state as facts. */
import type { Context } from "hono";
import type { HeartbeatAnswer } from "../../schema/answers.ts";
import type { AgentFormat, FactValue, LullEvent } from "../../schema/event.ts";
import { AGENT_FORMATS } from "../../schema/event.ts";
import { containerResourceId } from "../../schema/ids.ts";
import { heartbeatSchema, type Heartbeat } from "../../schema/ingest.ts";
import { MAX_FACT_CHARS, MAX_FIELD_CHARS } from "../../schema/limits.ts";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { invalid, problem } from "../problem.ts";
import { readBody } from "./body.ts";
import { coalesce } from "./coalesce.ts";
import { cutText, type Notes } from "./fields.ts";
import { countOutcomes } from "../outcomes/count.ts";
import { deliverReport } from "./deliver.ts";
import { batchRef, idempotencyKey, keyReused, namedHost, refused } from "./request.ts";

export async function heartbeat(c: Context<App>): Promise<Response> {
  const { caller, now: receivedAt } = c.var;
  const body = await readBody(c.req.raw);
  if (!body.ok) return refused(c, body.problem);
  const json = parse(body.value.text);
  if (json === undefined) {
    return refused(c, { status: 400, code: "bad_body", detail: "The body is not JSON." });
  }
  const parsed = heartbeatSchema.safeParse(json);
  if (!parsed.success) return invalid(c, parsed.error);
  const key = idempotencyKey(c);
  if (key instanceof Response) return key;

  const beat = parsed.data;
  const { agent } = beat;
  if (agent.id.trim() === "") {
    return refused(c, {
      status: 400,
      code: "invalid_request",
      detail: "agent.id: must not be blank",
      field: "agent.id",
    });
  }
  const kind: AgentFormat = AGENT_FORMATS.find((format) => format === agent.kind) ?? "native";
  const coalesced = coalesce(factEvents(beat, kind, receivedAt), {
    tenant: caller.tenant.id,
    engine: caller.tenant.engine,
    exceptions: caller.tenant.exceptions,
    rulesVersion: caller.tenant.config.version,
    agent: {
      id: agent.id,
      kind,
      ...(agent.version === undefined ? {} : { version: agent.version.slice(0, MAX_FIELD_CHARS) }),
      ...(agent.ruleset === undefined ? {} : { ruleset: agent.ruleset.slice(0, MAX_FIELD_CHARS) }),
      ...(agent.host === undefined ? {} : { host: hostRef(agent.host) }),
    },
    dropped: beat.dropped,
    namedHost: namedHost(c),
    intervalMs: beat.intervalMs,
    receivedAt,
  });
  const [report] = coalesced.reports;
  if (report === undefined) {
    return refused(c, {
      status: 400,
      code: "no_host",
      detail: "agent.host: name the host, bind the key to one, or send X-Lull-Host",
      field: "agent.host",
    });
  }
  if (beat.containers !== undefined) {
    const at = Math.min(beat.sentAt ?? receivedAt, receivedAt);
    report.running = { at, ids: beat.containers.map(containerResourceId) };
  }

  // A heartbeat that says when it was sent is itself; one that does not may look like the one before.
  const repeatable = key === undefined && beat.sentAt === undefined;
  const batch = repeatable ? null : batchRef(key, body.value.text, caller.id);
  const delivered = await deliverReport(c.env, caller.tenant.id, batch, report, receivedAt);
  countOutcomes(c, coalesced, [delivered]);
  log(delivered.outcome === "failed" ? "error" : "info", "heartbeat", {
    tenant: caller.tenant.id,
    key: caller.id,
    host: report.owner,
    agent: report.contact.agentId,
    outcome: delivered.outcome,
    error: delivered.error,
    findings: report.observations.length,
  });
  if (delivered.outcome === "failed") {
    return problem(c, {
      status: 503,
      code: "not_committed",
      detail: "The host could not take the heartbeat. Send it again.",
      retryAfter: 5,
    });
  }
  if (delivered.outcome === "conflict") return keyReused(c);
  const answer: HeartbeatAnswer = { host: report.owner, findings: report.observations.length };
  return c.json(answer);
}

/** A host's facts are one event of kind `host`, action `fact`. */
function factEvents(
  beat: Heartbeat,
  format: AgentFormat,
  receivedAt: number,
): { type: "event"; event: LullEvent }[] {
  if (beat.facts === undefined) return [];
  const time = Math.min(beat.sentAt ?? receivedAt, receivedAt);
  const notes: Notes = { truncated: undefined };
  const facts: Record<string, FactValue> = {};
  for (const [name, value] of Object.entries(beat.facts))
    facts[name] =
      typeof value === "string" ? cutText(value, MAX_FACT_CHARS, notes, `facts.${name}`) : value;
  const event: LullEvent = { time, format, kind: "host", action: "fact", facts };
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return [{ type: "event", event }];
}

function hostRef(host: { id?: string | undefined; name?: string | undefined }) {
  return {
    ...(host.id === undefined ? {} : { id: host.id.slice(0, MAX_FIELD_CHARS) }),
    ...(host.name === undefined ? {} : { name: host.name.slice(0, MAX_FIELD_CHARS) }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
