/** Errors as problem details (RFC 9457). */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { PROBLEM_MEDIA_TYPE, type Problem } from "../schema/problem.ts";

const TITLES: Record<number, string> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  415: "Unsupported media type",
  422: "Not acceptable as it is",
  428: "Say which version",
  429: "Too many requests",
  500: "Internal error",
  503: "Try again later",
};

export interface ProblemFields {
  status: ContentfulStatusCode;
  /** Stable: what scripts match on. */
  code: string;
  detail: string;
  field?: string | undefined;
  limit?: string | number | undefined;
  position?: Problem["position"];
  /** The one that there is now; sets ETag. */
  version?: number;
  /** Seconds; sets Retry-After. */
  retryAfter?: number;
}

/** A value, or what to tell who has asked for it. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: ProblemFields };

export function refuse(fields: ProblemFields): { ok: false; problem: ProblemFields } {
  return { ok: false, problem: fields };
}

export function problem(c: Context, fields: ProblemFields): Response {
  const body = problemDocument(fields);
  const headers: Record<string, string> = { "content-type": PROBLEM_MEDIA_TYPE };
  if (fields.retryAfter !== undefined) headers["retry-after"] = String(fields.retryAfter);
  if (fields.version !== undefined) headers["etag"] = `"${fields.version}"`;
  if (fields.status === 401) headers["www-authenticate"] = 'Bearer realm="lull"';
  return c.body(JSON.stringify(body), fields.status, headers);
}

export function problemDocument(fields: ProblemFields): Problem {
  return {
    type: `urn:lull:problem:${fields.code}`,
    title: TITLES[fields.status] ?? "Error",
    status: fields.status,
    detail: fields.detail,
    ...(fields.field === undefined ? {} : { field: fields.field }),
    ...(fields.limit === undefined ? {} : { limit: fields.limit }),
    ...(fields.position === undefined ? {} : { position: fields.position }),
    ...(fields.version === undefined ? {} : { version: fields.version }),
  };
}

/** What zod says of input. */
interface InputError {
  issues: readonly {
    path: PropertyKey[];
    message: string;
    keys?: string[];
    minimum?: number | bigint;
    maximum?: number | bigint;
  }[];
}

export function invalid(c: Context, error: InputError): Response {
  return problem(c, problemOfInput(error));
}

/** The first thing that is wrong, as a problem that names the field. */
export function problemOfInput(error: InputError): ProblemFields {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  const field = path === "" ? issue?.keys?.[0] : path;
  const named = field === undefined ? "" : `${field}: `;
  const limit = issue?.maximum ?? issue?.minimum;
  return {
    status: 400,
    code: "invalid_request",
    detail: `${named}${issue?.message ?? "is not valid"}`,
    field,
    limit: limit === undefined ? undefined : Number(limit),
  };
}
