/**
 * The forms in which a Datadog Agent's runtime security event comes. Pure.
 * - From the Agent: `{message, status, timestamp, hostname, service, ddsource, ddtags}`, where `message` is the event as a
 *   JSON string and `ddtags` is `k:v,k:v` (DataDog/datadog-agent:pkg/logs/processor/json.go, pkg/security/reporter/reporter.go).
 * - From Datadog's log search and archives: the event under `custom` or `attributes`, `tags` as a list, `host`, `source`
 *   (DataDog/datadog-api-client-python, examples of the security signals).
 * - Bare: the event itself (DataDog/datadog-agent:docs/cloud-workload-security/backend_linux.md).
 */
import { isRaw, type Raw } from "../fields.ts";

/** `ddsource` of runtime security; the Agent's ordinary logs carry others. */
export const SOURCE = "runtime-security-agent";

export interface DatadogParts {
  /** The event. */
  inner: Raw;
  /** What is around it; the event itself where nothing is. */
  outer: Raw;
  /** `k:v`, each on its own. */
  tags: readonly string[];
}

export function looksLikeDatadog(raw: Raw): boolean {
  if (raw["ddsource"] === SOURCE) return raw["message"] !== undefined;
  if (raw["source"] === SOURCE) return isRaw(raw["custom"]) || isRaw(raw["attributes"]);
  return isEvent(raw);
}

/** Every event names the Agent's rule that let it through, the Agent's own health events too. */
function isEvent(raw: Raw): boolean {
  const agent = raw["agent"];
  return isRaw(agent) && typeof agent["rule_id"] === "string";
}

/** The event and what is around it, or null where there is none. */
export function readParts(raw: Raw): DatadogParts | null {
  for (const inner of [parseMessage(raw["message"]), raw["custom"], raw["attributes"], raw])
    if (isRaw(inner) && isEvent(inner)) return { inner, outer: raw, tags: readTagList(raw) };
  return null;
}

function parseMessage(message: unknown): unknown {
  if (typeof message !== "string" || !message.trimStart().startsWith("{")) return message;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function readTagList(raw: Raw): readonly string[] {
  const text = raw["ddtags"];
  if (typeof text === "string") return text.split(",").map((tag) => tag.trim());
  const list = Array.isArray(text) ? text : raw["tags"];
  return Array.isArray(list) ? list.filter((tag) => typeof tag === "string") : [];
}

/** The value of the first tag of one of these names, in the order of the names. */
export function tagOf(tags: readonly string[], ...names: readonly string[]): string | undefined {
  for (const name of names)
    for (const tag of tags)
      if (tag.charCodeAt(name.length) === 58 /* : */ && tag.startsWith(name)) {
        const value = tag.slice(name.length + 1).trim();
        if (value !== "") return value;
      }
  return undefined;
}
