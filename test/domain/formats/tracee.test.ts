import { describe, expect, test } from "vitest";
import { eventOf, itemOf, RECEIVED_AT, traceEvent, traceeEvent, type Json } from "./fixtures.ts";

const ID = "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3";
const K8S = {
  namespace: "shop",
  pod: "api-5d4f9c7b8-x2k9p",
  workload: { kind: "Deployment", name: "api" },
};
const CONTAINER = { id: ID, name: "api", image: "shop/api:1.4", imageDigest: "sha256:0d17" };
const ON_HOST: Json = { container: {}, kubernetes: {}, containerId: "", hostName: "node-7" };
const EXEC = { pathname: "/bin/busybox", argv: ["sh", "-c", "id"] };

describe("trace.Event", () => {
  test("is placed in its pod; its host name is the pod's, and none", () => {
    const event = eventOf(traceEvent("sched_process_exec", EXEC));
    expect(event).toMatchObject({ format: "tracee", kind: "process", action: "exec" });
    expect(event).toMatchObject({ container: CONTAINER, k8s: K8S, user: { uid: 0 } });
    expect(event.host).toBeUndefined();
    expect(event.agentRule).toBeUndefined();
    expect(event.syscall).toBe("sched_process_exec");
  });

  test("has flat fields in old versions", () => {
    const event = eventOf(
      traceEvent(
        "openat",
        {},
        {
          container: undefined,
          kubernetes: undefined,
          containerId: ID,
          containerImage: "shop/api:1.4",
          containerName: "api",
          podName: "api-5d4f9c7b8-x2k9p",
          podNamespace: "shop",
        },
      ),
    );
    expect(event.container).toEqual({ id: ID, name: "api", image: "shop/api:1.4" });
    expect(event.k8s).toEqual(K8S);
  });

  test("without container and pod is the host's, by its name", () => {
    const event = eventOf(traceEvent("openat", {}, ON_HOST));
    expect(event.container).toBeUndefined();
    expect(event.host).toEqual({ name: "node-7" });
  });

  test("of a pod whose container is not known yet is a container's, never the host's", () => {
    const event = eventOf(traceEvent("openat", {}, { container: {}, containerId: "" }));
    expect(event.container).toEqual({ id: "shop/api-5d4f9c7b8-x2k9p" });
    expect(event.host).toBeUndefined();
  });

  test("counts its time in nanoseconds", () => {
    expect(eventOf(traceEvent("openat")).time).toBe(1_795_514_398_120);
    expect(eventOf(traceEvent("openat", {}, { timestamp: "1795514398120331007" })).time).toBe(
      1_795_514_398_120,
    );
  });

  test("that counts from boot is taken to be of now, and says so", () => {
    const event = eventOf(traceEvent("openat", {}, { timestamp: 620_311_624_458_929 }));
    expect(event).toMatchObject({ time: RECEIVED_AT, clamped: true });
  });

  test.each([[undefined], [null], ["null"]])("without a time (%j) is rejected", (timestamp) => {
    expect(itemOf(traceEvent("openat", {}, { timestamp }))).toMatchObject({
      code: "missing_field",
      detail: "events[0].timestamp: is required",
    });
  });

  test.each([[0], [-5], ["noon"], [true]])("with a time of %j is rejected", (timestamp) => {
    expect(itemOf(traceEvent("openat", {}, { timestamp }))).toMatchObject({
      code: "invalid_field",
    });
  });
});

describe("a program that starts", () => {
  const process = (name: string, args: Json, over: Json = {}) =>
    eventOf(traceEvent(name, args, over)).process;

  test("keeps the name that the kernel gave it, also where one file has many", () => {
    expect(process("sched_process_exec", EXEC)).toEqual({
      exe: "/bin/busybox",
      name: "sh",
      args: ["-c", "id"],
      pid: 812,
    });
  });

  test("is not yet itself at the entry of execve: who calls is the parent", () => {
    expect(process("execve", { pathname: "/usr/bin/gcc", argv: ["gcc", "x.c"] })).toEqual({
      exe: "/usr/bin/gcc",
      name: "gcc",
      args: ["x.c"],
      pid: 812,
      parent: { exe: "/bin/busybox", name: "sh" },
    });
  });

  test("is told from its caller by its name where Tracee gives no path", () => {
    const bare = { executable: { path: "" } };
    expect(process("sched_process_exec", EXEC, bare)).toMatchObject({ name: "sh" });
    const cut = { ...bare, processName: "x86_64-linux-gn" };
    expect(
      process("execve", { pathname: "/usr/bin/x86_64-linux-gnu-gcc" }, cut)?.parent,
    ).toBeUndefined();
    expect(process("security_bprm_check", { pathname: "/bin/dash" }, bare)).toMatchObject({
      name: "dash",
      parent: { name: "sh" },
    });
  });

  test("has a terminal if its input is one; anything else says nothing", () => {
    const exec = (input: string) => process("sched_process_exec", { ...EXEC, stdin_path: input });
    expect(exec("/dev/pts/0")?.tty).toBe(true);
    expect(exec("/dev/null")?.tty).toBeUndefined();
    const bare = process("sched_process_exec", {
      pathname: "/bin/sh",
      argv: ["sh"],
      stdin_path: "/dev/pts/1",
    });
    expect(bare).toMatchObject({ tty: true });
  });
});

