import { describe, expect, test } from "vitest";
import { decoded, eventOf, itemOf, laurelLine, type Json } from "./fixtures.ts";

const CONTAINER = "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3";

/** A call of x86_64 without enrichment, by its number. */
const numbered = (syscall: number, call: Json = {}, rest: Json = {}) =>
  eventOf(laurelLine({ SYSCALL: undefined, ARCH: undefined, syscall, ...call }, rest));
const called = (name: string, call: Json = {}, rest: Json = {}) =>
  eventOf(laurelLine({ SYSCALL: name, ...call }, { EXECVE: undefined, ...rest }));
const path = (name: string, nametype: string): Json => ({ name, nametype });

describe("laurel: an exec", () => {
  const event = eventOf(laurelLine({ PPID: { exe: "/bin/bash", comm: "bash" } }));

  test("is the program that started, without its own name among the arguments", () => {
    expect(event).toMatchObject({ format: "auditd", kind: "process", action: "exec" });
    expect(event.process).toEqual({
      exe: "/usr/bin/gcc",
      name: "gcc",
      args: ["-O2", "x.c"],
      pid: 812,
      tty: false,
      cwd: "/srv",
      parent: { exe: "/bin/bash", name: "bash" },
    });
    expect(event.syscall).toBe("execve");
  });

  test("has its time and id from the audit event's, its host from NODE", () => {
    expect(event.time).toBe(1_795_514_398_120);
    expect(event.id).toBe("1795514398.120:348501");
    expect(event.host).toEqual({ name: "node-7" });
  });

  test("has root's uid, and no login user where the kernel says unset", () => {
    expect(event.user).toEqual({ name: "root", uid: 0 });
    expect(eventOf(laurelLine({ auid: 1000 })).user?.loginUid).toBe(1000);
    expect(eventOf(laurelLine({ UID: "unknown(1234)", uid: 1234 })).user).toEqual({ uid: 1234 });
    expect(eventOf(laurelLine({ uid: undefined, auid: undefined })).user).toEqual({ name: "root" });
  });

  test.each([
    ["pts3", true],
    ["(none)", false],
    ["?", undefined],
    [undefined, undefined],
  ])("tty %j is %j", (tty, expected) => {
    expect(eventOf(laurelLine({ tty })).process?.tty).toBe(expected);
  });

  test("takes arguments that were joined, or the process title, where there is no list", () => {
    const joined = laurelLine({}, { EXECVE: { argc: 3, ARGV_STR: "gcc -O2 x.c" } });
    expect(eventOf(joined).process?.args).toEqual(["-O2", "x.c"]);
    const title = laurelLine({}, { EXECVE: undefined, PROCTITLE: { ARGV: ["gcc", "-v"] } });
    expect(eventOf(title).process?.args).toEqual(["-v"]);
  });

  test("knows its parent also as older versions wrote it", () => {
    const parent = (info: Json) => eventOf(laurelLine({}, { PARENT_INFO: info })).process?.parent;
    expect(parent({ ARGV: ["bash"], exe: "/bin/bash", comm: "bash" })).toEqual({
      exe: "/bin/bash",
      name: "bash",
    });
    expect(parent({ ARGV: ["/bin/sh", "-c"], launch_time: 1 })).toEqual({ name: "sh" });
    expect(parent({ ppid: 1 })).toBeUndefined();
  });
});

describe("laurel: where it happened", () => {
  test.each([
    ["SYSCALL.PID.container", laurelLine({ PID: { container: { id: CONTAINER } } })],
    ["CONTAINER_INFO", laurelLine({}, { CONTAINER_INFO: { ID: `docker://${CONTAINER}` } })],
  ])("%s is the container", (_, line) => {
    expect(eventOf(line).container).toEqual({ id: CONTAINER });
  });

  test("without either it is the host, which an option of auditd names", () => {
    const event = eventOf(laurelLine({}, { NODE: undefined }));
    expect(event.container).toBeUndefined();
    expect(event.host).toBeUndefined();
  });
});

