/** What intake requests have in common: the host they name, their batch id, and how they are refused. */
import { MAX_IDEMPOTENCY_KEY_CHARS } from "../../schema/limits.ts";
import type { Context } from "hono";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { sha256 } from "../identity.ts";
import { problem } from "../problem.ts";
import type { BatchRef } from "./deliver.ts";

/** A problem of the whole batch, with its log line. */
export function refused(
  c: Context<App>,
  fields: Omit<Parameters<typeof problem>[1], "retryAfter">,
): Response {
  const { caller } = c.var;
  log("warn", "batch.refused", { tenant: caller.tenant.id, key: caller.id, code: fields.code });
  return problem(c, fields);
}

/** The host that the key is bound to, or that the request names. */
export function namedHost(c: Context<App>): string | null {
  const named = c.var.caller.host ?? c.req.header("x-lull-host") ?? c.req.query("host") ?? "";
  return named.trim() === "" ? null : named.trim().slice(0, 253);
}

/** Undefined where there is none; a problem where it is too long. */
export function idempotencyKey(c: Context<App>): string | undefined | Response {
  const key = c.req.header("idempotency-key");
  if (key === undefined || key === "") return undefined;
  if (key.length <= MAX_IDEMPOTENCY_KEY_CHARS) return key;
  return problem(c, {
    status: 400,
    code: "invalid_request",
    detail: `Idempotency-Key: at most ${MAX_IDEMPOTENCY_KEY_CHARS} characters`,
    field: "Idempotency-Key",
    limit: MAX_IDEMPOTENCY_KEY_CHARS,
  });
}

/** The client has used its key for other content. */
export function keyReused(c: Context<App>): Response {
  return problem(c, {
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
