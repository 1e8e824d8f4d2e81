/** Which agent speaks, where its events tell its version. */
import type { AgentFormat, AgentRef, LullEvent, Normalised } from "../../schema/event.ts";

const MAX_VERSION_CHARS = 64;

/** The last one of each format: a batch comes from one agent, and an object for each event would cost more than it says. */
const last: Partial<Record<AgentFormat, AgentRef>> = {};

/** An event of a format, with its agent's version where that is told. */
export function eventOfAgent(event: LullEvent, version: unknown): Normalised {
  if (typeof version !== "string" || version === "" || version.length > MAX_VERSION_CHARS)
    return { type: "event", event };
  const { format } = event;
  let agent = last[format];
  if (agent?.version !== version) last[format] = agent = { id: format, kind: format, version };
  return { type: "event", event, agent };
}
