/**
 * Refusals in the words of another protocol. Whatever refuses a request (the key, the rate, intake itself, an
 * exception) writes a problem document; a sender that reads answers by its own protocol needs them so.
 */
import type { Context, MiddlewareHandler } from "hono";
import { PROBLEM_MEDIA_TYPE, problemSchema, type Problem } from "../../schema/problem.ts";
import type { App } from "../auth/authenticate.ts";

/** A refusal's body and its media type. */
export interface Said {
  body: BodyInit;
  type: string;
}

/** Rewrites problem documents; status and `Retry-After` stay. */
export function speaks(say: (problem: Problem, c: Context<App>) => Said): MiddlewareHandler<App> {
  return async (c, next) => {
    await next();
    const { res } = c;
    if (res.headers.get("content-type") !== PROBLEM_MEDIA_TYPE) return;
    const { body, type } = say(problemSchema.parse(await res.json()), c);
    const headers = new Headers(res.headers);
    headers.set("content-type", type);
    c.res = new Response(body, { status: res.status, headers });
  };
}

export function saidInJson(value: unknown): Said {
  return { body: JSON.stringify(value), type: "application/json" };
}
