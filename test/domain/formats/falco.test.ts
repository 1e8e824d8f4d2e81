import { describe, expect, test } from "vitest";
import { eventOf, falcoAlert, itemOf, type Json } from "./fixtures.ts";

/** -35 458 944 as an unsigned integer of 64 bits. */
const WRAPPED = Number(2n ** 64n - 35_458_944n);

const shell: Json = {
  "evt.type": "execve",
  "proc.exepath": "/bin/busybox",
  "proc.name": "sh",
  "proc.cmdline": "sh -lc id",
  "proc.pname": "containerd-shim",
  "proc.tty": 34_816,
  "user.name": "root",
  "user.uid": 0,
  "user.loginuid": -1,
};

describe("where a Falco alert happened", () => {
  test("a container id is a container, with its image, pod and workload", () => {
    const event = eventOf(falcoAlert(shell));
    expect(event.container).toEqual({ id: "6bc1b4be90d6", name: "api", image: "shop/api:1.4" });
    expect(event.k8s).toEqual({
      namespace: "shop",
      pod: "api-5d4f9c7b8-x2k9p",
      workload: { kind: "Deployment", name: "api" },
    });
    expect(event.host).toEqual({ name: "node-7" });
  });

  test('the container id "host" is the host, whatever else is said', () => {
    const event = eventOf(
      falcoAlert({
        "container.id": "host",
        "container.name": "host",
        "container.image.repository": null,
        "container.image.tag": "<NA>",
        "k8s.ns.name": "<NA>",
        "k8s.pod.name": null,
      }),
    );
    expect(event.container).toBeUndefined();
    expect(event.k8s).toBeUndefined();
  });

  test.each([undefined, null, "", "<NA>", "N/A"])("a container id of %j is unknown", (id) => {
    const unknown = {
      "container.id": id,
      "container.name": id,
      "container.image.repository": id,
      "container.image.tag": id,
      "k8s.pod.name": id,
    };
    expect(eventOf(falcoAlert(unknown)).container).toBeUndefined();
  });

  test("a pod without a container id is a container, never the host", () => {
    const event = eventOf(falcoAlert({ "container.id": "" }));
    expect(event.container?.id).toBe("shop/api-5d4f9c7b8-x2k9p/api");
  });

  test("nor is an image or a container's name without an id", () => {
    const event = eventOf(falcoAlert({ "container.id": null, "k8s.pod.name": null }));
    expect(event.container).toEqual({ id: "node-7/api", name: "api", image: "shop/api:1.4" });
    const image = { "container.id": null, "container.name": null, "k8s.pod.name": null };
    expect(eventOf(falcoAlert(image)).container?.id).toBe("node-7/shop/api:1.4");
  });

  test("Falco's own container id as host name is passed on as it is", () => {
    const event = eventOf(falcoAlert({}, { hostname: "054aab939018" }));
    expect(event.host).toEqual({ name: "054aab939018" });
  });

  test("without a host name the host is left to the caller", () => {
    expect(eventOf(falcoAlert({}, { hostname: undefined })).host).toBeUndefined();
  });
});

describe("who did it", () => {
  test("a BusyBox applet is named by proc.name, not by its executable", () => {
    const { process, user } = eventOf(falcoAlert(shell));
    expect(process).toEqual({
      exe: "/bin/busybox",
      name: "sh",
      args: ["-lc", "id"],
      tty: true,
      parent: { name: "containerd-shim" },
    });
    expect(user).toEqual({ name: "root", uid: 0 });
  });

  test("without proc.name the command line names the program", () => {
    const { process } = eventOf(falcoAlert({ "proc.cmdline": "nmap --version" }));
    expect(process).toEqual({ name: "nmap", args: ["--version"] });
  });

  test("a name with a space in it is no argument", () => {
    const { process } = eventOf(
      falcoAlert({ "proc.name": "tmux: server", "proc.cmdline": "tmux: server -2 attach" }),
    );
    expect(process?.args).toEqual(["-2", "attach"]);
  });

  test("empty arguments in the middle are kept, so that joining gives the command line again", () => {
    const { process } = eventOf(falcoAlert({ "proc.cmdline": "fetcher -collector  /userfunc " }));
    expect(process?.args).toEqual(["-collector", "", "/userfunc"]);
  });

  test("no terminal is tty 0; a terminal that Falco does not print is unknown", () => {
    expect(eventOf(falcoAlert({ ...shell, "proc.tty": 0 })).process?.tty).toBe(false);
    expect(eventOf(falcoAlert({ ...shell, "proc.tty": null })).process?.tty).toBeUndefined();
  });

  test("the parent may be printed as first ancestor only; the second is no parent", () => {
    const one = eventOf(falcoAlert({ "proc.name": "sh", "proc.aname[1]": "nginx" }));
    expect(one.process?.parent).toEqual({ name: "nginx" });
    const two = eventOf(falcoAlert({ "proc.name": "sh", "proc.aname[2]": "nginx" }));
    expect(two.process?.parent).toBeUndefined();
  });

  test("numbers that wrapped around do no harm", () => {
    const { process } = eventOf(
      falcoAlert({
        ...shell,
        "proc.pid": WRAPPED,
        "proc.exe_ino.ctime_duration_proc_start": WRAPPED,
      }),
    );
    expect(process?.pid).toBeUndefined();
  });
});

