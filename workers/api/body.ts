/** Reads the JSON body of an API request. */
import { MAX_API_BODY_BYTES } from "../../schema/limits.ts";
import type { Context } from "hono";
import { problem } from "../problem.ts";

export async function readJson(
  c: Context,
  maxBytes = MAX_API_BODY_BYTES,
): Promise<{ ok: true; value: unknown } | { ok: false; response: Response }> {
  const declared = Number(c.req.header("content-length") ?? "0");
  const text = declared > maxBytes ? null : await c.req.text();
  if (text === null || text.length > maxBytes) {
    const detail = `The body is larger than ${maxBytes} bytes.`;
    const fields = {
      status: 413,
      code: "body_too_large",
      detail,
      limit: maxBytes,
    } as const;
    return { ok: false, response: problem(c, fields) };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const detail = "The body is not JSON.";
    return { ok: false, response: problem(c, { status: 400, code: "bad_body", detail }) };
  }
}
