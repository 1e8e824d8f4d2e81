/** The API under `/api/v1`: JSON, by API token. */
import { Hono, type Context } from "hono";
import { z } from "zod";
import {
  findingsQuerySchema,
  pageQuerySchema,
  rulePatchSchema,
  signalsQuerySchema,
} from "../../schema/api.ts";
import { outcomesQuerySchema } from "../../schema/outcome.ts";
import { apiToken, type App } from "../auth/authenticate.ts";
import { invalid, problem } from "../problem.ts";
import { readJson } from "./body.ts";
import { keys, tokens } from "./keys.ts";
import { readOutcomes } from "./outcomes.ts";
import { Reads } from "./reads.ts";
import { findRule, listRules, patchRule } from "./rules.ts";

export const api = new Hono<App>();
api.use(apiToken);

api.get("/findings", async (c) => {
  const query = findingsQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const { groupBy } = query.data;
  if (groupBy !== undefined) return c.json(await reads(c).groups(query.data, groupBy));
  return c.json(await reads(c).findings(query.data));
});

api.get("/findings/:id", async (c) => {
  const finding = await reads(c).finding(c.req.param("id"));
  return finding === null ? notFound(c, "finding") : c.json(finding);
});

api.get("/findings/:id/episodes", async (c) => {
  const query = pageQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const id = c.req.param("id");
  if ((await reads(c).finding(id)) === null) return notFound(c, "finding");
  return c.json(await reads(c).episodes(id, query.data.limit, query.data.cursor));
});

api.get("/signals", async (c) => {
  const query = signalsQuerySchema.safeParse(queryOf(c));
  return query.success ? c.json(await reads(c).signals(query.data)) : invalid(c, query.error);
});

api.get("/rules", (c) => c.json({ items: listRules(c.var.caller.tenant), nextCursor: null }));

api.get("/rules/:id", (c) => {
  const rule = findRule(c.var.caller.tenant, c.req.param("id"));
  return rule === null ? notFound(c, "rule") : c.json(rule);
});

api.patch("/rules/:id", async (c) => {
  const body = await readJson(c);
  if (!body.ok) return body.response;
  const patch = rulePatchSchema.safeParse(body.value);
  if (!patch.success) return invalid(c, patch.error);
  const { tenant, name } = c.var.caller;
  const id = c.req.param("id");
  const rule = await patchRule(c.env, tenant.id, id, patch.data, name, c.var.now);
  return rule === null ? notFound(c, "rule") : c.json(rule);
});

api.get("/outcomes", async (c) => {
  const query = outcomesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await readOutcomes(c.env, c.var.caller.tenant, query.data, c.var.now));
});

api.route("/keys", keys);
api.route("/tokens", tokens);

function reads(c: Context<App>): Reads {
  return new Reads(c.env, c.var.caller.tenant.id, c.var.now);
}

/** Repeated parameters are joined: `status=open&status=resolved` is `status=open,resolved`. */
function queryOf(c: Context): Record<string, string> {
  return z
    .record(
      z.string(),
      z.array(z.string()).transform((values) => values.join(",")),
    )
    .parse(c.req.queries());
}

function notFound(c: Context, what: string): Response {
  return problem(c, { status: 404, code: "not_found", detail: `There is no such ${what}.` });
}