describe("laurel: the audit rule", () => {
  test.each([
    ["exec", ["exec"]],
    ["first\u0001second", ["first", "second"]],
    ["first%01second", ["first", "second"]],
    [
      ["first", "second"],
      ["first", "second"],
    ],
    [null, undefined],
    ["(null)ARCH=x86_64", undefined],
  ])("key %j names %j, the first of them the rule", (key, tags) => {
    const event = eventOf(laurelLine({ key }));
    expect(event.tags).toEqual(tags);
    expect(event.agentRule).toBe(tags?.[0]);
  });
});

describe("laurel: what the call was", () => {
  test("its number tells where auditd does not enrich, by architecture", () => {
    expect(numbered(59).syscall).toBe("execve");
    expect(numbered(221, { arch: "0xc00000b7" }).action).toBe("exec");
    expect(numbered(11, { arch: "0x80000015" })).toMatchObject({
      kind: "kernel",
      action: "syscall_11",
    });
  });

  test.each([
    ["finit_module", "kernel", "load_module"],
    ["mount", "kernel", "mount"],
    ["umount2", "kernel", "umount"],
    ["setns", "kernel", "setns"],
    ["ptrace", "kernel", "ptrace"],
    ["bpf", "kernel", "bpf"],
    ["fchmodat", "file", "chmod"],
    ["fchownat", "file", "chown"],
    ["unlinkat", "file", "unlink"],
  ])("%s is %s %s", (name, kind, action) => {
    expect(called(name)).toMatchObject({ kind, action, syscall: name });
  });

  test("a loaded module is named", () => {
    const event = called("finit_module", {}, { KERN_MODULE: [{ name: "overlay" }] });
    expect(event).toMatchObject({ action: "load_module", message: "finit_module overlay" });
  });

  test.each([
    ["openat", ["0xffffff9c", "0x55", "0x0", "0x0"], "open", "O_RDONLY"],
    ["openat", ["0xffffff9c", "0x55", "0x241", "0x1b6"], "write", "O_WRONLY|O_CREAT|O_TRUNC"],
    ["open", ["0x55", "0x2", "0x0", "0x0"], "write", "O_RDWR"],
  ])("%s with %j is a file's %s", (name, ARGV, action, flags) => {
    const event = called(name, { ARGV }, { PATH: [path("/etc/passwd", "NORMAL")] });
    expect(event).toMatchObject({ kind: "file", action, file: { path: "/etc/passwd", flags } });
  });

  test("flags are read from a0 to a3 as well; a file that is made is written", () => {
    const made = called("openat", { a2: "0x40" }, { PATH: [path("/etc/cron.d/x", "CREATE")] });
    expect(made).toMatchObject({ action: "write", file: { flags: "O_RDONLY|O_CREAT" } });
    expect(called("creat", {}, { PATH: [path("/a", "CREATE")] }).action).toBe("write");
  });
});

describe("laurel: which path", () => {
  const of = (name: string, ...PATH: Json[]) => called(name, {}, { PATH }).file?.path;

  test("never the directory on the way", () => {
    expect(of("unlink", path("/root", "PARENT"), path("/root/.bash_history", "DELETE"))).toBe(
      "/root/.bash_history",
    );
  });

  test("of a rename the old name, of a link the new one", () => {
    const old = path("/etc/shadow", "DELETE");
    expect(of("rename", path("/etc", "PARENT"), old, path("/etc/shadow-", "CREATE"))).toBe(
      "/etc/shadow",
    );
    expect(of("symlink", path("/etc/shadow", "UNKNOWN"), path("/tmp/x", "CREATE"))).toBe("/tmp/x");
  });

  test("a relative one counts from the working directory", () => {
    expect(of("unlink", path("x", "DELETE"))).toBe("/srv/x");
    expect(of("unlink", path("./x", "DELETE"))).toBe("/srv/x");
  });

  test("escapes are undone, and bytes that are no UTF-8 stay as laurel wrote them", () => {
    expect(of("unlink", path("/tmp/100%25 %c3%a9%0a", "DELETE"))).toBe("/tmp/100% é");
    expect(of("unlink", path("/tmp/%ff%25", "DELETE"))).toBe("/tmp/%ff%25");
  });
});

