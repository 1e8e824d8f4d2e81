/**
 * `POST /v1/logs`: OTLP over HTTP, in JSON. A client sends again what is answered with 429, 502, 503 or 504, and must
 * drop what is answered with any other error; of a partial success it must send nothing again.
 * (open-telemetry/opentelemetry-proto:docs/specification.md, OTLP/HTTP Response)
 */
import { Hono, type Context } from "hono";
import type { Rejection } from "../../schema/ingest.ts";
import type { OtlpAnswer } from "../../schema/protocols.ts";
import { agentKey, type App } from "../auth/authenticate.ts";
import { readBody } from "./body.ts";
import { decodeRecords } from "./decode.ts";
import { saidInJson, speaks } from "./dialect.ts";
import { readLogs } from "./otlp.ts";
import { rateLimit } from "./quota.ts";
import { takeRecords } from "./records.ts";
import { refused } from "./request.ts";

const PROTOBUF = "application/x-protobuf";
/** Rejections that the message quotes; all of them are counted. */
const QUOTED = 3;

export const otlpIntake = new Hono<App>();
otlpIntake.use(
  "/logs",
  // An answer has the encoding of its request.
  speaks(({ detail }, c) =>
    isProtobuf(c)
      ? { body: statusMessage(detail), type: PROTOBUF }
      : saidInJson({ message: detail }),
  ),
  agentKey,
  rateLimit,
);
otlpIntake.post("/logs", logs);

async function logs(c: Context<App>): Promise<Response> {
  const started = Date.now();
  if (isProtobuf(c)) {
    return refused(c, {
      status: 415,
      code: "unsupported_media_type",
      detail:
        "Lull takes OTLP in JSON, not in Protobuf: set `encoding: json` in the Collector's otlphttp exporter, or OTEL_EXPORTER_OTLP_PROTOCOL=http/json.",
    });
  }
  const body = await readBody(c.req.raw);
  if (!body.ok) return refused(c, body.problem);
  const records = readLogs(body.value.text);
  if (!records.ok) return refused(c, records.problem);
  const decoded = decodeRecords(records.value, { format: null, receivedAt: c.var.now });
  const taken = await takeRecords(c, body.value, decoded, started);
  if (!taken.ok) return taken.response;
  return c.json(answerOf(taken.rejected, records.value.length));
}

/** An ExportLogsServiceResponse; `partialSuccess` must be absent where everything was taken. */
function answerOf(rejected: ReadonlyMap<number, Rejection>, received: number): OtlpAnswer {
  if (rejected.size === 0) return {};
  const reasons = [...rejected]
    .slice(0, QUOTED)
    .map(([record, { code, detail }]) => `record ${record}: ${code}: ${detail}`);
  const more = rejected.size > QUOTED ? ["…"] : [];
  return {
    partialSuccess: {
      // An int64: digits in a string.
      rejectedLogRecords: String(rejected.size),
      errorMessage: `${rejected.size} of ${received} log records were rejected. ${[...reasons, ...more].join("; ")}`,
    },
  };
}

function isProtobuf(c: Context<App>): boolean {
  return (c.req.header("content-type") ?? "").toLowerCase().startsWith(PROTOBUF);
}

/** A google.rpc.Status with nothing but its message (field 2), in Protobuf. */
function statusMessage(message: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(message);
  const length: number[] = [];
  for (let rest = text.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Uint8Array.from([0x12, ...length, ...text]);
}