describe("what it was", () => {
  test.each<[Json, string]>([
    [{ "evt.type": "execve", "proc.name": "gcc" }, "process/exec"],
    [{ "evt.type": "openat", "fd.name": "/etc/shadow" }, "file/open"],
    [
      { "evt.type": "openat", "fd.name": "/bin/x", "evt.arg.flags": "O_WRONLY|O_CREAT" },
      "file/write",
    ],
    [{ "evt.type": "unlinkat", "evt.arg.name": "/root/.bash_history" }, "file/unlink"],
    [{ "evt.type": "connect", "fd.name": "10.0.0.9:4000->10.96.0.1:443" }, "network/connect"],
    [{ "evt.type": "sendto", "fd.name": "10.0.0.9:4000->10.96.0.1:53" }, "network/send"],
    [{ "evt.type": "write", "fd.name": "10.0.0.9:4000->10.96.0.1:443" }, "network/send"],
    [{ "evt.type": "setns" }, "kernel/setns"],
    [{ "evt.type": "finit_module" }, "kernel/load_module"],
    [{ "evt.type": "ptrace" }, "kernel/ptrace"],
    [{ "evt.type": "container" }, "container/start"],
    [{ "fd.name": "10.0.0.9:4000->10.96.0.1:443" }, "network/connect"],
    [{ "fd.name": "/etc/shadow", "proc.name": "cat" }, "file/open"],
    [{ "proc.cmdline": "nmap -sS" }, "process/exec"],
    [{}, "detection/detect"],
  ])("%j is %s", (fields, kindAndAction) => {
    const event = eventOf(falcoAlert(fields));
    expect(`${event.kind}/${event.action}`).toBe(kindAndAction);
  });

  test("without output_fields it is a detection with its rule and sentence", () => {
    const event = eventOf(falcoAlert({}, { output_fields: undefined }));
    expect(event).toMatchObject({ kind: "detection", action: "detect", agentRule: "Some rule" });
    expect(event.message).toContain("something happened");
  });

  test("fields that a pipeline nested are read all the same", () => {
    const event = eventOf(
      falcoAlert(
        {},
        {
          output_fields: {
            container: { id: "6bc1b4be90d6", image: { repository: "alpine", tag: "3.19" } },
            evt: { type: "execve" },
            proc: { name: "sh", cmdline: "sh -c id", tty: 34_816 },
            k8s: { ns: { name: "shop" }, pod: { name: "api-5d4f9c7b8-x2k9p" } },
          },
        },
      ),
    );
    expect(event.container).toEqual({ id: "6bc1b4be90d6", image: "alpine:3.19" });
    expect(event.process).toEqual({ name: "sh", args: ["-c", "id"], tty: true });
    expect(event.k8s?.workload).toEqual({ kind: "Deployment", name: "api" });
  });

  test("an open carries the file's path and flags", () => {
    const event = eventOf(
      falcoAlert({ "evt.type": "open", "fd.name": "/etc/shadow", "evt.arg.flags": "O_RDONLY" }),
    );
    expect(event.file).toEqual({ path: "/etc/shadow", flags: "O_RDONLY" });
  });
});

describe("the peer of a connection", () => {
  test("is the server of an outbound one, even where lport and rport are swapped", () => {
    const event = eventOf(
      falcoAlert({
        "evt.type": "connect",
        "fd.name": "172.17.0.9:47644->169.254.169.254:80",
        "fd.lport": 80,
        "fd.rport": 47_644,
        "fd.l4proto": "tcp",
      }),
    );
    expect(event.network).toEqual({
      ip: "169.254.169.254",
      port: 80,
      protocol: "tcp",
      direction: "outbound",
    });
    expect(event.file).toBeUndefined();
  });

  test("is the client of an accepted one", () => {
    const event = eventOf(
      falcoAlert({ "evt.type": "accept4", "fd.name": "203.0.113.5:50000->10.0.0.2:8080" }),
    );
    expect(event.network).toEqual({ ip: "203.0.113.5", port: 50_000, direction: "inbound" });
  });

  test("is read from the server's fields where the pair is unknown", () => {
    const event = eventOf(
      falcoAlert({
        "evt.type": "connect",
        "fd.name": "<NA>",
        "fd.sip": "169.254.169.254",
        "fd.sport": 80,
        "fd.sip.name": "metadata",
      }),
    );
    expect(event.network).toEqual({
      ip: "169.254.169.254",
      port: 80,
      hostname: "metadata",
      direction: "outbound",
    });
  });

  test("is a file where the socket is one of the file system", () => {
    const event = eventOf(
      falcoAlert({ "evt.type": "connect", "fd.name": "ffff8801->ffff8802 /var/run/docker.sock" }),
    );
    expect(event.kind).toBe("network");
    expect(event.file).toEqual({ path: "/var/run/docker.sock" });
  });

  test("is unknown of a new socket; one that reads all packets is told apart", () => {
    const event = eventOf(
      falcoAlert({ "evt.type": "socket", "evt.args": "domain=17(AF_PACKET) type=3 proto=768" }),
    );
    expect(event.network).toEqual({ protocol: "packet" });
  });
});

