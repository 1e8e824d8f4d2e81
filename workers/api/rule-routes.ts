/** `/api/v1/rules`, `/ruleset` and `/exceptions`. */
import { Hono } from "hono";
import {
  customRulePatchSchema,
  customRuleSchema,
  exceptionCreateSchema,
  exceptionPreviewRequestSchema,
  ruleChangesQuerySchema,
  rulePatchSchema,
  ruleTestSchema,
} from "../../schema/rules-api.ts";
import { MAX_TEST_BODY_BYTES } from "../../schema/limits.ts";
import { builtInRule } from "../../durable/domain/rules.ts";
import type { App } from "../auth/authenticate.ts";
import { invalid, problem } from "../problem.ts";
import { previewException } from "./exception-preview.ts";
import { createException, deleteException, findException, listExceptions } from "./exceptions.ts";
import { answer, editorOf, notFound, queryOf, readInput } from "./request.ts";
import { ruleChanges } from "./rule-history.ts";
import { testRule } from "./rule-test.ts";
import {
  createRule,
  deleteRule,
  findRule,
  listRules,
  patchCustomRule,
  patchRule,
  rulesetView,
} from "./rules.ts";

export const rules = new Hono<App>();
export const ruleset = new Hono<App>();
export const exceptions = new Hono<App>();

rules.get("/", (c) => c.json({ items: listRules(c.var.caller.tenant), nextCursor: null }));

rules.post("/", async (c) => {
  const input = await readInput(c, customRuleSchema);
  return input.ok ? answer(c, await createRule(editorOf(c), input.value), 201) : input.response;
});

rules.post("/test", async (c) => {
  const input = await readInput(c, ruleTestSchema, MAX_TEST_BODY_BYTES);
  if (!input.ok) return input.response;
  return answer(c, await testRule(c.env, c.var.caller.tenant, input.value, c.var.now));
});

rules.get("/:id", (c) => {
  const rule = findRule(c.var.caller.tenant, c.req.param("id"));
  return rule === null ? notFound(c, "rule") : c.json(rule);
});

/** Of a built-in rule less can be changed than of a custom one; which of those there are, the actor knows best. */
rules.patch("/:id", async (c) => {
  const id = c.req.param("id");
  if (builtInRule(id) !== null) {
    const input = await readInput(c, rulePatchSchema);
    return input.ok ? answer(c, await patchRule(editorOf(c), id, input.value)) : input.response;
  }
  const input = await readInput(c, customRulePatchSchema);
  return input.ok ? answer(c, await patchCustomRule(editorOf(c), id, input.value)) : input.response;
});

rules.delete("/:id", async (c) => {
  const deleted = await deleteRule(editorOf(c), c.req.param("id"));
  return deleted.ok ? c.body(null, 204) : problem(c, deleted.problem);
});

ruleset.get("/", (c) => c.json(rulesetView(c.var.caller.tenant, c.var.now)));

ruleset.get("/changes", async (c) => {
  const query = ruleChangesQuerySchema.safeParse(queryOf(c));
  return query.success
    ? c.json(await ruleChanges(c.env, c.var.caller.tenant.id, query.data))
    : invalid(c, query.error);
});

exceptions.get("/", async (c) => {
  const items = await listExceptions(c.env, c.var.caller.tenant, c.var.now);
  return c.json({ items, nextCursor: null });
});

exceptions.post("/", async (c) => {
  const input = await readInput(c, exceptionCreateSchema);
  return input.ok
    ? answer(c, await createException(editorOf(c), input.value), 201)
    : input.response;
});

exceptions.post("/preview", async (c) => {
  const input = await readInput(c, exceptionPreviewRequestSchema);
  if (!input.ok) return input.response;
  return answer(c, await previewException(c.env, c.var.caller.tenant, input.value, c.var.now));
});

exceptions.get("/:id", async (c) => {
  const { tenant } = c.var.caller;
  const exception = await findException(c.env, tenant, c.req.param("id"), c.var.now);
  return exception === null ? notFound(c, "exception") : c.json(exception);
});

exceptions.delete("/:id", async (c) => {
  const deleted = await deleteException(editorOf(c), c.req.param("id"));
  return deleted.ok ? c.body(null, 204) : problem(c, deleted.problem);
});
