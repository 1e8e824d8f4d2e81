/** Datadog Agent runtime security: what each field means, and the traps in it. */
import { describe, expect, test } from "vitest";
import { RECEIVED_AT, eventOf, falcoAlert, itemOf, type Json } from "./fixtures.ts";
import {
  DATADOG_CONTAINER,
  DATADOG_PROCESS,
  DATADOG_TAGS,
  datadogEnvelope,
  datadogEvent,
} from "./datadog-fixtures.ts";

const RULE = (rule_id: string): Json => ({ agent: { rule_id, version: "7.71.2" } });
const ON_HOST: Json = {
  container: undefined,
  process: { ...DATADOG_PROCESS, container: undefined },
};
const named = (name: string, category = "Kernel Activity"): Json => ({ evt: { name, category } });

describe("a Datadog event", () => {
  test("is read from text, tags and envelope", () => {
    expect(eventOf(datadogEnvelope())).toEqual({
      time: Date.parse("2026-11-24T09:59:58.120Z"),
      format: "datadog",
      kind: "process",
      action: "exec",
      syscall: "exec",
      agentRule: "compiler_in_container",
      message: "A compiler was executed inside of a container",
      tags: ["policy:best-practice", "technique:T1027-obfuscated-files-or-information"],
      host: { name: "node-7" },
      container: {
        id: DATADOG_CONTAINER,
        name: "api",
        image: "registry.example/shop/api:1.4",
        imageDigest: "sha256:abab",
      },
      k8s: {
        cluster: "eu-1",
        namespace: "shop",
        pod: "api-5d4f9c7b8-x2k9p",
        workload: { kind: "Deployment", name: "api" },
      },
      service: "shop-api",
      user: { name: "root", uid: 0, loginUid: 1000 },
      process: {
        exe: "/usr/bin/x86_64-linux-gnu-gcc-12",
        name: "gcc",
        args: ["-O2", "x.c"],
        pid: 812,
        parent: { exe: "/bin/busybox", name: "sh" },
      },
    });
  });

  test("is the same from the log search, and where a pipeline has parsed the text", () => {
    const { message: _, ddtags: __, ddsource: ___, ...rest } = datadogEnvelope();
    const found = { ...rest, source: "runtime-security-agent", tags: DATADOG_TAGS, host: "node-7" };
    const expected = eventOf(datadogEnvelope());
    expect(eventOf({ ...found, custom: datadogEvent() })).toEqual(expected);
    expect(eventOf({ ...found, attributes: datadogEvent() })).toEqual(expected);
    expect(eventOf(datadogEnvelope({}, DATADOG_TAGS, { message: datadogEvent() }))).toEqual(
      expected,
    );
  });

  test("may come bare, or wrapped by a shipper", () => {
    expect(eventOf(datadogEvent({ hostname: "node-8" }))).toMatchObject({
      agentRule: "compiler_in_container",
      host: { name: "node-8" },
    });
    expect(eventOf({ log: JSON.stringify(datadogEnvelope()) }).host?.name).toBe("node-7");
  });

  test("keeps a rule's name through its revisions, and says which it was", () => {
    const event = eventOf(datadogEnvelope(RULE("pam_modification_open_v12")));
    expect(event.agentRule).toBe("pam_modification_open");
    expect(event.tags).toContain("rule_id:pam_modification_open_v12");
    expect(eventOf(datadogEnvelope(RULE("imds_v1_usage"))).agentRule).toBe("imds_v1_usage");
  });

  test("has the time at which it happened, else the one at which it was sent", () => {
    expect(eventOf(datadogEnvelope({ date: undefined })).time).toBe(1_795_514_399_015);
    expect(itemOf(datadogEnvelope({ date: "yesterday" }))).toMatchObject({
      code: "invalid_field",
      detail: "events[0].date: must be an RFC 3339 instant",
    });
    expect(
      itemOf(datadogEnvelope({ date: undefined }, DATADOG_TAGS, { timestamp: undefined })),
    ).toMatchObject({ code: "missing_field" });
    expect(eventOf(datadogEnvelope({ date: "2031-01-01T00:00:00Z" })).time).toBe(RECEIVED_AT);
  });
});