describe("laurel: the peer", () => {
  const peer = (socket: Json, name = "connect") => called(name, {}, { SOCKADDR: [socket] });

  test.each([
    { SADDR: "{ saddr_fam=inet laddr=169.254.169.254 lport=80 }" },
    { SADDR: "inet host:169.254.169.254 serv:80" },
    { SADDR: { saddr_fam: "inet", addr: "169.254.169.254", port: 80 } },
    { SADDR: { saddr_fam: "inet", addr: "169.254.169.254", port: "80" } },
    { saddr: "%02%00%00P%a9%fe%a9%fe%00%00%00%00%00%00%00%00" },
    { saddr: "%00%02%00P%a9%fe%a9%fe%00%00%00%00%00%00%00%00" },
  ])("%j is the metadata service", (socket) => {
    expect(peer(socket).network).toEqual({
      ip: "169.254.169.254",
      port: 80,
      direction: "outbound",
    });
  });

  test("an IPv6 address is short, and one in which laurel found UTF-8 is whole", () => {
    const address = "%fd%00%0e%c2%00%00%00%00%00%00%00%00%00%00%02T";
    expect(peer({ saddr: `%0a%00%00P%00%00%00%00${address}%00%00%00%00` }).network).toMatchObject({
      ip: "fd00:ec2::254",
      port: 80,
    });
    // 195.169 is a valid é.
    expect(peer({ saddr: "%02%00%005é%01%02" }).network).toMatchObject({ ip: "195.169.1.2" });
  });

  test("of a Unix socket it is the path, up to its end", () => {
    const event = peer({ saddr: "%01%00/run/docker.sock%00garbage" });
    expect(event.file).toEqual({ path: "/run/docker.sock" });
    expect(event.network).toEqual({ direction: "outbound" });
    expect(peer({ SADDR: "{saddr_fam=local path=/run/docker.sock}" }).file?.path).toBe(
      "/run/docker.sock",
    );
    expect(peer({ SADDR: { saddr_fam: "local", path: "/run/docker.sock" } }).file?.path).toBe(
      "/run/docker.sock",
    );
    expect(peer({ SADDR: { saddr_fam: "x25", addr: "0123" } }).network?.ip).toBeUndefined();
    expect(peer({ saddr: "%01%00%00abstract" }).file).toBeUndefined();
  });

  test("of a netlink socket or a truncated address there is none", () => {
    expect(
      peer({ saddr: "%10%00%00%00", SADDR: "{fam=netlink nlnk-fam=16 nlnk-pid=0}" }),
    ).toMatchObject({
      network: { direction: "outbound" },
    });
    expect(peer({ saddr: "%02%00%00P%a9" }).network).toEqual({ direction: "outbound" });
    expect(peer({ saddr: "%0" }).network).toEqual({ direction: "outbound" });
  });

  test("who is accepted comes in; of a bound socket only the port is of interest", () => {
    const SADDR = "{ saddr_fam=inet laddr=10.0.0.9 lport=8080 }";
    expect(peer({ SADDR }, "accept4").network).toEqual({
      ip: "10.0.0.9",
      port: 8080,
      direction: "inbound",
    });
    expect(peer({ SADDR }, "bind").network).toEqual({ port: 8080 });
  });
});

describe("laurel: a call that failed", () => {
  test("says so in its action, so that no rule takes it for the deed; its audit rule stands", () => {
    const event = called("openat", { success: "no", exit: -13, key: "access" });
    expect(event).toMatchObject({
      kind: "file",
      action: "open_failed",
      agentRule: "access",
      tags: ["access", "failed"],
    });
  });

  test("a connection is what it is by the attempt", () => {
    expect(called("connect", { success: "no", exit: -111 })).toMatchObject({
      action: "connect",
      tags: ["failed"],
    });
    // EINPROGRESS: the socket does not block.
    expect(called("connect", { success: "no", exit: -115 }).tags).toBeUndefined();
  });
});