describe("files", () => {
  test.each([
    ["O_RDONLY|O_LARGEFILE", "open"],
    ["O_WRONLY|O_CREAT", "write"],
    [0o2000002, "write"],
    [524_288, "open"],
    [0o1000, "write"],
  ])("opened with %j are a %s", (flags, action) => {
    const event = eventOf(traceEvent("security_file_open", { pathname: "/etc/x", flags }));
    expect(event).toMatchObject({ kind: "file", action, file: { path: "/etc/x" } });
  });

  test("are known by their new name after a rename", () => {
    const args = { old_path: "/tmp/ps", new_path: "/usr/bin/ps" };
    expect(eventOf(traceEvent("security_inode_rename", args))).toMatchObject({
      action: "rename",
      file: { path: "/usr/bin/ps" },
    });
  });

  test("modules and devices are files", () => {
    expect(eventOf(traceEvent("security_sb_mount", { dev_name: "/dev/sda1" }))).toMatchObject({
      kind: "kernel",
      action: "mount",
      file: { path: "/dev/sda1" },
    });
  });
});

describe("peers", () => {
  const connect = (address: Json) =>
    eventOf(traceEvent("security_socket_connect", { remote_addr: address }));

  test("have their numbers as text or as numbers", () => {
    const v4 = { sa_family: "AF_INET", sin_addr: "169.254.169.254", sin_port: "80" };
    expect(connect(v4)).toMatchObject({ kind: "network", action: "connect" });
    expect(connect(v4).network).toEqual({ ip: "169.254.169.254", port: 80, direction: "outbound" });
    const v6 = { sa_family: 10, sin6_addr: "::ffff:10.0.0.1", sin6_port: 443 };
    expect(connect(v6).network).toMatchObject({ ip: "10.0.0.1", port: 443 });
  });

  test("of a unix socket are its path", () => {
    const event = connect({ sa_family: "AF_UNIX", sun_path: "/run/docker.sock" });
    expect(event).toMatchObject({ action: "connect", file: { path: "/run/docker.sock" } });
  });

  test("of a listener are nobody: the port is its own", () => {
    const local_addr = { sin_addr: "0.0.0.0", sin_port: "8080" };
    expect(eventOf(traceEvent("security_socket_listen", { local_addr })).network).toEqual({
      port: 8080,
      direction: "inbound",
    });
  });

  const packet = (name: string, more: Json = {}, args: Json = {}) =>
    eventOf(
      traceEvent(name, {
        metadata: {
          src_ip: "10.0.0.9",
          dst_ip: "8.8.8.8",
          src_port: 5000,
          dst_port: 53,
          protocol: 17,
          ...more,
        },
        ...args,
      }),
    );

  test("of a packet are whom it goes to; which way it goes is not guessed", () => {
    expect(packet("net_packet_udp")).toMatchObject({ action: "packet", network: { port: 53 } });
    expect(packet("net_packet_udp").network?.direction).toBeUndefined();
    expect(packet("net_packet_udp", { direction: 2 })).toMatchObject({ action: "send" });
    expect(packet("net_packet_udp", { direction: 1 })).toMatchObject({
      action: "receive",
      network: { ip: "10.0.0.9", port: 5000, direction: "inbound" },
    });
  });

  test("of a DNS request has the name that was asked for", () => {
    const dns_questions = [{ query: "pool.example", query_type: "A" }];
    expect(packet("net_packet_dns_request", {}, { dns_questions }).network).toEqual({
      ip: "8.8.8.8",
      port: 53,
      hostname: "pool.example",
      protocol: "udp",
      direction: "outbound",
    });
  });
});

