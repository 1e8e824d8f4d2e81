/** What intake requests have in common: the host they name, their batch id, and how they are refused. */
import {
  MAX_HEARTBEAT_INTERVAL_MS,
  MAX_IDEMPOTENCY_KEY_CHARS,
  MIN_HEARTBEAT_INTERVAL_MS,
} from "../../schema/limits.ts";
import { formatDuration, parseDuration, type DurationMs } from "../../schema/time.ts";
import type { Context } from "hono";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { sha256 } from "../../durable/identity.ts";
import { countRefusal } from "../outcomes/count.ts";
import { problem } from "../problem.ts";
import type { BatchRef } from "./deliver.ts";

/** A problem of the whole batch, with its log line and its count. */
export function refused(c: Context<App>, fields: Parameters<typeof problem>[1]): Response {
  const { caller } = c.var;
  countRefusal(c, fields.code);
  log("warn", "batch.refused", { tenant: caller.tenant.id, key: caller.id, code: fields.code });
  return problem(c, fields);
}

/** The host that the key is bound to, or that the request names. */
export function namedHost(c: Context<App>): string | null {
  const named = c.var.caller.host ?? c.req.header("x-lull-host") ?? c.req.query("host") ?? "";
  return named.trim() === "" ? null : named.trim().slice(0, 253);
}

/**
 * How often the sender's agents give a sign of life at the least, by `X-Lull-Heartbeat: 15m` or
 * `?heartbeat=15m`; null where it says nothing.
 */
export function declaredInterval(c: Context<App>): DurationMs | null | Response {
  const text = c.req.header("x-lull-heartbeat") ?? c.req.query("heartbeat") ?? "";
  if (text === "") return null;
  const ms = parseDuration(text);
  if (ms !== null && ms >= MIN_HEARTBEAT_INTERVAL_MS && ms <= MAX_HEARTBEAT_INTERVAL_MS) return ms;
  return refused(c, {
    status: 400,
    code: "invalid_request",
    detail: `X-Lull-Heartbeat: not a duration such as "15m" from ${formatDuration(MIN_HEARTBEAT_INTERVAL_MS)} to ${formatDuration(MAX_HEARTBEAT_INTERVAL_MS)}`,
    field: "X-Lull-Heartbeat",
  });
}

/** Undefined where there is none; a problem where it is too long. */
export function idempotencyKey(c: Context<App>): string | undefined | Response {
  const key = c.req.header("idempotency-key");
  if (key === undefined || key === "") return undefined;
  if (key.length <= MAX_IDEMPOTENCY_KEY_CHARS) return key;
  return refused(c, {
    status: 400,
    code: "invalid_request",
    detail: `Idempotency-Key: at most ${MAX_IDEMPOTENCY_KEY_CHARS} characters`,
    field: "Idempotency-Key",
    limit: MAX_IDEMPOTENCY_KEY_CHARS,
  });
}

/** The client has used its key for other content. */
export function keyReused(c: Context<App>): Response {
  return refused(c, {
    status: 409,
    code: "idempotency_key_reused",
    detail: "That Idempotency-Key was used for other content. Nothing was counted.",
    field: "Idempotency-Key",
  });
}

/** The batch's id is the client's, else the hash of what it sent; it is scoped to the key that sent it. */
export function batchRef(
  key: string | undefined,
  text: string,
  callerId: string,
): BatchRef & { shown: string } {
  const digest = sha256(text);
  return {
    id: `${callerId} ${key ?? digest}`,
    digest,
    chosen: key !== undefined,
    shown: key ?? `sha256:${digest}`,
  };
}
