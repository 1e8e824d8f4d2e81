import { describe, expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH } from "../../../schema/limits.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import {
  decoded,
  eventOf,
  falcoAlert,
  itemOf,
  ocsfEvent,
  RECEIVED_AT,
  type Json,
} from "./fixtures.ts";

const SHELL = { pid: 9, cmd_line: "sh -c id", name: "sh", file: { path: "/bin/busybox" } };

describe("a process that starts", () => {
  const event = eventOf(ocsfEvent(1007, { process: SHELL }));

  test("is the process that was launched; the actor is its parent", () => {
    expect(event).toMatchObject({ format: "ocsf", kind: "process", action: "exec", id: "e1" });
    expect(event.process).toEqual({
      exe: "/bin/busybox",
      name: "sh",
      args: ["-c", "id"],
      pid: 9,
      parent: { exe: "/usr/bin/gcc", name: "gcc" },
    });
    expect(event.host).toEqual({ id: "i-0abc", name: "node-7" });
    expect(event).toMatchObject({ time: 1_795_514_398_120, agentPriority: "Low" });
  });

  test("without a process of its own is the actor", () => {
    const started = eventOf(ocsfEvent("1007"));
    expect(started.process).toEqual({
      exe: "/usr/bin/gcc",
      name: "gcc",
      args: ["-O2", "x.c"],
      pid: 812,
      parent: { exe: "/bin/sh", name: "sh" },
    });
    expect(started.container).toMatchObject({ name: "api", image: "shop/api:1.4" });
    expect(started.container?.imageDigest).toBe("sha256:0d17");
    expect(started.user).toEqual({ name: "root", uid: 0 });
  });

  test("that ends, fails or is blocked did not start", () => {
    expect(eventOf(ocsfEvent(1007, { activity_id: 2 })).action).toBe("exit");
    for (const key of ["status_id", "action_id", "disposition_id"])
      expect(eventOf(ocsfEvent(1007, { [key]: 2 })).action).toBe("exec_failed");
  });

  test("of nobody, as Windows writes it, is the actor's user's", () => {
    const actor = { user: { name: "Administrator", uid: "S-1-5-21" } };
    const process = { ...SHELL, user: { name: "-" } };
    expect(eventOf(ocsfEvent(1007, { actor, process })).user).toEqual({ name: "Administrator" });
  });
});

describe("the classes", () => {
  const file = { path: "/etc/shadow", name: "shadow" };
  const server = { ip: "::ffff:10.0.0.1", port: 443, hostname: "api.example" };
  const client = { ip: "10.0.0.9", port: 5000 };

  test.each([
    [1001, 2, { file }, "file", "read"],
    [1001, 3, { file }, "file", "write"],
    [1001, 4, { file }, "file", "unlink"],
    [1001, 12, { file }, "kernel", "mount"],
    [1001, 99, { file }, "file", "other"],
    [1002, 1, { driver: { file } }, "kernel", "load_module"],
    [1002, 2, { driver: { file } }, "kernel", "unload_module"],
    [1003, 4, { kernel: { system_call: "ptrace" } }, "kernel", "ptrace"],
    [1003, 4, { kernel: { system_call: "finit_module" } }, "kernel", "load_module"],
    [1005, 1, { module: { file } }, "process", "load_library"],
    [4001, 1, { dst_endpoint: server }, "network", "connect"],
    [4001, 7, { dst_endpoint: server }, "network", "listen"],
    [4003, 1, { query: { hostname: "pool.example" } }, "network", "send"],
    [2004, 1, { finding_info: { title: "T" } }, "detection", "detect"],
    [2001, 1, { finding: { title: "T" } }, "detection", "detect"],
  ])("%i, activity %i, of %j is %s %s", (classUid, activity_id, over: Json, kind, action) => {
    expect(eventOf(ocsfEvent(classUid, { activity_id, ...over }))).toMatchObject({ kind, action });
  });

  test("of a rename the new name counts", () => {
    const over = { activity_id: 5, file, file_result: { path: "/usr/bin/ps" } };
    expect(eventOf(ocsfEvent(1001, over)).file).toEqual({ path: "/usr/bin/ps" });
    expect(eventOf(ocsfEvent(1002, { driver: { file } })).file).toEqual({ path: "/etc/shadow" });
  });

  test("the peer is the other end", () => {
    const ends = { src_endpoint: client, dst_endpoint: server };
    const connection_info = { direction_id: 1, protocol_num: 6 };
    expect(eventOf(ocsfEvent(4001, ends)).network).toEqual({
      ip: "10.0.0.1",
      port: 443,
      hostname: "api.example",
      direction: "outbound",
    });
    expect(eventOf(ocsfEvent(4001, { ...ends, connection_info })).network).toEqual({
      ip: "10.0.0.9",
      port: 5000,
      protocol: "tcp",
      direction: "inbound",
    });
  });

  test("a finding has its process and file in its evidence", () => {
    const evidences = [{ process: SHELL, file }];
    const event = eventOf(
      ocsfEvent(2004, { finding_info: { title: "Shadow read", desc: "d" }, evidences, actor: {} }),
    );
    expect(event).toMatchObject({
      agentRule: "Shadow read",
      message: "d",
      file: { path: file.path },
    });
    expect(event.process).toMatchObject({ name: "sh" });
  });
});

