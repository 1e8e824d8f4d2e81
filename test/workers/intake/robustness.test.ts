/** Over HTTP: whatever a client sends, it is answered, never with an error of ours, and told what was wrong. */
import { zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { MAX_BODY_BYTES, MAX_ZSTD_FRAMES } from "../../../schema/limits.ts";
import { damaged, hostileValue, textOf } from "../../domain/ingest/hostile.ts";
import { SPECIMENS } from "../../domain/ingest/specimens.ts";
import {
  answerOf,
  batch,
  beatOf,
  fetchLull,
  gcc,
  newContainer,
  okJson,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const utf8 = new TextEncoder();
const MIB = 1_048_576;

/** A batch adds up; all else says why it is none, and by how much. */
async function expectAnswered(response: Response): Promise<void> {
  expect(response.status).toBeLessThan(500);
  if (response.status === 200) {
    await answerOf(response);
    return;
  }
  const problem = await problemOf(response);
  expect(problem.status).toBe(response.status);
  expect(problem.type).toMatch(/^urn:lull:problem:[a-z_]+$/);
  expect(problem.detail.length).toBeGreaterThan(10);
  if (response.status === 413) expect(problem.limit).toBeGreaterThan(0);
}

async function packed(
  encoding: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === "zstd") return zstdCompressSync(bytes);
  if (encoding !== "gzip" && encoding !== "deflate") return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(encoding));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What may happen to bytes on the way. */
const accident = fc.oneof(
  fc.record({ cut: fc.nat(2_000) }),
  fc.record({ flip: fc.nat(10_000), bit: fc.nat(7) }),
  fc.record({ append: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ prepend: fc.uint8Array({ maxLength: 4 }) }),
  fc.record({ twice: fc.constant(true) }),
);
type Accident = typeof accident extends fc.Arbitrary<infer T> ? T : never;

function after(bytes: Uint8Array<ArrayBuffer>, what: Accident): Uint8Array<ArrayBuffer> {
  if ("cut" in what) return bytes.slice(0, Math.max(0, bytes.length - what.cut));
  if ("append" in what) return new Uint8Array([...bytes, ...what.append]);
  if ("prepend" in what) return new Uint8Array([...what.prepend, ...bytes]);
  if ("twice" in what) return new Uint8Array([...bytes, ...bytes]);
  const flipped = bytes.slice();
  const at = what.flip % Math.max(1, bytes.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << what.bit);
  return flipped;
}

/** What a header can carry: HTTP itself refuses the rest. */
const headerText = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "node-1",
    "x".repeat(300),
    "..",
    "%00",
    "é".repeat(3),
    "a\tb",
    "__proto__",
  ),
  fc.constantFrom(
    "15m",
    "1h30m",
    "999ms",
    "25h",
    "1e9s",
    "-1m",
    "1".repeat(5_000),
    "1m".repeat(3_000),
    "NaN",
  ),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  }),
);
const path = fc.constantFrom(
  "/v1/events",
  "/v1/events/falco",
  "/v1/events/native",
  "/v1/events/ocsf",
  "/v1/events/constructor",
  "/v1/heartbeats",
  "/v1/input",
  "/api/v2/secruntime",
  "/api/v2/logs",
);
const request = fc.record({
  path,
  body: fc.oneof(
    { weight: 3, arbitrary: fc.array(damaged(SPECIMENS), { maxLength: 3 }).map(textOf) },
    fc.constant(JSON.stringify(beatOf("h", { facts: { cgroupVersion: 1 } }))),
    hostileValue.map(textOf),
    hostileValue.map((facts) => textOf(beatOf("h", {})).replace("}", `},"facts":${textOf(facts)}`)),
  ),
  encoding: fc.constantFrom("", "identity", "gzip", "deflate", "zstd", "br", "gzip, gzip", "é"),
  /** Whether the body is what its encoding says. */
  honest: fc.boolean(),
  accidents: fc.array(accident, { maxLength: 2 }),
  headers: fc.record(
    { "x-lull-host": headerText, "idempotency-key": headerText, "x-lull-heartbeat": headerText },
    { requiredKeys: [] },
  ),
  query: fc.record(
    { host: fc.string({ unit: "binary" }), heartbeat: headerText },
    { requiredKeys: [] },
  ),
});

test("any request is answered, and never with an error of ours", { timeout: 60_000 }, async () => {
  const site = await Site.open();
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      request,
      async ({ path: to, body, encoding, honest, accidents, headers, query }) => {
        const plain = new Uint8Array(utf8.encode(body));
        const begun = honest ? await packed(encoding, plain) : plain;
        const sent = accidents.reduce<Uint8Array<ArrayBuffer>>(after, begun);
        const search = new URLSearchParams(
          Object.entries(query).map(([name, text]) => [name, text.toWellFormed()]),
        );
        const response = await site.post(
          sent,
          { ...headers, ...(encoding === "" ? {} : { "content-encoding": encoding }) },
          `${to}?${search.toString()}`,
        );
        seen.add(response.status);
        if (to === "/v1/heartbeats" && response.status === 200) await response.text();
        else await expectAnswered(response);
      },
    ),
    { numRuns: 400 },
  );
  // Else it would not have tried much.
  expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404, 415]));
  await site.findings();
  await okJson(await site.api("/outcomes"));
});

/** A zstd frame by hand: `blocks` of 128 KiB of one byte each, in four bytes. */
function zstdOfOneByte(blocks: number, descriptor: readonly number[]): Uint8Array<ArrayBuffer> {
  const frame = [0x28, 0xb5, 0x2f, 0xfd, ...descriptor];
  for (let i = 0; i < blocks; i++) {
    const header = (131_072 << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0);
    frame.push(header & 0xff, (header >> 8) & 0xff, header >> 16, 0x20);
  }
  return new Uint8Array(frame);
}

