import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVENT_KINDS } from "../../../schema/event.ts";
import { nativeEventSchema } from "../../../schema/ingest.ts";
import { MAX_ARG_CHARS, MAX_ARGS, MAX_FIELD_CHARS, MAX_TAGS } from "../../../schema/limits.ts";
import { isRaw } from "../../../workers/ingest/fields.ts";
import { normaliseNative } from "../../../workers/ingest/formats/native.ts";
import { decoded, eventOf, itemOf, nativeEvent, type Json } from "./fixtures.ts";

describe("a native event", () => {
  test("keeps every field that it says", () => {
    const event = eventOf(
      nativeEvent({
        rule: "my-rule",
        message: "gcc ran",
        tags: ["ci"],
        host: { id: "m1", name: "node-7" },
        k8s: {
          cluster: "eu-1",
          namespace: "shop",
          pod: "api-5d",
          workload: { kind: "Deployment", name: "api" },
        },
        service: "api",
        user: { name: "root", uid: 0, loginUid: 1000 },
        file: { path: "/etc/shadow", flags: "O_RDONLY" },
        network: { ip: "10.0.0.1", port: 443, protocol: "tcp", direction: "outbound" },
        syscall: "execve",
      }),
    );
    expect(event).toEqual({
      id: "e1",
      time: Date.parse("2026-11-24T09:59:58.120Z"),
      format: "native",
      kind: "process",
      action: "exec",
      agentRule: "my-rule",
      tags: ["ci"],
      message: "gcc ran",
      host: { id: "m1", name: "node-7" },
      container: { id: "c0ffee00c0ff", name: "api", image: "shop/api:1.4" },
      k8s: {
        cluster: "eu-1",
        namespace: "shop",
        pod: "api-5d",
        workload: { kind: "Deployment", name: "api" },
      },
      service: "api",
      user: { name: "root", uid: 0, loginUid: 1000 },
      process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-O2", "x.c"], pid: 812, tty: false },
      file: { path: "/etc/shadow", flags: "O_RDONLY" },
      network: { ip: "10.0.0.1", port: 443, protocol: "tcp", direction: "outbound" },
      syscall: "execve",
    });
  });

  test("has its action in lower case and its container id without the runtime", () => {
    const event = eventOf(nativeEvent({ action: "Exec", container: { id: "docker://C0FFEE" } }));
    expect(event.action).toBe("exec");
    expect(event.container).toEqual({ id: "C0FFEE" });
  });

  test.each([
    [{ process: { pid: "812" } }, "invalid_field", "process.pid: must be an integer"],
    [{ process: { args: ["a", 1] } }, "invalid_field", "process.args[1]: must be a string"],
    [{ time: undefined }, "missing_field", "time: is required"],
    [{ time: "yesterday" }, "invalid_field", "time: must be an RFC 3339 instant"],
    [{ container: {} }, "missing_field", "container.id: is required"],
    [{ container: { id: "" } }, "invalid_field", "container.id: must be a non-empty string"],
    [{ network: { port: 70_000 } }, "invalid_field", "network.port: must be 0 to 65535"],
    [{ host: "node-7" }, "invalid_field", "host: must be an object"],
  ])("with %j is rejected, and the field is named", (over, code, detail) => {
    const body = { agent: { id: "a1" }, events: [nativeEvent(), nativeEvent(over)] };
    const [good, bad] = decoded(body).items;
    expect(good?.type).toBe("event");
    expect(bad).toEqual({ type: "rejected", code, detail: `events[1].${detail}` });
  });

  test("of an unknown kind is told the kinds", () => {
    const item = itemOf(nativeEvent({ kind: "registry" }));
    expect(item).toMatchObject({ type: "rejected", code: "invalid_field" });
    expect(JSON.stringify(item)).toContain("process, file, network");
  });

  test("with over-long fields, arguments and tags is cut, and says so", () => {
    const event = eventOf(
      nativeEvent({
        message: "m".repeat(MAX_FIELD_CHARS + 1),
        tags: Array.from({ length: MAX_TAGS + 1 }, (_, i) => `t${i}`),
        process: {
          exe: "/bin/x",
          args: ["a".repeat(MAX_ARG_CHARS + 1), ...Array.from({ length: MAX_ARGS }, () => "b")],
        },
      }),
    );
    expect(event.message).toHaveLength(MAX_FIELD_CHARS);
    expect(event.tags).toHaveLength(MAX_TAGS);
    expect(event.process?.args).toHaveLength(MAX_ARGS);
    expect(event.process?.args?.[0]).toHaveLength(MAX_ARG_CHARS);
    expect(event.truncated).toEqual(["tags", "message", "process.args"]);
  });

  test("is never cut through a surrogate pair", () => {
    const event = eventOf(nativeEvent({ message: `${"m".repeat(MAX_FIELD_CHARS - 1)}😀` }));
    expect(event.message).toBe("m".repeat(MAX_FIELD_CHARS - 1));
  });
});

