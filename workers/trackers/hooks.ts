/**
 * `POST /hooks/v1/{tenant}/{endpoint}`: what trackers tell of their tickets. Whoever cannot sign is told nothing, not
 * even whether there is such an endpoint. Contract: 2xx means that it is stored, and takes effect once.
 */
import { Hono, type Context } from "hono";
import { isTracker } from "../../schema/endpoint-formats.ts";
import { parseTenantId } from "../../schema/ids.ts";
import { MAX_HOOK_BYTES } from "../../schema/limits.ts";
import { endpointActor } from "../../durable/publish.ts";
import { findEndpoint } from "../api/endpoints.ts";
import type { App } from "../auth/authenticate.ts";
import { problem } from "../problem.ts";
import { loadTenant } from "../tenant.ts";
import { applyWaiting, storeChange } from "./inbox.ts";

export const trackerHooks = new Hono<App>();

trackerHooks.post("/:tenant/:endpoint", async (c) => {
  const body = await textOf(c);
  if (body === null) return tooLarge(c);
  const { tenant: name, endpoint: id } = c.req.param();
  const rate = await c.env.HOOK_RATE.limit({ key: `${name}/${id}` });
  if (!rate.success) return busy(c);
  const tenantId = parseTenantId(name);
  const tenant = tenantId === null ? null : await loadTenant(c.env, tenantId, c.var.now);
  const endpoint = tenant === null ? null : findEndpoint(tenant, id);
  if (tenant === null || endpoint === null || !isTracker(endpoint.format)) return unsigned(c);
  const headers = Object.fromEntries(c.req.raw.headers.entries());
  const heard = await endpointActor(c.env, tenant.id, id).hear({ headers, body }, endpoint);
  if (heard.type === "refused") return unsigned(c);
  // While it is disabled it says nothing and hears nothing.
  if (heard.type === "nothing" || endpoint.status === "disabled") return c.body(null, 204);
  await storeChange(c.env, tenant.id, id, heard, c.var.now);
  await applyWaiting(c.env, { tenant: tenant.id, case: heard.case }, c.var.now);
  return c.body(null, 202);
});

/** Null where it is larger than a hook may be: it is read no further. */
async function textOf(c: Context): Promise<string | null> {
  if (Number(c.req.header("content-length") ?? "0") > MAX_HOOK_BYTES) return null;
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let read = 0;
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    read += value.length;
    if (read > MAX_HOOK_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function unsigned(c: Context): Response {
  const detail = "This is not signed with the secret of an endpoint that is here.";
  return problem(c, { status: 401, code: "not_authenticated", detail });
}

function tooLarge(c: Context): Response {
  const detail = `The body is larger than ${MAX_HOOK_BYTES} bytes.`;
  return problem(c, { status: 413, code: "body_too_large", detail, limit: MAX_HOOK_BYTES });
}

function busy(c: Context): Response {
  const detail = "Too many hooks of one endpoint within a minute.";
  return problem(c, { status: 429, code: "rate_limited", detail, retryAfter: 60 });
}
