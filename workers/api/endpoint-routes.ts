/** `/api/v1/endpoints`. */
import { Hono, type Context } from "hono";
import {
  deliveriesQuerySchema,
  endpointInputSchema,
  endpointPatchSchema,
  replayInputSchema,
} from "../../schema/webhooks.ts";
import type { App } from "../auth/authenticate.ts";
import { invalid, problem } from "../problem.ts";
import {
  listDeliveries,
  readDelivery,
  replayDeliveries,
  replayDelivery,
  testEndpoint,
  type Subject,
} from "./deliveries.ts";
import {
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  patchEndpoint,
  readEndpoint,
  rotateSecret,
} from "./endpoints.ts";
import { answer, editorOf, notFound, queryOf, readInput } from "./request.ts";

export const endpoints = new Hono<App>();

endpoints.get("/", (c) => {
  const { tenant, role } = c.var.caller;
  return c.json({ items: listEndpoints(tenant, role), nextCursor: null });
});

endpoints.post("/", async (c) => {
  const input = await readInput(c, endpointInputSchema);
  return input.ok ? answer(c, await createEndpoint(editorOf(c), input.value), 201) : input.response;
});

endpoints.get("/:id", async (c) => {
  const { tenant, role } = c.var.caller;
  const endpoint = await readEndpoint(c.env, tenant, c.req.param("id"), role);
  return endpoint === null ? notFound(c, "endpoint") : c.json(endpoint);
});

endpoints.patch("/:id", async (c) => {
  const input = await readInput(c, endpointPatchSchema);
  if (!input.ok) return input.response;
  return answer(c, await patchEndpoint(editorOf(c), c.req.param("id"), input.value));
});

endpoints.delete("/:id", async (c) => {
  const deleted = await deleteEndpoint(editorOf(c), c.req.param("id"));
  return deleted.ok ? c.body(null, 204) : problem(c, deleted.problem);
});

endpoints.post("/:id/rotate", async (c) => {
  const rotated = await rotateSecret(editorOf(c), c.req.param("id"));
  return rotated === null ? notFound(c, "endpoint") : c.json(rotated);
});

endpoints.post("/:id/test", async (c) => {
  const subject = subjectOf(c, c.req.param("id"));
  if (subject === null) return notFound(c, "endpoint");
  return answer(c, await testEndpoint(subject, c.var.now), 202);
});

endpoints.post("/:id/replay", async (c) => {
  const input = await readInput(c, replayInputSchema);
  if (!input.ok) return input.response;
  const subject = subjectOf(c, c.req.param("id"));
  if (subject === null) return notFound(c, "endpoint");
  return answer(c, await replayDeliveries(subject, input.value, c.var.now), 202);
});

endpoints.get("/:id/deliveries", async (c) => {
  const query = deliveriesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const subject = subjectOf(c, c.req.param("id"));
  if (subject === null) return notFound(c, "endpoint");
  return c.json(await listDeliveries(subject, query.data));
});

endpoints.get("/:id/deliveries/:delivery", async (c) => {
  const { id, delivery } = c.req.param();
  const subject = subjectOf(c, id);
  const found = subject === null ? null : await readDelivery(subject, delivery, c.var.caller.role);
  return found === null ? notFound(c, "delivery") : c.json(found);
});

endpoints.post("/:id/deliveries/:delivery/replay", async (c) => {
  const { id, delivery } = c.req.param();
  const subject = subjectOf(c, id);
  if (subject === null) return notFound(c, "endpoint");
  return answer(c, await replayDelivery(subject, delivery), 202);
});

/** Null where it is no endpoint of the caller's tenant. */
function subjectOf(c: Context<App>, id: string): Subject | null {
  const { tenant } = c.var.caller;
  const endpoint = findEndpoint(tenant, id);
  return endpoint === null ? null : { env: c.env, tenant: tenant.id, endpoint };
}
