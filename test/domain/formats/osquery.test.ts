import { describe, expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH } from "../../../schema/limits.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import { decoded, eventOf, itemOf, RECEIVED_AT, type Json } from "./fixtures.ts";

const AT = 1_795_514_398;

/** A row that is new since the query's last run, in event format. */
function row(columns: Json, rest: Json = {}): Json {
  return {
    name: "pack_shop_query",
    hostIdentifier: "node-7",
    calendarTime: "Tue Nov 24 09:59:58 2026 UTC",
    unixTime: String(AT),
    epoch: "0",
    counter: "3",
    decorations: { host_uuid: "72E1287B-D1BC-4FC6-B9D8-64F4352776A9" },
    columns,
    action: "added",
    ...rest,
  };
}

const PROCESS = {
  pid: "812",
  path: "/usr/bin/gcc",
  cmdline: "gcc -O2 x.c",
  cwd: '"/srv"',
  uid: "0",
};
const snapshot = (rows: unknown, rest: Json = {}) =>
  row({}, { columns: undefined, action: "snapshot", snapshot: rows, ...rest });
const isEvent = (raw: Json) => {
  const { kind, action } = eventOf(raw);
  return `${kind} ${action}`;
};

describe("a row", () => {
  test("of process_events is a program that started, at the time that the row says", () => {
    const columns = { ...PROCESS, auid: "4294967295", time: String(AT - 9), parent: "811" };
    expect(eventOf(row(columns))).toEqual({
      time: (AT - 9) * 1_000,
      format: "osquery",
      kind: "process",
      action: "exec",
      agentRule: "pack_shop_query",
      host: { id: "72E1287B-D1BC-4FC6-B9D8-64F4352776A9", name: "node-7" },
      user: { uid: 0 },
      process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-O2", "x.c"], pid: 812, cwd: "/srv" },
    });
  });

  test.each([AT, String(AT)])("has its time from unixTime %j, a string or a number", (unixTime) => {
    expect(eventOf(row({ ...PROCESS, time: "0" }, { unixTime })).time).toBe(AT * 1_000);
  });

  test("without a readable time is rejected; one without columns too", () => {
    expect(itemOf(row(PROCESS, { unixTime: "collision" }))).toMatchObject({
      type: "rejected",
      code: "invalid_field",
      detail: "events[0].unixTime: must be seconds",
    });
    expect(itemOf({ unixTime: 1 }, "osquery")).toMatchObject({ code: "missing_field" });
  });

  test("may have numbers for columns", () => {
    expect(eventOf(row({ ...PROCESS, pid: 812, uid: 0 })).process?.pid).toBe(812);
  });

  test("that is gone is ignored", () => {
    expect(itemOf(row(PROCESS, { action: "removed" }))).toMatchObject({ type: "ignored" });
  });
});

describe("the host", () => {
  const host = (rest: Json) => eventOf(row(PROCESS, { decorations: undefined, ...rest })).host;
  const UUID = "72E1287B-D1BC-4FC6-B9D8-64F4352776A9";

  test("is named by its identifier, which can be its UUID", () => {
    expect(host({})).toEqual({ name: "node-7" });
    expect(host({ hostIdentifier: UUID })).toEqual({ id: UUID });
    const decorations = { host_uuid: UUID, hostname: "node-7" };
    expect(host({ hostIdentifier: UUID, decorations })).toEqual({ id: UUID, name: "node-7" });
    expect(host({ hostIdentifier: undefined, hostname: "old" })).toEqual({ name: "old" });
    expect(host({ host_uuid: UUID })).toEqual({ id: UUID, name: "node-7" });
    expect(host({ hostIdentifier: undefined })).toBeUndefined();
  });
});

describe("what a row is about, by its columns", () => {
  test.each([
    [{ ...PROCESS, syscall: "execve" }, "process exec"],
    [{ ...PROCESS, syscall: "init_module" }, "kernel load_module"],
    [{ pid: "1", name: "sshd", cmdline: "sshd -D" }, "process exec"],
    [{ target_path: "/etc/passwd", action: "UPDATED", category: "etc" }, "file write"],
    [{ target_path: "/etc/passwd", action: "ATTRIBUTES_MODIFIED" }, "file chmod"],
    [{ operation: "unlink", executable: "/bin/rm", path: "/x" }, "file unlink"],
    [{ name: "msdos", used_by: "-", status: "Live" }, "kernel load_module"],
    [{ device: "/dev/sda", path: "/mnt", type: "ext4" }, "kernel mount"],
    [{ port: "8080", protocol: "6", address: "0.0.0.0", pid: "9" }, "network listen"],
    [{ name: "libssl", version: "3" }, "detection added"],
  ])("%j is %s", (columns, expected) => {
    expect(isEvent(row(columns))).toBe(expected);
  });

  test("a socket event says what was done, and whether it failed", () => {
    const columns = {
      action: "connect",
      path: "/usr/bin/curl",
      remote_address: "169.254.169.254",
      remote_port: "80",
      protocol: "6",
      status: "in_progress",
    };
    expect(eventOf(row(columns))).toMatchObject({
      kind: "network",
      action: "connect",
      process: { name: "curl" },
      network: { ip: "169.254.169.254", port: 80, protocol: "tcp", direction: "outbound" },
    });
    const failed = eventOf(row({ ...columns, success: "0" }));
    expect(failed).toMatchObject({ action: "connect", tags: ["failed"] });
    const bound = { ...columns, action: "bind", local_port: "53", status: "failed" };
    expect(eventOf(row(bound))).toMatchObject({ action: "bind_failed", network: { port: 53 } });
  });

  test("a privileged container is tagged, whether it is news or not", () => {
    const id = "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3";
    const columns = { id, name: "/api", image: "shop/api:1.4", state: "running", privileged: "1" };
    expect(eventOf(row(columns))).toMatchObject({
      kind: "container",
      action: "run",
      container: { id, name: "api", image: "shop/api:1.4" },
      tags: ["privileged"],
    });
    const [item] = decoded([snapshot([columns])]).items;
    expect(item).toMatchObject({ event: { action: "run", tags: ["snapshot", "privileged"] } });
    expect(eventOf(row({ id, pid: "9", name: "sh", cmdline: "sh" })).container).toEqual({ id });
  });
});