describe("signatures", () => {
  const metadata = {
    Version: "1",
    Description: "Somebody debugs.",
    Properties: { Severity: 1, external_id: "T1622", signatureID: "TRC-102" },
  };

  test("are known by their id, whatever the event is called", () => {
    const event = eventOf(traceEvent("Anti-Debugging detected", {}, { metadata }));
    expect(event).toMatchObject({
      kind: "detection",
      action: "detect",
      agentRule: "TRC-102",
      agentPriority: "1",
      message: "Somebody debugs.",
      tags: ["T1622"],
    });
  });

  test("keep the kind of the event behind them, where Tracee tells it", () => {
    const triggeredBy = {
      id: 722,
      name: "security_file_open",
      returnValue: 0,
      args: [
        { name: "pathname", value: "/proc/kcore" },
        { name: "flags", value: "O_RDONLY" },
      ],
    };
    expect(eventOf(traceEvent("proc_kcore_read", { triggeredBy }, { metadata }))).toMatchObject({
      kind: "file",
      action: "open",
      file: { path: "/proc/kcore" },
      agentRule: "TRC-102",
    });
  });

  test("without metadata are known by the event's number, and by its name", () => {
    const args = { pathname: "memfd:" };
    expect(eventOf(traceEvent("fileless_execution", args, { eventId: "6023" }))).toMatchObject({
      kind: "detection",
      agentRule: "fileless_execution",
    });
    expect(eventOf(traceEvent("something_new"))).toMatchObject({ agentRule: "something_new" });
  });

  test("of the rules engine are about their context", () => {
    const SigMetadata = {
      ID: "TRC-1",
      Name: "Standard Input/Output Over Socket",
      Tags: ["linux"],
      Properties: { Severity: 3 },
    };
    const Context = traceEvent("security_socket_connect", {
      remote_addr: { sin_addr: "203.0.113.7", sin_port: "4444" },
    });
    const event = eventOf({ Data: {}, Context, SigMetadata });
    expect(event).toMatchObject({
      kind: "network",
      agentRule: "TRC-1",
      agentPriority: "3",
      container: CONTAINER,
      network: { ip: "203.0.113.7", port: 4444 },
    });
    expect(itemOf({ Data: {}, Context: null, SigMetadata })).toMatchObject({
      code: "missing_field",
    });
    const parts = { timestamp: 5, eventName: "execve", context: { container: { id: "abbc123" } } };
    expect(eventOf({ Context: parts, SigMetadata }).container).toEqual({ id: "abbc123" });
  });
});

describe("v1beta1", () => {
  test("is read from its workload, and names no host", () => {
    const event = eventOf(
      traceeEvent("security_file_open", [
        { name: "pathname", value: "/etc/shadow" },
        { name: "flags", value: 0 },
      ]),
    );
    expect(event).toMatchObject({ kind: "file", action: "open", file: { path: "/etc/shadow" } });
    expect(event).toMatchObject({ container: CONTAINER, k8s: K8S, service: "api" });
    expect(event.user).toEqual({ uid: 1000 });
    expect(event.process).toEqual({
      exe: "/usr/bin/gcc",
      name: "gcc",
      pid: 812,
      parent: { exe: "/bin/sh", name: "sh" },
    });
    expect(event.host).toBeUndefined();
    expect(event.time).toBe(Date.parse("2026-11-24T09:59:58.120Z"));
  });

  test("may wrap numbers and name types, as its documentation does", () => {
    const event = eventOf(
      traceeEvent(
        "sched_process_exec",
        [
          { name: "pathname", str: "/usr/bin/ls" },
          { name: "argv", str_array: { value: ["ls", "-la"] } },
        ],
        {
          timestamp: { seconds: "1795514398", nanos: 120_000_000 },
          workload: { process: { pid: { value: 7 }, real_user: { id: { value: 33 } } } },
        },
      ),
    );
    expect(event).toMatchObject({ time: 1_795_514_398_120, user: { uid: 33 } });
    expect(event.process).toEqual({ exe: "/usr/bin/ls", name: "ls", args: ["-la"], pid: 7 });
    expect(event.container).toBeUndefined();
  });

  test("knows a detection by the detector's name, and its kind by what it was detected from", () => {
    const event = eventOf(
      traceeEvent("docker_abuse", [], {
        threat: { description: "The socket is used.", severity: 2, name: "Docker socket abuse" },
        detected_from: {
          id: 1035,
          name: "security_socket_connect",
          data: [{ name: "remote_addr", value: { sa_family: 1, sun_path: "/run/docker.sock" } }],
        },
      }),
    );
    expect(event).toMatchObject({
      kind: "network",
      action: "connect",
      file: { path: "/run/docker.sock" },
      agentRule: "docker_abuse",
      agentPriority: "2",
      message: "The socket is used.",
    });
  });

  test("may have data as an object and a severity as a word", () => {
    const event = eventOf(
      traceeEvent("sensitive_file_access", [], {
        data: { file_path: "/etc/shadow" },
        threat: { severity: "MEDIUM" },
        detected_from: { event_name: "security_file_open" },
      }),
    );
    expect(event).toMatchObject({ agentPriority: "MEDIUM", file: { path: "/etc/shadow" } });
  });
});

test.each([
  { eventName: "ConsoleLogin", eventSource: "signin.amazonaws.com", eventID: "e" },
  { name: "GET /", timestamp: "2026-11-24T09:59:58Z", id: 5 },
])("%j is no event of Tracee", (raw) => {
  expect(itemOf(raw)).toMatchObject({ type: "rejected", code: "unknown_format" });
});

test("a forced format says what is missing", () => {
  expect(itemOf({}, "tracee")).toMatchObject({ code: "missing_field" });
});