describe("laurel: other records", () => {
  test("an anomaly is about itself, not about the call in which it showed", () => {
    const event = called("sendto", {}, { ANOM_PROMISCUOUS: [{ dev: "veth5f40f62", prom: 256 }] });
    expect(event).toMatchObject({
      kind: "detection",
      action: "anom_promiscuous",
      message: "ANOM_PROMISCUOUS dev=veth5f40f62",
      syscall: "sendto",
    });
    expect(event.network).toBeUndefined();
  });

  test("a denial keeps its name though its call failed", () => {
    const event = called("openat", { success: "no" }, { AVC: [{ operation: "open" }] });
    expect(event).toMatchObject({ action: "avc", tags: ["failed"] });
  });

  test("a message of user space stands alone", () => {
    const message = {
      pid: 9,
      uid: 0,
      auid: 1000,
      msg: { op: "login", acct: "root", res: "failed" },
    };
    const event = eventOf({ ID: "1795514398.120:9", USER_LOGIN: [message] });
    expect(event).toMatchObject({
      kind: "detection",
      action: "user_login",
      message: "USER_LOGIN op=login acct=root res=failed",
      user: { uid: 0, loginUid: 1000 },
      process: { pid: 9 },
      tags: ["failed"],
    });
  });

  test("what holds nothing but a title is ignored; an id without a time is rejected", () => {
    expect(itemOf({ ID: "1795514398.120:9", PROCTITLE: { ARGV: ["x"] } })).toMatchObject({
      type: "ignored",
      format: "auditd",
    });
    expect(itemOf({ ID: "yesterday:9", SYSCALL: {} })).toMatchObject({
      type: "rejected",
      code: "invalid_field",
      detail: "events[0].ID: must be seconds.milliseconds:serial",
    });
    expect(itemOf({}, "auditd")).toMatchObject({ type: "rejected", code: "missing_field" });
  });
});

test("laurel: lines may carry the prefix that syslog servers look for", () => {
  const line = JSON.stringify(laurelLine());
  const { items } = decoded(`@cee: ${line}\n@cee:${line}\n`);
  expect(items.map((item) => item.type)).toEqual(["event", "event"]);
  expect(itemOf({ message: `@cee: ${line}` })).toMatchObject({ type: "event" });
});

/** As auditbeat's auditd module writes it. */
function auditbeat(syscall: string, rest: Json = {}, data: Json = {}, audit: Json = {}): Json {
  return {
    "@timestamp": "2026-11-24T09:59:58.120Z",
    event: { module: "auditd", action: "did-something", category: ["process"], outcome: "success" },
    auditd: {
      sequence: 9052,
      message_type: "syscall",
      result: "success",
      data: { syscall, tty: "(none)", exit: "0", ...data },
      summary: { object: { primary: "x" } },
      ...audit,
    },
    process: {
      pid: 812,
      executable: "/usr/bin/gcc",
      name: "gcc",
      args: ["gcc", "-O2", "x.c"],
      working_directory: "/srv",
      parent: { pid: 811 },
    },
    user: { id: "0", name: "root", audit: { id: "1000", name: "ann" } },
    host: { id: "7dd912136af040e4a6ea4f683010b824", name: "node-7" },
    service: { type: "auditd" },
    agent: { type: "auditbeat", hostname: "node-7" },
    ...rest,
  };
}

