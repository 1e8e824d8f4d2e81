/** The envelope of a native batch. Contract: a wrong envelope is a problem that names the field. */
import {
  AGENT_FORMATS,
  type AgentFormat,
  type AgentRef,
  type HostRef,
} from "../../schema/event.ts";
import { agentId } from "../../schema/ids.ts";
import { nativeEnvelopeSchema } from "../../schema/ingest.ts";
import { MAX_FIELD_CHARS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Raw } from "./fields.ts";
import { refuse, type Result } from "./result.ts";

export interface Envelope {
  agent: AgentRef & { host?: HostRef };
  sentAt?: EpochMs;
  /** Events that the agent says it lost. */
  dropped: number;
  events: readonly unknown[];
}

/** Everything but the events, which are looked at one by one. */
const head = nativeEnvelopeSchema.omit({ events: true });
const FORMATS: readonly string[] = AGENT_FORMATS;

/** Whether an object is meant as the envelope of a native batch. */
export function looksLikeEnvelope(raw: Raw): boolean {
  if (typeof raw["kind"] === "string" && typeof raw["action"] === "string") return false;
  return raw["events"] !== undefined || raw["agent"] !== undefined;
}

export function readEnvelope(raw: Raw): Result<Envelope> {
  const parsed = head.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") ?? "";
    return wrong(field === "" ? "agent" : field, issue?.message ?? "is wrong");
  }
  const { agent, sentAt, dropped } = parsed.data;
  const id = agentId(agent.id);
  if (id === "") return wrong("agent.id", "must not be blank");
  const events = raw["events"];
  if (!Array.isArray(events)) return wrong("events", "must be an array");
  const envelope: Envelope = {
    agent: { id, kind: formatOf(agent.kind) },
    dropped: dropped ?? 0,
    events,
  };
  if (agent.version) envelope.agent.version = agent.version.slice(0, MAX_FIELD_CHARS);
  if (agent.ruleset) envelope.agent.ruleset = agent.ruleset.slice(0, MAX_FIELD_CHARS);
  const host = hostOf(agent.host);
  if (host !== undefined) envelope.agent.host = host;
  if (sentAt !== undefined) envelope.sentAt = sentAt;
  return { ok: true, value: envelope };
}

/** What kind of agent it is; one that calls itself something else speaks our format, and that is what counts. */
function formatOf(kind: string | undefined): AgentFormat {
  // It is in the list of all formats.
  return kind !== undefined && FORMATS.includes(kind) ? (kind as AgentFormat) : "native";
}

function hostOf(host: { id?: string | undefined; name?: string | undefined } | undefined) {
  if (!host?.id && !host?.name) return undefined;
  const ref: HostRef = {};
  if (host.id) ref.id = host.id.slice(0, MAX_FIELD_CHARS);
  if (host.name) ref.name = host.name.slice(0, MAX_FIELD_CHARS);
  return ref;
}

function wrong(field: string, message: string): Result<Envelope> {
  return refuse({ status: 400, code: "bad_envelope", detail: `${field}: ${message}`, field });
}
