/**
 * Tells formats apart by their shape, cheapest and commonest first, and normalises.
 * A new agent is one line in SHAPES and one in NORMALISERS.
 */
import type { AgentFormat, Normalised } from "../../schema/event.ts";
import { AGENT_FORMATS } from "../../schema/event.ts";
import { isRaw, type Raw } from "./fields.ts";
import { looksLikeDatadog, normaliseDatadog } from "./formats/datadog.ts";
import { looksLikeAuditd, normaliseAuditd } from "./formats/auditd.ts";
import { looksLikeFalco, normaliseFalco } from "./formats/falco.ts";
import { normaliseNative } from "./formats/native.ts";
import { looksLikeOcsf, normaliseOcsf } from "./formats/ocsf.ts";
import { looksLikeOsquery, normaliseOsquery } from "./formats/osquery.ts";
import { looksLikeTetragon, normaliseTetragon } from "./formats/tetragon.ts";
import { looksLikeTracee, normaliseTracee } from "./formats/tracee.ts";
import { withoutCookie } from "./split.ts";

const SHAPES: readonly (readonly [AgentFormat, (raw: Raw) => boolean])[] = [
  ["falco", looksLikeFalco],
  ["native", (raw) => typeof raw["kind"] === "string" && typeof raw["action"] === "string"],
  ["tetragon", looksLikeTetragon],
  ["datadog", looksLikeDatadog],
  ["auditd", looksLikeAuditd],
  ["osquery", looksLikeOsquery],
  ["tracee", looksLikeTracee],
  ["ocsf", looksLikeOcsf],
];

const NORMALISERS: Readonly<Record<AgentFormat, (raw: Raw) => Normalised>> = {
  native: normaliseNative,
  falco: normaliseFalco,
  tetragon: normaliseTetragon,
  datadog: normaliseDatadog,
  auditd: normaliseAuditd,
  osquery: normaliseOsquery,
  tracee: normaliseTracee,
  ocsf: normaliseOcsf,
};

/** Keys under which shippers put the line that they read (Fluent Bit, Fluentd, Vector, Filebeat), or what they parsed. */
const WRAPPERS = ["log", "message", "event", "json"] as const;

/** The format of one raw event, or null. */
export function recognise(raw: Raw): AgentFormat | null {
  for (const [format, looksRight] of SHAPES) if (looksRight(raw)) return format;
  return null;
}

/** Normalises one raw event of the given format, or of the format that it looks like; unwraps it once. */
export function normalise(raw: Raw, forced: AgentFormat | null): Normalised {
  const format = recognise(raw);
  if (format !== null && (forced === null || forced === format)) return NORMALISERS[format](raw);
  const inner = unwrap(raw, forced);
  if (inner !== null) return NORMALISERS[inner.format](inner.raw);
  // Its own normaliser says best what is missing.
  if (forced !== null) return NORMALISERS[forced](raw);
  return {
    type: "rejected",
    code: "unknown_format",
    detail: `not recognised as an event of ${AGENT_FORMATS.join(", ")}`,
  };
}

/** The event within a shipper's record, as an object or as a string of JSON. Once only: no shipper needs more. */
function unwrap(raw: Raw, forced: AgentFormat | null): { raw: Raw; format: AgentFormat } | null {
  for (const key of WRAPPERS) {
    const inner = parseWrapped(raw[key]);
    if (inner === null) continue;
    const format = recognise(inner);
    if (format !== null && (forced === null || forced === format)) return { raw: inner, format };
  }
  return null;
}

function parseWrapped(value: unknown): Raw | null {
  if (typeof value !== "string") return isRaw(value) ? value : null;
  const text = withoutCookie(value.trimStart());
  if (!text.startsWith("{")) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRaw(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
