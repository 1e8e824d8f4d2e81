/**
 * Events of the Linux audit system, in the two forms that reach an HTTP endpoint: laurel's JSON lines and
 * auditbeat's ECS documents. Pure.
 */
import type { Normalised } from "../../../schema/event.ts";
import { readObject, type Raw } from "../fields.ts";
import { normaliseAuditbeat } from "./auditd-beat.ts";
import { normaliseLaurel } from "./auditd-laurel.ts";

export function looksLikeAuditd(raw: Raw): boolean {
  return looksLikeLaurel(raw) || looksLikeAuditbeat(raw);
}

/** One event of either form. */
export function normaliseAuditd(raw: Raw): Normalised {
  return looksLikeAuditbeat(raw) ? normaliseAuditbeat(raw) : normaliseLaurel(raw);
}

/** `1626611363.720:348501`, and beside it the audit records, all in capitals. */
function looksLikeLaurel(raw: Raw): boolean {
  const id = raw["ID"];
  return typeof id === "string" && id.includes(":");
}

function looksLikeAuditbeat(raw: Raw): boolean {
  if (raw["@timestamp"] === undefined) return false;
  if (readObject(raw, "event")?.["module"] === "auditd") return true;
  return readObject(raw, "agent")?.["type"] === "auditbeat";
}