describe("where it happened", () => {
  test("is the host where there is no container: tags of a node name no pod", () => {
    const tags = ["kube_cluster_name:eu-1", "kube_namespace:shop", "pod_name:p", "image_name:i"];
    const event = eventOf(datadogEnvelope(ON_HOST, tags));
    expect(event.container).toBeUndefined();
    expect(event.k8s).toEqual({ cluster: "eu-1" });
    expect(event.service).toBeUndefined();
  });

  test("is told by the process or the tags where the event does not say", () => {
    expect(eventOf(datadogEnvelope({ container: undefined })).container?.id).toBe(
      DATADOG_CONTAINER,
    );
    const tags = ["container_id:c0ffee00c0ff", "docker_image:shop/api:1.4", "container_name:api"];
    expect(eventOf(datadogEnvelope(ON_HOST, tags)).container).toEqual({
      id: "c0ffee00c0ff",
      name: "api",
      image: "shop/api:1.4",
    });
  });

  test.each([
    [["kube_job:backup-29384560", "kube_cronjob:backup"], { kind: "CronJob", name: "backup" }],
    [["kube_stateful_set:mysql"], { kind: "StatefulSet", name: "mysql" }],
    [["kube_daemon_set:agent"], { kind: "DaemonSet", name: "agent" }],
    [["kube_ownerref_kind:job", "kube_ownerref_name:once"], { kind: "Job", name: "once" }],
    [["kube_ownerref_kind:rollout", "kube_ownerref_name:api"], { name: "api" }],
    [["pod_name:api-5d4f9c7b8-x2k9p"], { kind: "Deployment", name: "api" }],
  ])("%j is of the workload %j", (tags, workload) => {
    expect(eventOf(datadogEnvelope({}, tags)).k8s?.workload).toEqual(workload);
  });

  test("a tag's value may hold colons, and its name is whole", () => {
    const tags = ["image_name_x:no", "image_name:registry:5000/shop/api", "image_tag:1.4"];
    expect(eventOf(datadogEnvelope({}, tags)).container?.image).toBe("registry:5000/shop/api:1.4");
  });
});

describe("who did it", () => {
  const process = (over: Json): Json => ({ process: { ...DATADOG_PROCESS, ...over } });

  test.each([
    ["/bin/busybox", "sh", "sh"],
    ["/usr/local/bin/containerd-shim-runc-v2", "containerd-shim", "containerd-shim-runc-v2"],
    ["/usr/bin/runc", "runc:[2:INIT]", "runc"],
    ["/usr/bin/curl", undefined, "curl"],
  ])("%s called %s is %s", (path, comm, name) => {
    const event = eventOf(datadogEnvelope(process({ comm, executable: { path } })));
    expect(event.process).toMatchObject({ exe: path, name });
  });

  test("has a terminal where the Agent names one", () => {
    expect(eventOf(datadogEnvelope(process({ tty: "pts0" }))).process?.tty).toBe(true);
    expect(eventOf(datadogEnvelope(process({ tty: "" }))).process).not.toHaveProperty("tty");
  });

  test("has a parent, else the nearest ancestor", () => {
    const event = eventOf(datadogEnvelope(process({ parent: undefined })));
    expect(event.process?.parent).toEqual({ exe: "/bin/busybox", name: "sh" });
    const orphan = eventOf(datadogEnvelope(process({ parent: undefined, ancestors: [] })));
    expect(orphan.process).not.toHaveProperty("parent");
  });

  test("is cut where the Agent has cut it, and has no login where the kernel says unset", () => {
    const event = eventOf(
      datadogEnvelope(process({ args_truncated: true, credentials: { auid: 4_294_967_295 } })),
    );
    expect(event.truncated).toEqual(["process.args"]);
    expect(event.user).toEqual({ name: "root", uid: 0 });
  });
});

