/** `POST /v1/events`, `POST /v1/events/<format>`, `POST /v1/heartbeats`, and the addresses that agents bring along. */
import { Hono, type Context } from "hono";
import { AGENT_FORMATS, type AgentFormat } from "../../schema/event.ts";
import { MAX_HOSTS_PER_BATCH } from "../../schema/limits.ts";
import type { BatchAnswer } from "../../schema/ingest.ts";
import { log } from "../../durable/log.ts";
import { agentKey, type App } from "../auth/authenticate.ts";
import { problem } from "../problem.ts";
import { readBody } from "./body.ts";
import { coalesce, type Coalesced } from "./coalesce.ts";
import { decodeBatch } from "./decode.ts";
import { deliver, type Delivered } from "./deliver.ts";
import { heartbeat } from "./heartbeat.ts";
import { batchRef, idempotencyKey, keyReused, namedHost, refused } from "./request.ts";

const RETRY_AFTER_S = 5;

export const ingest = new Hono<App>();
ingest.use(agentKey);
ingest.post("/events", (c) => events(c, null));
ingest.post("/events/:format", (c) => {
  const format = AGENT_FORMATS.find((known) => known === c.req.param("format"));
  if (format !== undefined) return events(c, format);
  return problem(c, {
    status: 404,
    code: "unknown_format",
    detail: `There is no format of that name; there are ${AGENT_FORMATS.join(", ")}.`,
    field: "format",
  });
});
ingest.post("/heartbeats", heartbeat);
// A Datadog Agent's address before its intake had versions.
ingest.post("/input", (c) => events(c, "datadog"));

/**
 * `/api/v2`: where a Datadog Agent sends. It looks at the status only: it drops what is answered with 400, 401, 403 or 413,
 * sends again what is answered with any other error, and logs the answer of both. So whatever may be mended on this
 * side, or by its operator, must be another error: 404, 415, 429, 500, 503.
 * (DataDog/datadog-agent:pkg/logs/client/http/destination.go)
 */
export const datadogIntake = new Hono<App>();
datadogIntake.use(agentKey);
datadogIntake.post("/secruntime", (c) => events(c, "datadog"));
// Where it sends with `use_secruntime_track: false`.
datadogIntake.post("/logs", (c) => events(c, "datadog"));

async function events(c: Context<App>, format: AgentFormat | null): Promise<Response> {
  const started = Date.now();
  const { caller, now: receivedAt } = c.var;
  const body = await readBody(c.req.raw);
  if (!body.ok) return refused(c, body.problem);
  const decoded = decodeBatch(body.value.text, { format, receivedAt });
  if (!decoded.ok) return refused(c, decoded.problem);
  const key = idempotencyKey(c);
  if (key instanceof Response) return key;

  const batch = batchRef(key, body.value.text, caller.id);
  const coalesced = coalesce(decoded.value.items, {
    tenant: caller.tenant.id,
    engine: caller.tenant.engine,
    rulesVersion: caller.tenant.config.version,
    agent: decoded.value.agent,
    dropped: decoded.value.dropped,
    namedHost: namedHost(c),
    receivedAt,
  });
  if (coalesced.reports.length > MAX_HOSTS_PER_BATCH) {
    return refused(c, {
      status: 413,
      code: "too_many_hosts",
      detail: `The batch concerns ${coalesced.reports.length} hosts; at most ${MAX_HOSTS_PER_BATCH} are taken.`,
      limit: MAX_HOSTS_PER_BATCH,
    });
  }
  const delivered = await deliver(c.env, caller.tenant.id, batch, coalesced.reports, receivedAt);
  const answer = answerOf(batch, coalesced, delivered);
  logBatch(c, answer, delivered, body.value.bytes, Date.now() - started);
  logRuleFailures(c);
  return respond(c, answer, delivered);
}

function answerOf(
  batch: { shown: string },
  coalesced: Coalesced,
  delivered: readonly Delivered[],
): BatchAnswer {
  const applied = delivered.filter(({ outcome }) => outcome !== "duplicate");
  const duplicates = delivered.filter(({ outcome }) => outcome === "duplicate");
  return {
    batchId: batch.shown,
    received: coalesced.received,
    accepted: sum(applied, ({ report }) => report.accepted),
    duplicate: coalesced.repeated + sum(duplicates, ({ report }) => report.accepted),
    ignored: coalesced.ignored,
    rejected: coalesced.rejected,
    findings: sum(applied, ({ report }) => report.observations.length),
    signals: sum(applied, ({ report }) => report.signals.length),
  };
}

function sum(reports: readonly Delivered[], of: (it: Delivered) => number): number {
  return reports.reduce((total, it) => total + of(it), 0);
}

function respond(c: Context<App>, answer: BatchAnswer, delivered: readonly Delivered[]): Response {
  const failed = delivered.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) {
    return problem(c, {
      status: 503,
      code: "not_committed",
      detail: `${failed.length} of ${delivered.length} hosts could not take the batch. Send it again unchanged: what was taken is not counted twice.`,
      retryAfter: RETRY_AFTER_S,
    });
  }
  if (delivered.some(({ outcome }) => outcome === "conflict")) return keyReused(c);
  return c.json(answer);
}

function logBatch(
  c: Context<App>,
  answer: BatchAnswer,
  delivered: readonly Delivered[],
  bytes: number,
  ms: number,
): void {
  const { caller } = c.var;
  const failed = delivered.filter(({ outcome }) => outcome === "failed");
  log(failed.length > 0 ? "error" : "info", "batch", {
    tenant: caller.tenant.id,
    key: caller.id,
    batchId: answer.batchId,
    bytes,
    received: answer.received,
    accepted: answer.accepted,
    duplicate: answer.duplicate,
    ignored: answer.ignored,
    rejected: answer.rejected.length,
    hosts: delivered.length,
    failed: failed.length,
    error: failed[0]?.error,
    findings: answer.findings,
    signals: answer.signals,
    ms,
  });
}

/** Conditions that could not be evaluated count as no match; whoever writes rules must hear of it. */
function logRuleFailures(c: Context<App>): void {
  const { tenant } = c.var.caller;
  for (const { ruleId, count, message } of tenant.engine.takeEvaluationFailures()) {
    log("warn", "rule.not_evaluated", { tenant: tenant.id, rule: ruleId, count, error: message });
  }
}
