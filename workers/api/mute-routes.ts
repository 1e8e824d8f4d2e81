/** `/api/v1/mutes`. */
import { Hono } from "hono";
import {
  mutePreviewInputSchema,
  mutesQuerySchema,
  scopeMuteInputSchema,
} from "../../schema/mutes-api.ts";
import type { App } from "../auth/authenticate.ts";
import { invalid } from "../problem.ts";
import { previewMute } from "./mute-preview.ts";
import { listMutes, readMute } from "./mute-reads.ts";
import { createMute, endMute } from "./mutes.ts";
import { answer, editorOf, notFound, queryOf, readInput } from "./request.ts";

export const mutes = new Hono<App>();

mutes.get("/", async (c) => {
  const query = mutesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await listMutes(c.env, c.var.caller.tenant.id, query.data, c.var.now));
});

mutes.post("/", async (c) => {
  const input = await readInput(c, scopeMuteInputSchema);
  return input.ok ? answer(c, await createMute(editorOf(c), input.value), 201) : input.response;
});

mutes.post("/preview", async (c) => {
  const input = await readInput(c, mutePreviewInputSchema);
  if (!input.ok) return input.response;
  const { scope } = input.value;
  return answer(c, await previewMute(c.env, c.var.caller.tenant.id, scope, c.var.now));
});

mutes.get("/:id", async (c) => {
  const mute = await readMute(c.env, c.var.caller.tenant.id, c.req.param("id"), c.var.now);
  return mute === null ? notFound(c, "mute") : c.json(mute);
});

mutes.post("/:id/end", async (c) => answer(c, await endMute(editorOf(c), c.req.param("id"))));