describe("what was done to a file", () => {
  const file = (name: string, over: Json): Json => ({
    evt: { name, category: "File Activity" },
    file: { path: "/etc/pam.d/common-auth", uid: 0, gid: 0, ...over },
  });

  test.each([
    [["O_CLOEXEC", "O_RDONLY"], "open"],
    [["O_CLOEXEC", "O_CREAT", "O_TRUNC", "O_WRONLY"], "write"],
    [["O_RDWR"], "write"],
    [undefined, "open"],
  ])("an open with %j is a %s", (flags, action) => {
    const event = eventOf(datadogEnvelope(file("open", { flags })));
    expect(event).toMatchObject({ kind: "file", action });
    expect(event.file).toEqual({
      path: "/etc/pam.d/common-auth",
      ...(flags === undefined ? {} : { flags: flags.join("|") }),
    });
  });

  test("a chmod's destination is its new mode, neither a path nor a peer", () => {
    const event = eventOf(datadogEnvelope(file("chmod", { destination: { mode: 420, uid: 0 } })));
    expect(event.file).toEqual({ path: "/etc/pam.d/common-auth" });
    expect(event).not.toHaveProperty("network");
  });

  test("a rename changes what its new name stands for; a link is made of the old", () => {
    const destination = { path: "/etc/ld.so.preload", uid: 0, gid: 0 };
    const renamed = eventOf(datadogEnvelope(file("rename", { path: "/tmp/x", destination })));
    expect(renamed).toMatchObject({ action: "rename", file: { path: "/etc/ld.so.preload" } });
    const linked = eventOf(datadogEnvelope(file("link", { path: "/etc/shadow", destination })));
    expect(linked).toMatchObject({ action: "link", file: { path: "/etc/shadow" } });
  });

  test("the file of an exec is the program", () => {
    expect(eventOf(datadogEnvelope())).not.toHaveProperty("file");
  });
});

describe("who it talked to", () => {
  test.each([
    [
      "connect",
      {
        connect: {
          addr: { family: "AF_INET", ip: "::ffff:10.0.0.9", port: 443 },
          protocol: "TCP",
          hostnames: ["api.example"],
        },
      },
      {
        direction: "outbound",
        ip: "10.0.0.9",
        port: 443,
        protocol: "tcp",
        hostname: "api.example",
      },
    ],
    [
      "connect",
      { connect: { addr: { family: "AF_UNIX", ip: "", port: 0 }, hostnames: [] } },
      { direction: "outbound" },
    ],
    [
      "bind",
      { bind: { addr: { family: "AF_INET", ip: "0.0.0.0", port: 22 }, protocol: "IPPROTO_TCP" } },
      { direction: "inbound", ip: "0.0.0.0", port: 22, protocol: "tcp" },
    ],
    [
      "dns",
      {
        dns: { id: 1, is_query: true, question: { name: "pool.minexmr.com", type: "A" } },
        network: { l4_protocol: "IPPROTO_UDP", destination: { ip: "10.96.0.10", port: 53 } },
      },
      { direction: "outbound", hostname: "pool.minexmr.com", protocol: "udp" },
    ],
    [
      "imds",
      {
        imds: {
          type: "request",
          cloud_provider: "aws",
          host: "169.254.169.254",
          aws: { is_imds_v2: false },
        },
        network: { l4_protocol: "IPPROTO_TCP", destination: { ip: "169.254.169.254", port: 80 } },
      },
      {
        direction: "outbound",
        ip: "169.254.169.254",
        port: 80,
        hostname: "169.254.169.254",
        protocol: "tcp",
      },
    ],
  ])("%s %j", (name, over, network) => {
    const event = eventOf(datadogEnvelope({ ...named(name, "Network Activity"), ...over }));
    expect(event).toMatchObject({ kind: "network", action: name });
    expect(event.network).toEqual(network);
  });

  test.each([
    [false, "imds-v1"],
    [true, "imds-v2"],
  ])("a request for metadata with is_imds_v2 %s says %s", (is_imds_v2, tag) => {
    const imds = {
      type: "request",
      cloud_provider: "aws",
      url: "/latest/meta-data/",
      aws: { is_imds_v2 },
    };
    const event = eventOf(datadogEnvelope({ ...named("imds"), imds }));
    expect(event.tags).toContain(tag);
    expect(event.message).toMatch(/: aws \/latest\/meta-data\/$/);
  });
});

