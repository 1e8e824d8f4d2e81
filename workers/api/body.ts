/** Reads the JSON body of an API request. */
import type { Context } from "hono";
import { problem } from "../problem.ts";

/** API requests are small; events go to /v1/events. */
const MAX_JSON_BYTES = 256 * 1_024;

export async function readJson(
  c: Context,
): Promise<{ ok: true; value: unknown } | { ok: false; response: Response }> {
  const declared = Number(c.req.header("content-length") ?? "0");
  const text = declared > MAX_JSON_BYTES ? null : await c.req.text();
  if (text === null || text.length > MAX_JSON_BYTES) {
    const detail = `The body is larger than ${MAX_JSON_BYTES} bytes.`;
    const fields = { status: 413, code: "body_too_large", detail, limit: MAX_JSON_BYTES } as const;
    return { ok: false, response: problem(c, fields) };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const detail = "The body is not JSON.";
    return { ok: false, response: problem(c, { status: 400, code: "bad_body", detail }) };
  }
}
