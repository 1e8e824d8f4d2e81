/** `POST /v1/events`, `POST /v1/events/<format>`, `POST /v1/heartbeats`, and the addresses that agents bring along. */
import { Hono, type Context } from "hono";
import { AGENT_FORMATS, type AgentFormat } from "../../schema/event.ts";
import { agentKey, type App } from "../auth/authenticate.ts";
import { problem } from "../problem.ts";
import { heartbeat } from "./heartbeat.ts";
import { takeRequest } from "./intake.ts";
import { rateLimit } from "./quota.ts";

export const ingest = new Hono<App>();
ingest.use(agentKey, rateLimit);
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
datadogIntake.use(agentKey, rateLimit);
datadogIntake.post("/secruntime", (c) => events(c, "datadog"));
// Where it sends with `use_secruntime_track: false`.
datadogIntake.post("/logs", (c) => events(c, "datadog"));

async function events(c: Context<App>, format: AgentFormat | null): Promise<Response> {
  const taken = await takeRequest(c, format);
  return taken.ok ? c.json(taken.answer) : taken.response;
}