const text = fc.oneof(fc.constantFrom("", "x", "docker://c0ffee"), fc.string());
/** Mostly the right type, sometimes anything; undefined is a missing key. */
const loosely = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 60, arbitrary: right },
    { weight: 20, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
/** As loosely, for what must be there: seldom missing, seldom empty. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: loosely(right) });
const loose = (shape: Record<string, fc.Arbitrary<unknown>>) => loosely(fc.record(shape));
const instant = fc.oneof(
  fc.constantFrom("2026-11-24T09:59:58.120331007Z", "2026-02-31T00:00:00Z", "1960-01-01T00:00:00Z"),
  fc.double(),
  fc.integer(),
);
const some = {
  text: loosely(text),
  word: mostly(fc.oneof({ weight: 19, arbitrary: fc.constant("docker://c0ffee") }, text)),
  int: loosely(fc.oneof(fc.integer(), fc.maxSafeInteger())),
  texts: loosely(fc.array(loosely(text), { maxLength: 4 })),
};
const event = fc.record({
  id: some.text,
  time: fc.oneof(
    { weight: 9, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: loosely(instant) },
  ),
  kind: mostly(fc.constantFrom<string>(...EVENT_KINDS)),
  action: some.word,
  rule: some.text,
  message: some.text,
  tags: some.texts,
  host: loose({ id: some.text, name: some.text }),
  container: loose({ id: some.word, name: some.text, image: some.text, imageDigest: some.text }),
  k8s: loose({
    cluster: some.text,
    namespace: some.text,
    pod: some.text,
    workload: loose({ kind: some.text, name: some.word }),
  }),
  service: some.text,
  user: loose({ name: some.text, uid: some.int, loginUid: some.int }),
  process: loose({
    exe: some.text,
    name: some.text,
    args: some.texts,
    pid: some.int,
    tty: loosely(fc.boolean()),
    cwd: some.text,
    parent: loose({ exe: some.text, name: some.text }),
  }),
  file: loose({ path: some.word, flags: some.text }),
  network: loose({
    ip: some.text,
    port: loosely(fc.integer({ min: 0, max: 65_535 })),
    hostname: some.text,
    protocol: some.text,
    direction: loosely(fc.constantFrom("outbound", "inbound")),
  }),
  syscall: some.text,
});

describe("the hand-written reader and nativeEventSchema", () => {
  test("accept the same events, and read the same values from them", () => {
    let accepted = 0;
    fc.assert(
      fc.property(event, (generated) => {
        // Through JSON, as events come: no undefined, no NaN.
        const raw = JSON.parse(JSON.stringify(generated)) as Json;
        const schema = nativeEventSchema.safeParse(raw);
        const reader = normaliseNative(raw);
        expect(reader.type === "event", JSON.stringify(reader)).toBe(schema.success);
        if (!schema.success || reader.type !== "event") return;
        accepted += 1;
        expect(pruned(reader.event)).toEqual(pruned(asEvent(schema.data)));
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("accept the same of any JSON object", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("time", "kind", "action", "x"), fc.jsonValue()),
        (raw) => {
          expect(normaliseNative(raw).type === "event").toBe(
            nativeEventSchema.safeParse(raw).success,
          );
        },
      ),
    );
  });
});

/** What the reader does beyond the schema: our names, the action's case, the runtime's prefix. */
function asEvent(data: ReturnType<typeof nativeEventSchema.parse>): unknown {
  const { rule, container, ...rest } = data;
  return {
    ...rest,
    action: data.action.toLowerCase(),
    format: "native",
    ...(rule === undefined ? {} : { agentRule: rule }),
    ...(container && {
      container: { ...container, id: container.id.replace(/^.*?:\/\/(?=.)/s, "") },
    }),
  };
}

/** Without what says nothing: the empty text, the empty list, the empty object. */
function pruned(value: unknown): unknown {
  if (!isRaw(value)) return value;
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, pruned(inner)] as const)
    .filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "") return true;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
