/**
 * One batch from decoded events to committed reports, whatever request brought it. Routes decide how it is
 * read and how the outcome is said in their protocol.
 */
import type { Context } from "hono";
import type { AgentFormat } from "../../schema/event.ts";
import { MAX_HOSTS_PER_BATCH } from "../../schema/limits.ts";
import type { BatchAnswer } from "../../schema/ingest.ts";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { countOutcomes } from "../outcomes/count.ts";
import { problem } from "../problem.ts";
import { binaryMode } from "./cloudevents.ts";
import { coalesce, type Coalesced } from "./coalesce.ts";
import { decodeBatch, type DecodedBatch } from "./decode.ts";
import { readBody, type Body } from "./body.ts";
import { deliver, type Delivered } from "./deliver.ts";
import { overQuota } from "./quota.ts";
import {
  batchRef,
  declaredInterval,
  idempotencyKey,
  keyReused,
  namedHost,
  refused,
} from "./request.ts";

const RETRY_AFTER_S = 5;

/** `response`: the whole request is refused, and why. */
export type Taken = { ok: true; answer: BatchAnswer } | { ok: false; response: Response };

/** Reads, decodes and takes the request's body. `format` is the one that the path forces. */
export async function takeRequest(c: Context<App>, format: AgentFormat | null): Promise<Taken> {
  const started = Date.now();
  const body = await readBody(c.req.raw);
  if (!body.ok) return { ok: false, response: refused(c, body.problem) };
  const wrapping = binaryMode(c.req.raw.headers);
  const decoded = decodeBatch(body.value.text, { format, receivedAt: c.var.now, wrapping });
  if (!decoded.ok) return { ok: false, response: refused(c, decoded.problem) };
  return takeBatch(c, body.value, decoded.value, started);
}

/** Classifies a batch, hands it to the actors that own its resources, and counts what became of it. */
export async function takeBatch(
  c: Context<App>,
  body: Body,
  decoded: DecodedBatch,
  started: number,
): Promise<Taken> {
  const { caller, now: receivedAt } = c.var;
  const key = idempotencyKey(c);
  if (key instanceof Response) return { ok: false, response: key };
  const intervalMs = declaredInterval(c);
  if (intervalMs instanceof Response) return { ok: false, response: intervalMs };
  const over = await overQuota(c, decoded.items.length);
  if (over !== null) return { ok: false, response: over };

  const batch = batchRef(key, body.text, caller.id);
  const coalesced = coalesce(decoded.items, {
    tenant: caller.tenant.id,
    engine: caller.tenant.engine,
    exceptions: caller.tenant.exceptions,
    rulesVersion: caller.tenant.config.version,
    agent: decoded.agent,
    dropped: decoded.dropped,
    namedHost: namedHost(c),
    intervalMs,
    receivedAt,
  });
  if (coalesced.reports.length > MAX_HOSTS_PER_BATCH) {
    return { ok: false, response: tooManyHosts(c, coalesced.reports.length) };
  }
  const delivered = await deliver(c.env, caller.tenant.id, batch, coalesced.reports, receivedAt);
  const answer = answerOf(batch, coalesced, delivered, decoded.aheadMs);
  countOutcomes(c, coalesced, delivered);
  logBatch(c, answer, delivered, body.bytes, Date.now() - started);
  logRuleFailures(c);
  const failure = failureOf(c, delivered);
  return failure === null ? { ok: true, answer } : { ok: false, response: failure };
}

function tooManyHosts(c: Context<App>, hosts: number): Response {
  return refused(c, {
    status: 413,
    code: "too_many_hosts",
    detail: `The batch concerns ${hosts} hosts; at most ${MAX_HOSTS_PER_BATCH} are taken.`,
    limit: MAX_HOSTS_PER_BATCH,
  });
}

function answerOf(
  batch: { shown: string },
  coalesced: Coalesced,
  delivered: readonly Delivered[],
  aheadMs: number,
): BatchAnswer {
  const applied = delivered.filter(({ outcome }) => outcome === "applied" || outcome === "skipped");
  const duplicates = delivered.filter(({ outcome }) => outcome === "duplicate");
  return {
    batchId: batch.shown,
    received: coalesced.received,
    accepted: sum(applied, ({ report }) => report.counts.accepted),
    duplicate:
      sum(delivered, ({ report }) => report.counts.repeated) +
      sum(duplicates, ({ report }) => report.counts.accepted),
    ignored: coalesced.unplaced + sum(delivered, ({ report }) => report.counts.ignored),
    rejected: coalesced.rejected,
    excepted: sum(delivered, ({ report }) => report.counts.excepted),
    late: sum(applied, ({ report }) => report.counts.late),
    findings: sum(applied, ({ report }) => report.observations.length),
    signals: sum(applied, ({ report }) => report.signals.length),
    ...(aheadMs === 0 ? {} : { clockAheadMs: aheadMs }),
  };
}

function sum(reports: readonly Delivered[], of: (it: Delivered) => number): number {
  return reports.reduce((total, it) => total + of(it), 0);
}

/** Null where every touched actor has committed. */
function failureOf(c: Context<App>, delivered: readonly Delivered[]): Response | null {
  const failed = delivered.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) {
    return problem(c, {
      status: 503,
      code: "not_committed",
      detail: `${failed.length} of ${delivered.length} hosts could not take the batch. Send it again unchanged: what was taken is not counted twice.`,
      retryAfter: RETRY_AFTER_S,
    });
  }
  return delivered.some(({ outcome }) => outcome === "conflict") ? keyReused(c) : null;
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
    excepted: answer.excepted,
    rejected: answer.rejected.length,
    late: answer.late,
    clockAheadMs: answer.clockAheadMs,
    hosts: delivered.length,
    failed: failed.length,
    error: failed[0]?.error,
    findings: answer.findings,
    signals: answer.signals,
    ms,
  });
}

/** Conditions that could not be evaluated count as no match, and hide nothing; whoever writes rules must hear of it. */
function logRuleFailures(c: Context<App>): void {
  const { tenant } = c.var.caller;
  for (const { ruleId, count, message } of tenant.engine.takeEvaluationFailures()) {
    log("warn", "rule.not_evaluated", { tenant: tenant.id, rule: ruleId, count, error: message });
  }
  for (const { exception, count, message } of tenant.exceptions?.takeFailures() ?? [])
    log("warn", "exception.not_evaluated", { tenant: tenant.id, exception, count, error: message });
}
