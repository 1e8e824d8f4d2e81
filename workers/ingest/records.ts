/** A batch whose events are the records of another protocol's request, which wants to hear of each. */
import type { Context } from "hono";
import type { Rejection } from "../../schema/ingest.ts";
import type { App } from "../auth/authenticate.ts";
import type { Body } from "./body.ts";
import { recordOf, type DecodedRecords } from "./decode.ts";
import { takeBatch } from "./intake.ts";
import { refused } from "./request.ts";
import type { Result } from "./result.ts";

/** `rejected`: by the number of the record; all others have been taken. `response`: the whole request is refused. */
export type TakenRecords =
  | { ok: true; rejected: Map<number, Rejection> }
  | { ok: false; response: Response };

export async function takeRecords(
  c: Context<App>,
  body: Body,
  decoded: Result<DecodedRecords>,
  started: number,
): Promise<TakenRecords> {
  if (!decoded.ok) return { ok: false, response: refused(c, decoded.problem) };
  const taken = await takeBatch(c, body, decoded.value, started);
  if (!taken.ok) return taken;
  const rejected = new Map<number, Rejection>();
  for (const rejection of taken.answer.rejected) {
    const record = recordOf(decoded.value, rejection.index);
    if (!rejected.has(record)) rejected.set(record, rejection);
  }
  return { ok: true, rejected };
}