describe("when it was", () => {
  const at = Date.parse("2026-11-24T09:59:58.120Z");

  test("is `time`, with its nine digits cut to milliseconds", () => {
    expect(eventOf(falcoAlert({})).time).toBe(at);
  });

  test("is read from protobuf's seconds and nanos too", () => {
    const time = { seconds: Math.floor(at / 1_000), nanos: 120_331_007 };
    expect(eventOf(falcoAlert({}, { time })).time).toBe(at);
  });

  test("is evt.time only where `time` is missing, since its last digits are lost", () => {
    const fields = { "evt.time": at * 1e6 + 331_007 };
    const event = eventOf(falcoAlert(fields, { time: undefined }));
    expect(Math.abs(event.time - at)).toBeLessThanOrEqual(1);
  });

  test("is missing where neither says it, and wrong where `time` cannot be read", () => {
    const without = falcoAlert({ "evt.time": undefined }, { time: undefined });
    expect(itemOf(without)).toMatchObject({ type: "rejected", code: "missing_field" });
    const wrong = falcoAlert({}, { time: "2021-04-13T20:58:00.746609046Z+2" });
    expect(itemOf(wrong)).toMatchObject({ type: "rejected", code: "invalid_field" });
  });
});

describe("Falco's words about itself", () => {
  test("a metrics snapshot is a contact; its drops are the difference of its totals", () => {
    const item = itemOf(
      falcoAlert(
        { "scap.n_drops": 130, "scap.n_drops_prev": 100 },
        { rule: "Falco internal: metrics snapshot", source: "internal", priority: "Informational" },
      ),
    );
    expect(item).toEqual({
      type: "contact",
      format: "falco",
      host: { name: "node-7" },
      dropped: 30,
      beat: true,
      reason: "Falco internal: metrics snapshot",
    });
  });

  test("a snapshot without drops is a contact without drops", () => {
    const rule = "Falco internal: metrics snapshot";
    const quiet = falcoAlert({ "scap.n_drops": 100, "scap.n_drops_prev": 100 }, { rule });
    expect(itemOf(quiet)).not.toHaveProperty("dropped");
  });

  test.each([815_508, "815508"])(
    "a drop event with n_drops %j is a contact that says so",
    (drops) => {
      const rule = "Falco internal: syscall event drop";
      expect(itemOf(falcoAlert({ n_drops: drops }, { rule, source: undefined }))).toMatchObject({
        type: "contact",
        dropped: 815_508,
      });
    },
  );

  test("falcosidekick's test message is ignored, even without a time", () => {
    const item = itemOf(falcoAlert({}, { rule: "Test rule", time: undefined }));
    expect(item).toMatchObject({ type: "ignored", format: "falco" });
  });
});

describe("other ways to send it", () => {
  test("falcosidekick's uuid is the event's id, and its spelling of the source is understood", () => {
    const event = eventOf(
      falcoAlert(shell, { uuid: "ec834826-90c1-458a-8eec-a014e7266754", source: "syscalls" }),
    );
    expect(event.id).toBe("ec834826-90c1-458a-8eec-a014e7266754");
    expect(event.process?.name).toBe("sh");
  });

  test("a priority by number is spelled out, one in words is kept", () => {
    expect(eventOf(falcoAlert({}, { priority: 4 })).agentPriority).toBe("Warning");
    expect(eventOf(falcoAlert({}, { priority: "warning" })).agentPriority).toBe("warning");
  });

  test("an audit event of Kubernetes is about the cluster, not about a container", () => {
    const event = eventOf({
      hostname: "node-7",
      priority: "Notice",
      rule: "Attach/Exec Pod",
      source: "k8s_audit",
      time: "2026-11-24T09:59:58.302906000Z",
      output_fields: {
        "ka.target.name": "api-5d",
        "ka.target.namespace": "shop",
        "ka.target.resource": "pods",
        "ka.target.subresource": "exec",
        "ka.user.name": "kubernetes-admin",
        "ka.verb": "create",
      },
    });
    expect(event).toMatchObject({ kind: "kubernetes", action: "exec" });
    expect(event.k8s).toEqual({ namespace: "shop", pod: "api-5d" });
    expect(event.user).toEqual({ name: "kubernetes-admin" });
    expect(event.container).toBeUndefined();
  });

  test("an event of another plugin is a detection", () => {
    const event = eventOf(falcoAlert({ "proc.name": "x" }, { source: "aws_cloudtrail" }));
    expect(event).toMatchObject({ kind: "detection", action: "detect" });
    expect(event.container).toBeUndefined();
  });
});
