/** What handlers of the API have in common: query and body by their schemas, and what is not there. */
import type { Context } from "hono";
import { z } from "zod";
import { doerOf, type App } from "../auth/authenticate.ts";
import { invalid, problem, type Answer } from "../problem.ts";
import { readJson } from "./body.ts";
import type { Editor } from "./rules.ts";

/** Repeated parameters are joined: `status=open&status=resolved` is `status=open,resolved`. */
export function queryOf(c: Context): Record<string, string> {
  return z
    .record(
      z.string(),
      z.array(z.string()).transform((values) => values.join(",")),
    )
    .parse(c.req.queries());
}

/** The JSON body as the schema makes of it, or the answer to who has sent another one. */
export async function readInput<S extends z.ZodType>(
  c: Context,
  schema: S,
  maxBytes?: number,
): Promise<{ ok: true; value: z.infer<S> } | { ok: false; response: Response }> {
  const body = await readJson(c, maxBytes);
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, response: invalid(c, parsed.error) };
}

export function notFound(c: Context, what: string): Response {
  return problem(c, { status: 404, code: "not_found", detail: `There is no such ${what}.` });
}

/** Who changes which tenant's rules, and when. */
export function editorOf(c: Context<App>): Editor {
  const { caller, now } = c.var;
  return { env: c.env, tenant: caller.tenant, by: caller.name, doer: doerOf(caller), now };
}

/** What a change came to. */
export function answer<T extends object>(
  c: Context,
  result: Answer<T>,
  status: 200 | 201 | 202 = 200,
) {
  return result.ok ? c.json(result.value, status) : problem(c, result.problem);
}