describe("a state is not an event", () => {
  test.each([
    [PROCESS, "process running"],
    [{ name: "msdos", used_by: "-", status: "Live" }, "kernel loaded"],
    [{ device: "/dev/sda", path: "/mnt", type: "ext4" }, "kernel mounted"],
    [{ port: "8080", protocol: "6", address: "0.0.0.0" }, "network listening"],
    [{ remote_address: "10.0.0.1", remote_port: "443" }, "network connected"],
    [{ name: "libssl" }, "detection present"],
  ])("%j of a first result is %s", (columns, expected) => {
    const baseline = row(columns, { counter: "0" });
    expect(isEvent(baseline)).toBe(expected);
    expect(eventOf(baseline).tags).toEqual(["baseline"]);
  });

  test("but what an evented table recorded is one, also in its first result", () => {
    const recorded = row({ ...PROCESS, time: String(AT) }, { counter: 0 });
    expect(isEvent(recorded)).toBe("process exec");
    const named = row(PROCESS, { counter: 0, name: "pack_shop_process_events" });
    expect(eventOf(named)).toMatchObject({ action: "exec", agentRule: "pack_shop_process_events" });
  });
});

describe("lines of many rows", () => {
  const actions = (body: unknown) =>
    decoded(body).items.map((item) => (item.type === "event" ? item.event.action : item.type));

  test("a snapshot is an event for each row, also alone and wrapped by a shipper", () => {
    const line = snapshot([PROCESS, { pid: "1", name: "init" }]);
    expect(actions(line)).toEqual(["running", "running"]);
    expect(actions([row(PROCESS), line, { message: JSON.stringify(line) }])).toEqual([
      "exec",
      "running",
      "running",
      "running",
      "running",
    ]);
  });

  test("a batch has rows that came and rows that went", () => {
    const diffResults = { added: [PROCESS], removed: [PROCESS, PROCESS] };
    const line = row({}, { columns: undefined, action: undefined, diffResults });
    expect(actions(line)).toEqual(["exec", "ignored", "ignored"]);
  });

  test("one without rows is accounted for", () => {
    expect(actions([snapshot([])])).toEqual(["ignored"]);
    const diffResults = { added: "", removed: "" };
    expect(actions([row({}, { columns: undefined, diffResults })])).toEqual(["ignored"]);
  });

  test("a row that is none is rejected alone", () => {
    expect(actions([snapshot([PROCESS, 5])])).toEqual(["running", "rejected"]);
  });

  test("more than a batch may hold is refused; a single line of so many is rejected alone", () => {
    const half = snapshot(Array.from({ length: MAX_EVENTS_PER_BATCH / 2 + 1 }, () => ({})));
    const text = JSON.stringify([half, half]);
    expect(decodeBatch(text, { format: null, receivedAt: RECEIVED_AT })).toMatchObject({
      ok: false,
      problem: { status: 413, code: "too_many_events" },
    });
    const whole = snapshot(Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => ({})));
    expect(decoded([whole, row(PROCESS)]).items).toMatchObject([
      { type: "rejected", code: "too_large" },
      { type: "event" },
    ]);
  });
});

describe("the TLS logger", () => {
  const body = (log_type: string, data: unknown) => ({ node_key: "secret", log_type, data });

  test.each([null, "osquery"] as const)("its body is its lines' rows (format %j)", (format) => {
    const results = body("result", [row(PROCESS), snapshot([PROCESS, PROCESS]), "no object"]);
    expect(decoded(results, format).items.map((item) => item.type)).toEqual([
      "event",
      "event",
      "event",
      "rejected",
    ]);
    expect(decoded(body("result", []), format).items).toEqual([]);
  });

  test("its status lines are signs of life", () => {
    const status = {
      hostIdentifier: "node-7",
      unixTime: String(AT),
      severity: "0",
      filename: "scheduler.cpp",
      line: "83",
      message: "Executing scheduled query",
    };
    expect(decoded(body("status", [status])).items).toEqual([
      {
        type: "contact",
        format: "osquery",
        reason: "osquery's status log",
        host: { name: "node-7" },
      },
    ]);
  });

  test("its other requests are no events", () => {
    const answers = { node_key: "secret", queries: { q1: [{ version: "5.5.1" }] }, statuses: {} };
    expect(itemOf(answers)).toMatchObject({ type: "ignored", format: "osquery" });
  });
});