const WINDOW_8_MIB = [0x00, 0x68];
const WINDOW_2_TIB = [0x00, 0xff];
/** A single segment that says it holds 2^62 bytes. */
const SAYS_4_EIB = [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40];
const EMPTY_FRAME = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00];
const SKIPPABLE_FRAME = [0x50, 0x2a, 0x4d, 0x18, 0x00, 0x00, 0x00, 0x00];

function repeated(frame: readonly number[], bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(Math.floor(bytes / frame.length) * frame.length);
  for (let at = 0; at < all.length; at += frame.length) all.set(frame, at);
  return all;
}

describe("a bomb costs nothing", () => {
  const send = async (encoding: string, body: Uint8Array<ArrayBuffer>) => {
    const site = await Site.open();
    return problemOf(await site.post(body, { "content-encoding": encoding }));
  };

  test("1 GiB in 32 KiB of zstd", async () => {
    const bomb = zstdOfOneByte(8_192, WINDOW_8_MIB);
    expect(bomb.byteLength).toBeLessThan(MIB / 31);
    expect(await send("zstd", bomb)).toMatchObject({ status: 413, limit: MAX_BODY_BYTES });
  });

  test("a window of 2 TiB, and a size of 4 EiB, of which nothing comes", async () => {
    for (const descriptor of [WINDOW_2_TIB, SAYS_4_EIB]) {
      const problem = await send("zstd", zstdOfOneByte(1, descriptor));
      expect([400, 413]).toContain(problem.status);
    }
  });

  test.each([
    ["empty", EMPTY_FRAME],
    ["to be skipped", SKIPPABLE_FRAME],
  ])("half a million frames of zstd that are %s", { timeout: 20_000 }, async (_, frame) => {
    const problem = await send("zstd", repeated(frame, MAX_BODY_BYTES - 100));
    expect(problem.status).toBe(400);
    expect(problem).toMatchObject({ limit: MAX_ZSTD_FRAMES });
  });

  test("128 MiB in 128 KiB of gzip and deflate", async () => {
    for (const encoding of ["gzip", "deflate"]) {
      const bomb = await packed(encoding, new Uint8Array(128 * MIB));
      expect(bomb.byteLength).toBeLessThan(MIB / 4);
      expect(await send(encoding, bomb)).toMatchObject({ status: 413, limit: MAX_BODY_BYTES });
    }
  });
});

describe("a length that is not the body's", () => {
  test.each(["0", "1", "99999999", "-1", "x", "1e3"])("Content-Length: %s", async (declared) => {
    const site = await Site.open();
    await expectAnswered(await site.post("[]", { "content-length": declared }));
  });
});

describe("names that no host has", () => {
  test.each([
    ["a lone surrogate", "\ud800"],
    ["NUL", "a\0b"],
    ["a prototype", "__proto__"],
    ["1,500 characters that grow in lower case", "İ".repeat(1_500)],
    ["slashes and dots", "../../tenant-1/host:x"],
    ["a quote", "'; DROP TABLE findings; --"],
  ])("%s: its finding is there to be read", async (_, name) => {
    const site = await Site.open();
    const container = newContainer();
    const event = gcc(container, {
      container: { id: container, name, image: name },
      k8s: { namespace: name, pod: name, workload: { kind: name, name } },
      process: { exe: `/usr/bin/gcc`, name: "gcc", args: [name], cwd: name },
      message: name,
      user: { name },
    });
    expect(await site.send(batch(name, [event]))).toMatchObject({ accepted: 1 });
    expect(await site.send(batch(name, [event]))).toMatchObject({ accepted: 0, duplicate: 1 });
    await okJson(
      await site.beat(beatOf(name, { facts: { cgroupVersion: 1, [name.slice(0, 60)]: name } })),
    );
    const owner = `host:${name.toLowerCase().slice(0, 253)}`;
    await site.alarm(owner);
    const { items } = await site.findings();
    expect(items.map(({ rule }) => rule).toSorted()).toEqual([
      "cgroup-v1-host",
      "compiler-in-container",
    ]);
    for (const { id } of items) expect((await site.finding(id)).count).toBe(1);
    await okJson(await site.api("/outcomes"));
  });

  test("a native batch of the largest size on one host is taken, whatever is kept of it", async () => {
    const site = await Site.open();
    const host = unique("host");
    const filler = "x".repeat(360);
    const events = Array.from({ length: 5_000 }, (_, i) =>
      gcc(`${i}-${unique("c")}`, {
        message: `${i} ${filler}`,
        process: { exe: "/usr/bin/gcc", name: "gcc", args: [filler] },
      }),
    );
    const body = JSON.stringify(batch(host, events));
    expect(body.length).toBeLessThan(MAX_BODY_BYTES);
    expect(body.length).toBeGreaterThan(MAX_BODY_BYTES * 0.85);
    expect(await site.send(body)).toMatchObject({ accepted: 5_000, findings: 5_000 });
    expect(await site.send(body)).toMatchObject({ duplicate: 5_000 });
  });

  test("events lost beyond all counting", async () => {
    const site = await Site.open();
    const host = unique("host");
    const dropped = Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < 3; i++) {
      await site.send(batch(host, [gcc(newContainer())], { dropped }));
      await okJson(await site.beat(beatOf(host, { dropped })));
    }
    await okJson(await site.api("/outcomes"));
    await okJson(
      await fetchLull("/metrics", { headers: { authorization: `Bearer ${site.token}` } }).then(
        async (it) => Response.json(await it.text(), it),
      ),
    );
  });
});