describe("of no interest", () => {
  test.each([
    [3002, "class 3002 (Authentication) is no behaviour of a workload"],
    [6003, "class 6003 (API Activity) is no behaviour of a workload"],
    [123_456, "class 123456 is no behaviour of a workload"],
  ])("is class %i, and the reason says so", (classUid, reason) => {
    expect(itemOf(ocsfEvent(classUid))).toEqual({ type: "ignored", format: "ocsf", reason });
  });

  test("is what is seen from outside: no device, no process", () => {
    const outside = { device: undefined, actor: undefined };
    expect(itemOf(ocsfEvent(4001, outside))).toMatchObject({
      reason: "class 4001 (Network Activity) that names no device",
    });
    const process = { ...outside, process: SHELL };
    expect(itemOf(ocsfEvent(2001, process))).toMatchObject({ type: "ignored" });
    expect(itemOf(ocsfEvent(1007, process))).toMatchObject({ type: "event" });
  });
});

describe("time", () => {
  test.each([
    [1_795_514_398_120],
    ["1795514398120"],
    [1_795_514_398.12],
    [1_795_514_398_120_331],
    [1_795_514_398_120_331_000],
    ["2026-11-24T09:59:58.120Z"],
  ])("%j is the same instant", (time) => {
    expect(eventOf(ocsfEvent(1007, { time })).time).toBe(1_795_514_398_120);
  });

  test("stands second best in time_dt; without one an event is rejected", () => {
    const time_dt = "2026-11-24T09:59:58.120Z";
    expect(eventOf(ocsfEvent(1007, { time: undefined, time_dt })).time).toBe(1_795_514_398_120);
    expect(itemOf(ocsfEvent(1007, { time: undefined }))).toMatchObject({ code: "missing_field" });
    expect(itemOf(ocsfEvent(1007, { time: "noon" }))).toMatchObject({ code: "invalid_field" });
    expect(itemOf(ocsfEvent(1007, { time: -1 }))).toMatchObject({ code: "invalid_field" });
  });
});

describe("Falco's alerts in OCSF", () => {
  const of = (raw_data: unknown, name = "Falco") =>
    ocsfEvent(2001, { raw_data, metadata: { product: { name } } });

  test("are read from what Falco wrote", () => {
    const event = eventOf(of(JSON.stringify(falcoAlert({ "proc.name": "sh" }))));
    expect(event).toMatchObject({ format: "falco", agentRule: "Some rule" });
  });

  test.each([[undefined], ["{cut"], ["[]"], [`{"a":1}`], [5]])("but not from %j", (raw) => {
    expect(eventOf(of(raw)).format).toBe("ocsf");
  });

  test("and nobody else's are", () => {
    expect(eventOf(of(JSON.stringify(falcoAlert({})), "Other")).format).toBe("ocsf");
  });
});

describe("the frame", () => {
  test("holds a batch", () => {
    const frame = { events: [ocsfEvent(1007), ocsfEvent("3002"), 5], count: 3, start_time: 1 };
    const types = decoded(frame).items.map((item) => item.type);
    expect(types).toEqual(["event", "ignored", "rejected"]);
    expect(decoded(frame, "ocsf").items).toHaveLength(3);
  });

  test("may be empty", () => {
    expect(decoded({ events: [], count: 0 }).items).toEqual([]);
  });

  test("has the limit of any batch", () => {
    const events = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => ({ class_uid: 1007 }));
    const body = JSON.stringify({ events, count: events.length });
    expect(decodeBatch(body, { format: null, receivedAt: RECEIVED_AT })).toMatchObject({
      ok: false,
      problem: { status: 413, code: "too_many_events" },
    });
  });

  test("with an agent is a native envelope", () => {
    expect(decoded({ agent: { id: "a" }, events: [ocsfEvent(1007)] }).agent?.id).toBe("a");
  });
});

test("a forced format says what is missing", () => {
  expect(itemOf({}, "ocsf")).toMatchObject({
    code: "missing_field",
    detail: "events[0].class_uid: is required",
  });
});
