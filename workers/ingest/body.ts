/**
 * Reads a request's body: undoes its compression, bounds it, and makes text of it.
 * Contract: never holds more than the limit and one slice's worth of output, never throws for bad input.
 * Content-Type is not looked at, since Falco says text/plain and shippers say what they like.
 */
import { MAX_BODY_BYTES, MAX_ZSTD_FRAMES } from "../../schema/limits.ts";
import { refuse, type Result } from "./result.ts";
import { inflateZstd } from "./zstd.ts";

export interface Body {
  text: string;
  /** Size after decompression. */
  bytes: number;
}

/**
 * Compressed input goes to the decompressor in pieces of this size, because it inflates a whole piece
 * before it hands anything on: at deflate's best ratio of about 1:1,000 a piece is 4 MiB.
 */
const SLICE_BYTES = 4_096;

const TOO_LARGE = refuse({
  status: 413,
  code: "body_too_large",
  detail: `The body is larger than ${MAX_BODY_BYTES} bytes after decompression.`,
  limit: MAX_BODY_BYTES,
});

const TOO_MANY_FRAMES = refuse({
  status: 400,
  code: "bad_encoding",
  detail: `The body is more than ${MAX_ZSTD_FRAMES} zstd frames; compress the batch as one.`,
  limit: MAX_ZSTD_FRAMES,
});

/** The body of `request` as text, or why it cannot be read. */
export async function readBody(request: Request): Promise<Result<Body>> {
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  switch (encoding) {
    case "":
    case "identity":
      return readPlain(request);
    case "gzip":
    case "x-gzip":
      return readCompressed(request, "gzip");
    case "deflate":
      return readCompressed(request, "deflate");
    case "zstd":
      return readZstd(request);
    default:
      return unsupported(
        `Content-Encoding ${JSON.stringify(encoding.slice(0, 40))} is not supported; send gzip, deflate, zstd or none.`,
      );
  }
}

function unsupported(detail: string): Result<Body> {
  return refuse({ status: 415, code: "unsupported_encoding", detail });
}

async function readPlain(request: Request): Promise<Result<Body>> {
  if (request.body === null) return { ok: true, value: { text: "", bytes: 0 } };
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > MAX_BODY_BYTES) return TOO_LARGE;
  // With a declared length the server has bounded the body already: one native read, no loop.
  const bytes =
    declared >= 0
      ? new Uint8Array(await request.arrayBuffer())
      : await collect(request.body.getReader());
  return bytes === null || bytes.byteLength > MAX_BODY_BYTES ? TOO_LARGE : decodeText(bytes);
}

async function readCompressed(request: Request, format: "gzip" | "deflate"): Promise<Result<Body>> {
  if (request.body === null) return { ok: true, value: { text: "", bytes: 0 } };
  const input = { bytes: 0 };
  try {
    const inflated = request.body
      .pipeThrough(slices(input))
      .pipeThrough(new DecompressionStream(format));
    const bytes = await collect(inflated.getReader());
    return bytes === null ? TOO_LARGE : decodeText(bytes);
  } catch {
    if (input.bytes > MAX_BODY_BYTES) return TOO_LARGE;
    return damaged(format);
  }
}

async function readZstd(request: Request): Promise<Result<Body>> {
  if (request.body === null) return { ok: true, value: { text: "", bytes: 0 } };
  const packed = await collect(request.body.getReader());
  if (packed === null) return TOO_LARGE;
  try {
    const frames = inflateZstd(packed, MAX_BODY_BYTES);
    if (frames === "bytes") return TOO_LARGE;
    if (frames === "frames") return TOO_MANY_FRAMES;
    return decodeText(
      join(
        frames,
        frames.reduce((size, frame) => size + frame.byteLength, 0),
      ),
    );
  } catch {
    return damaged("zstd");
  }
}

function damaged(format: string): Result<Body> {
  return refuse({
    status: 400,
    code: "bad_encoding",
    detail: `The body is not valid ${format} data, or it is cut short.`,
  });
}

/** Cuts chunks into small slices, and fails once more has come in than may ever come out. */
function slices(input: { bytes: number }): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      input.bytes += chunk.byteLength;
      if (input.bytes > MAX_BODY_BYTES) {
        controller.error(new Error("too large"));
        return;
      }
      for (let at = 0; at < chunk.byteLength; at += SLICE_BYTES)
        controller.enqueue(chunk.subarray(at, at + SLICE_BYTES));
    },
  });
}

/** All bytes of a stream, or null (and the stream cancelled) once they pass the limit. */
async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    // One after the other: the size decides whether there is a next read.
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (done) return join(chunks, size);
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      // Not awaited: the answer is known, and a failure while stopping changes nothing.
      void reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function decodeText(bytes: Uint8Array): Result<Body> {
  try {
    // Takes a byte order mark away; `fatal`, since a replaced byte would be evidence that nobody sent.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return { ok: true, value: { text, bytes: bytes.byteLength } };
  } catch {
    return refuse({ status: 400, code: "bad_encoding", detail: "The body is not valid UTF-8." });
  }
}