describe("what was asked of the kernel", () => {
  test.each([
    [
      "load_module",
      { module: { name: "rootkit", loaded_from_memory: true } },
      "load_module",
      "rootkit",
    ],
    [
      "ptrace",
      { ptrace: { request: "PTRACE_POKETEXT", address: "0x0", tracee: { comm: "sshd" } } },
      "ptrace",
      "PTRACE_POKETEXT sshd",
    ],
    ["bpf", { bpf: { cmd: "BPF_PROG_LOAD", program: { name: "x" } } }, "bpf", "BPF_PROG_LOAD"],
    [
      "mount",
      { mount: { "mountpoint.path": "/host", "source.path": "/", fs_type: "ext4" } },
      "mount",
      "/ ext4",
    ],
    ["unshare_mntns", {}, "unshare", undefined],
  ])("%s %j", (name, over, action, detail) => {
    const event = eventOf(
      datadogEnvelope({ ...named(name), title: undefined, file: undefined, ...over }),
    );
    expect(event).toMatchObject({ kind: "kernel", action, syscall: name });
    expect(event.message).toBe(detail);
    if (name === "mount") expect(event.file?.path).toBe("/host");
    if (name === "load_module") expect(event.tags).toContain("from-memory");
  });

  test("an event that is new to us goes by its category, and without one is a detection", () => {
    expect(eventOf(datadogEnvelope(named("New_Thing", "File Activity")))).toMatchObject({
      kind: "file",
      action: "new_thing",
    });
    expect(eventOf(datadogEnvelope(named("new_thing", "Else")))).toMatchObject({
      kind: "detection",
      action: "detect",
    });
    expect(eventOf(datadogEnvelope({ evt: undefined })).kind).toBe("detection");
  });
});

describe("the Agent's word about itself", () => {
  test.each([
    "heartbeat",
    "ruleset_loaded",
    "self_test",
    "datadog_agent_cws_self_test_rule_open",
    "abnormal_path",
    "no_process_context",
  ])("%s is a sign of life, whatever else it holds", (rule) => {
    expect(itemOf(datadogEnvelope({ ...RULE(rule), policy: { name: "default.policy" } }))).toEqual({
      type: "contact",
      format: "datadog",
      host: { name: "node-7" },
      reason: expect.stringContaining("Agent"),
      // Of these only the heartbeat comes at regular intervals.
      ...(rule === "heartbeat" ? { beat: true } : {}),
    });
  });

  test.each([
    [{ map: "events", lost: 12 }, 12],
    [{ map: "events", per_event: { exec: 3, open: 4, odd: "x" } }, 7],
  ])("lost_events %j says how many", (over, dropped) => {
    expect(itemOf(datadogEnvelope({ ...RULE("lost_events"), ...over }))).toMatchObject({
      type: "contact",
      dropped,
    });
  });
});

test.each(["constructor", "__proto__"])("a name like %s is a name like any other", (name) => {
  expect(eventOf(datadogEnvelope({ ...RULE(name), evt: { name, category: name } }))).toMatchObject({
    kind: "detection",
    action: "detect",
    agentRule: name,
  });
});

describe("what is no runtime security event", () => {
  test("a log of another source is ignored on the Agent's own path", () => {
    const log = { message: "GET / 200", ddsource: "nginx", ddtags: "", hostname: "node-7" };
    expect(itemOf(log, "datadog")).toMatchObject({ type: "ignored", format: "datadog" });
    expect(itemOf(log)).toMatchObject({ code: "unknown_format" });
  });

  test("another agent's alert that the Agent has collected as a log is that agent's", () => {
    const log = { message: JSON.stringify(falcoAlert({})), ddsource: "falco", ddtags: "" };
    expect(eventOf(log).format).toBe("falco");
  });

  test.each([{ message: "{" }, { message: "{}" }, { message: 5 }, { message: "text" }])(
    "%j is rejected, and says what is missing",
    (over) => {
      expect(itemOf(datadogEnvelope({}, [], over))).toMatchObject({
        code: "missing_field",
        detail: expect.stringContaining("agent.rule_id"),
      });
    },
  );

  test("nothing at all is rejected on the Agent's own path", () => {
    expect(itemOf({}, "datadog")).toMatchObject({ type: "rejected", code: "missing_field" });
  });
});
