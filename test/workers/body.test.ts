import { constants, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { MAX_BODY_BYTES } from "../../schema/limits.ts";
import { readBody } from "../../workers/ingest/body.ts";

const MIB = 1_048_576;
const utf8 = new TextEncoder();

function post(body: BodyInit | null, encoding?: string): Request {
  const headers: Record<string, string> = { "content-type": "text/plain" };
  if (encoding !== undefined) headers["content-encoding"] = encoding;
  return new Request("https://lull.test/v1/events", { method: "POST", body, headers });
}

async function compress(format: "gzip" | "deflate", body: BodyInit): Promise<Uint8Array> {
  const stream = new Response(body).body;
  if (stream === null) throw new Error("no body");
  return new Uint8Array(
    await new Response(stream.pipeThrough(new CompressionStream(format))).arrayBuffer(),
  );
}

/** A stream of `chunks` equal chunks that counts how many were taken from it. */
function counted(chunk: Uint8Array, chunks: number) {
  const taken = { chunks: 0 };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken.chunks === chunks) controller.close();
      else {
        taken.chunks += 1;
        controller.enqueue(chunk.slice());
      }
    },
  });
  return { stream, taken };
}

describe("readBody", () => {
  test("reads plain text whatever its content type says", async () => {
    const text = '{"rule":"größer"}';
    expect(await readBody(post(text))).toEqual({
      ok: true,
      value: { text, bytes: utf8.encode(text).byteLength },
    });
    expect(await readBody(post(text, "identity"))).toMatchObject({ ok: true, value: { text } });
  });

  test("reads no body as the empty text", async () => {
    const empty = { ok: true, value: { text: "", bytes: 0 } };
    expect(await readBody(post(null))).toEqual(empty);
    expect(await readBody(post(""))).toEqual(empty);
    expect(await readBody(post(null, "gzip"))).toEqual(empty);
  });

  test("reads a stream of unknown length", async () => {
    const { stream } = counted(utf8.encode("[]\n"), 3);
    expect(await readBody(post(stream))).toMatchObject({
      ok: true,
      value: { text: "[]\n[]\n[]\n", bytes: 9 },
    });
  });

  test.each([
    ["gzip", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    [" deflate ", "deflate"],
  ] as const)("undoes Content-Encoding %j", async (encoding, format) => {
    const text = "event ".repeat(50_000);
    const packed = await compress(format, text);
    expect(await readBody(post(packed, encoding))).toEqual({
      ok: true,
      value: { text, bytes: text.length },
    });
  });

  test("takes a byte order mark away", async () => {
    expect(await readBody(post(new Uint8Array([0xef, 0xbb, 0xbf, 0x5b, 0x5d])))).toMatchObject({
      ok: true,
      value: { text: "[]" },
    });
  });

  test.each(["br", "gzip, gzip", "nonsense"])("refuses Content-Encoding %j", async (encoding) => {
    const result = await readBody(post("[]", encoding));
    expect(result).toMatchObject({
      ok: false,
      problem: { status: 415, code: "unsupported_encoding" },
    });
    expect(JSON.stringify(result)).toContain("gzip");
  });

  test("refuses what is not what it says it is, and what is cut short", async () => {
    const packed = await compress("gzip", "event ".repeat(5_000));
    const damaged = packed.slice();
    damaged[20] = (damaged[20] ?? 0) ^ 0xff;
    for (const body of [utf8.encode("not gzip at all"), packed.slice(0, -9), damaged])
      expect(await readBody(post(body, "gzip"))).toMatchObject({
        ok: false,
        problem: { status: 400, code: "bad_encoding" },
      });
  });

  test("undoes zstd, of any length and of several frames", async () => {
    const lengths = [1, 16_383, 16_384, 65_536, 131_072, 131_073, 262_144, MIB, 2 * MIB, 4 * MIB];
    for (const length of [...lengths, MAX_BODY_BYTES - 1, MAX_BODY_BYTES]) {
      const packed = zstdCompressSync(new Uint8Array(length).fill(0x20));
      expect(await readBody(post(packed, "zstd"))).toMatchObject({
        ok: true,
        value: { bytes: length },
      });
    }
    const frames = [zstdCompressSync(utf8.encode("[1,")), zstdCompressSync(utf8.encode("2]"))];
    expect(await readBody(post(new Blob(frames), "zstd"))).toMatchObject({
      ok: true,
      value: { text: "[1,2]" },
    });
    expect(await readBody(post(null, "zstd"))).toMatchObject({ ok: true, value: { bytes: 0 } });
  });

  test("refuses zstd that is damaged, cut short, followed by something else, or of a huge window", async () => {
    const packed = zstdCompressSync(utf8.encode("event ".repeat(5_000)));
    const huge = zstdCompressSync(new Uint8Array(16 * MIB), {
      params: { [constants.ZSTD_c_windowLog]: 24 },
    });
    for (const body of [
      utf8.encode("not zstd"),
      packed.subarray(0, -4),
      packed.subarray(0, 3),
      huge,
    ])
      expect(await readBody(post(body, "zstd"))).toMatchObject({
        ok: false,
        problem: { status: 400, code: "bad_encoding" },
      });
    expect(await readBody(post(new Blob([packed, "junk"]), "zstd"))).toMatchObject({
      ok: false,
      problem: { status: 400 },
    });
  });

  test("refuses bytes that are no UTF-8", async () => {
    expect(await readBody(post(new Uint8Array([0x7b, 0xff, 0x7d])))).toMatchObject({
      ok: false,
      problem: { status: 400, detail: "The body is not valid UTF-8." },
    });
  });
});

describe("the limit of a body", () => {
  const tooLarge = {
    ok: false,
    problem: { status: 413, code: "body_too_large", limit: MAX_BODY_BYTES },
  };

  test("is met to the byte, plain and compressed", async () => {
    const exact = new Uint8Array(MAX_BODY_BYTES).fill(0x20);
    const over = new Uint8Array(MAX_BODY_BYTES + 1).fill(0x20);
    expect(await readBody(post(exact))).toMatchObject({ ok: true });
    expect(await readBody(post(over))).toMatchObject(tooLarge);
    expect(await readBody(post(await compress("gzip", exact), "gzip"))).toMatchObject({ ok: true });
    expect(await readBody(post(await compress("gzip", over), "gzip"))).toMatchObject(tooLarge);
  });

  test("stops a stream that never ends", async () => {
    const { stream, taken } = counted(new Uint8Array(MIB).fill(0x20), 1_000);
    expect(await readBody(post(stream))).toMatchObject(tooLarge);
    expect(taken.chunks).toBeLessThan(20);
  });

  test("refuses a bomb", async () => {
    const bomb = await compress("gzip", new Uint8Array(64 * MIB));
    expect(bomb.byteLength).toBeLessThan(MIB / 8);
    expect(await readBody(post(bomb, "gzip"))).toMatchObject(tooLarge);
    const tiny = zstdCompressSync(new Uint8Array(64 * MIB));
    expect(tiny.byteLength).toBeLessThan(MIB / 128);
    expect(await readBody(post(tiny, "zstd"))).toMatchObject(tooLarge);
    const frame = zstdCompressSync(new Uint8Array(4 * MIB));
    expect(await readBody(post(new Blob([frame, frame]), "zstd"))).toMatchObject(tooLarge);
  });

  test("counts what comes in, too: compressed data may be endless without giving anything", async () => {
    const head = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    // Empty stored blocks, none of them the last.
    const nothing = new Uint8Array(MIB);
    for (let at = 0; at + 5 <= nothing.length; at += 5) nothing.set([0, 0, 0, 0xff, 0xff], at);
    const whole = nothing.subarray(0, nothing.length - (nothing.length % 5));
    let sent = -1;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 100) controller.close();
        else controller.enqueue(sent === 0 ? head : whole.slice());
      },
    });
    expect(await readBody(post(stream, "gzip"))).toMatchObject(tooLarge);
    expect(sent).toBeLessThan(20);
  });
});