describe("auditbeat: the auditd module", () => {
  test("an exec is the program that started", () => {
    expect(eventOf(auditbeat("execve", { tags: ["exec", "web-tier"] }))).toEqual({
      id: "7dd912136af040e4a6ea4f683010b824|9052|2026-11-24T09:59:58.120Z",
      time: Date.parse("2026-11-24T09:59:58.120Z"),
      format: "auditd",
      kind: "process",
      action: "exec",
      agentRule: "exec",
      tags: ["exec", "web-tier"],
      message: "did-something x",
      host: { id: "7dd912136af040e4a6ea4f683010b824", name: "node-7" },
      user: { name: "root", uid: 0, loginUid: 1000 },
      process: {
        exe: "/usr/bin/gcc",
        name: "gcc",
        args: ["-O2", "x.c"],
        pid: 812,
        cwd: "/srv",
        tty: false,
      },
      syscall: "execve",
    });
  });

  test("containers and pods come from processors", () => {
    const event = eventOf(
      auditbeat("execve", {
        container: { id: CONTAINER, name: "api", image: { name: "shop/api:1.4" } },
        kubernetes: {
          namespace: "shop",
          pod: { name: "api-5d4f9c7b8-x2k9p" },
          deployment: { name: "api" },
        },
        orchestrator: { cluster: { name: "eu-1" } },
      }),
    );
    expect(event.container).toEqual({ id: CONTAINER, name: "api", image: "shop/api:1.4" });
    expect(event.k8s).toEqual({
      cluster: "eu-1",
      namespace: "shop",
      pod: "api-5d4f9c7b8-x2k9p",
      workload: { kind: "Deployment", name: "api" },
    });
  });

  test("flags are hexadecimal without a prefix; the path is absolute", () => {
    const paths = [path("/srv", "PARENT"), path("x.conf", "CREATE")];
    const event = eventOf(auditbeat("openat", {}, { a2: "241" }, { paths }));
    expect(event).toMatchObject({
      kind: "file",
      action: "write",
      file: { path: "/srv/x.conf", flags: "O_WRONLY|O_CREAT|O_TRUNC" },
    });
  });

  test("a connection has its peer in destination, an accepted one in source", () => {
    const destination = { ip: "169.254.169.254", port: "80" };
    expect(eventOf(auditbeat("connect", { destination })).network).toEqual({
      ip: "169.254.169.254",
      port: 80,
      direction: "outbound",
    });
    const source = { ip: "10.0.0.9", port: 4711 };
    expect(eventOf(auditbeat("accept4", { source })).network).toMatchObject({
      ip: "10.0.0.9",
      direction: "inbound",
    });
    const docker = { path: "/run/docker.sock" };
    expect(eventOf(auditbeat("connect", { destination: docker })).file).toEqual(docker);
  });

  test("a failed call says so", () => {
    const failed = auditbeat("mount", {}, { exit: "EPERM" }, { result: "fail" });
    expect(eventOf(failed)).toMatchObject({ action: "mount_failed", tags: ["failed"] });
    const pending = auditbeat("connect", {}, { exit: "EINPROGRESS" }, { result: "fail" });
    expect(eventOf(pending).tags).toBeUndefined();
  });

  test("a message of another type is what it says, and its tags are no audit rule", () => {
    const audit = { message_type: "user_login", data: { terminal: "sshd" }, result: "fail" };
    const event = eventOf(auditbeat("", { tags: ["web-tier"] }, {}, audit));
    expect(event).toMatchObject({
      kind: "detection",
      action: "user_login",
      tags: ["web-tier", "failed"],
    });
    expect(event.agentRule).toBeUndefined();
  });
});

describe("auditbeat: its other modules", () => {
  const ofModule = (module: string, action: unknown, rest: Json = {}) =>
    eventOf(auditbeat("", { auditd: undefined, event: { module, action }, ...rest }));

  test.each([
    ["process_started", "process", "exec"],
    ["process_stopped", "process", "exit"],
    ["existing_process", "process", "running"],
    ["user_login", "detection", "user_login"],
  ])("%s is %s %s", (action, kind, expected) => {
    expect(ofModule("system", action)).toMatchObject({ kind, action: expected });
  });

  test("the report of a state is one id for many events, hence none", () => {
    const event = { module: "system", action: "existing_process", id: "one-for-all" };
    expect(eventOf(auditbeat("", { auditd: undefined, event })).id).toBeUndefined();
  });

  test("a flow is a connection by its direction", () => {
    const ends = {
      source: { ip: "10.0.0.9", port: 4711 },
      destination: { ip: "10.0.0.1", port: 443 },
    };
    const flow = (direction: string) =>
      ofModule("system", "network_flow", { ...ends, network: { direction, transport: "TCP" } });
    expect(flow("egress").network).toEqual({
      ip: "10.0.0.1",
      port: 443,
      protocol: "tcp",
      direction: "outbound",
    });
    expect(flow("ingress")).toMatchObject({
      action: "accept",
      network: { ip: "10.0.0.9", direction: "inbound" },
    });
    expect(flow("unknown").network?.direction).toBeUndefined();
  });

  test("file_integrity says what became of a file, the first of several first", () => {
    const file = { path: "/usr/bin/ls" };
    expect(ofModule("file_integrity", ["updated", "attributes_modified"], { file })).toMatchObject({
      kind: "file",
      action: "write",
      file,
    });
  });

  test("a document of another Beat is not taken for one", () => {
    const filebeat = { "@timestamp": "2026-11-24T09:59:58.120Z", agent: { type: "filebeat" } };
    expect(itemOf(filebeat)).toMatchObject({ type: "rejected", code: "unknown_format" });
    expect(itemOf(auditbeat("execve", { "@timestamp": "yesterday" }))).toMatchObject({
      type: "rejected",
      code: "invalid_field",
    });
  });
});
