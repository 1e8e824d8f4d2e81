import { describe, expect, test } from "vitest";
import { splitArguments } from "../../../workers/ingest/formats/tetragon-process.ts";
import { eventOf, itemOf, tetragonLine, tetragonProcess, type Json } from "./fixtures.ts";

const hook = (functionName: string, args: readonly Json[] = [], over: Json = {}): Json =>
  tetragonLine("process_kprobe", { function_name: functionName, args, ...over });

describe("a process_exec", () => {
  const event = eventOf(tetragonLine("process_exec", {}, { cluster_name: "eu-1" }));

  test("is the program that started, with its parent", () => {
    expect(event).toMatchObject({ format: "tetragon", kind: "process", action: "exec" });
    expect(event.process).toEqual({
      exe: "/usr/bin/gcc",
      name: "gcc",
      args: ["-O2", "x.c"],
      pid: 812,
      cwd: "/srv",
      parent: { exe: "/bin/sh", name: "sh" },
    });
  });

  test("is in the pod's container, under its full id without the runtime", () => {
    expect(event.container).toEqual({
      id: "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3",
      name: "api",
      image: "docker.io/shop/api:1.4",
      imageDigest: `sha256:${"ab".repeat(32)}`,
    });
    expect(event.k8s).toEqual({
      cluster: "eu-1",
      namespace: "shop",
      pod: "api-5d4f9c7b8-x2k9p",
      workload: { kind: "Deployment", name: "api" },
    });
    expect(event.service).toBe("api");
    expect(event.host).toEqual({ name: "node-7" });
  });

  test("has uid 0 for root, and no login user where the kernel says unset", () => {
    expect(event.user).toEqual({ uid: 0 });
  });

  test("has an id made of what is unique to it", () => {
    expect(event.id).toBe(
      "bm9kZS03OjEyMzQ1Njc4OTo4MTI=|process_exec||2026-11-24T09:59:58.120331007Z",
    );
  });

  test("takes its start where the line has no time; no other event does", () => {
    const exec = tetragonLine("process_exec", {}, { time: undefined });
    expect(eventOf(exec).time).toBe(Date.parse("2026-11-24T09:59:58.120Z"));
    const kprobe = tetragonLine("process_kprobe", {}, { time: undefined });
    expect(itemOf(kprobe)).toMatchObject({ type: "rejected", code: "missing_field" });
  });
});

const where = (process: Json) => eventOf(tetragonLine("process_exec", { process }));

describe("where it happened", () => {
  test("without pod and docker id it is the host", () => {
    const event = where(tetragonProcess({ pod: undefined, docker: undefined }));
    expect(event.container).toBeUndefined();
    expect(event.k8s).toBeUndefined();
  });

  test("a docker id without a pod is a container", () => {
    const event = where(tetragonProcess({ pod: undefined, docker: "a51959123c3ba99a9f50a700" }));
    expect(event.container).toEqual({ id: "a51959123c3ba99a9f50a700" });
  });

  test("a pod whose container is not told is a container, never the host", () => {
    const pod = { namespace: "shop", name: "api-5d4f9c7b8-x2k9p" };
    const event = where(tetragonProcess({ pod, docker: undefined }));
    expect(event.container).toEqual({ id: "shop/api-5d4f9c7b8-x2k9p" });
    expect(event.k8s?.workload).toEqual({ kind: "Deployment", name: "api" });
  });

  test("an image that is known by its digest only is named by its repository", () => {
    const container = {
      id: "docker://85f791fd8dfa",
      image: { id: "docker-pullable://nginx@sha256:0d17", name: "sha256:0d17" },
    };
    const event = where(tetragonProcess({ pod: { name: "web", container } }));
    expect(event.container).toEqual({
      id: "85f791fd8dfa",
      image: "nginx",
      imageDigest: "sha256:0d17",
    });
  });

  test("what entered from outside, probes and privilege are tags", () => {
    const container = {
      id: "docker://85f791fd8dfa",
      maybe_exec_probe: true,
      security_context: { privileged: true },
    };
    const event = where(tetragonProcess({ pod: { name: "web", container }, in_init_tree: false }));
    expect(event.tags).toEqual(["exec-probe", "privileged", "entered"]);
  });
});

describe("arguments, which Tetragon joins to one string", () => {
  test.each([
    ["-O2 x.c", ["-O2", "x.c"]],
    ['-c "scp -i key a b"', ["-c", "scp -i key a b"]],
    [' "daemon off;" -g', ["daemon off;", "-g"]],
    ['-c "echo "hi" there"', ["-c", 'echo "hi', 'there"']],
    ['-c "cut short', ["-c", '"cut', "short"]],
    ['"literal" x', ['"literal"', "x"]],
    ["a  b", ["a", "", "b"]],
  ])("%j", (joined, args) => {
    expect(splitArguments(joined)).toEqual(args);
  });

  test("a quote within a quoted argument ends nothing unless a space follows", () => {
    expect(splitArguments('-e "print "A"x20 now"')).toEqual(["-e", 'print "A"x20 now']);
  });
});

describe("what a hook is about", () => {
  const file = { file_arg: { path: "/etc/shadow", permission: "-rw-r-----" } };
  test.each<[string, Json[], string]>([
    ["fd_install", [{ int_arg: 3 }, file], "file/open"],
    ["security_file_permission", [file, { int_arg: 2 }], "file/write"],
    ["security_file_permission", [file, { int_arg: 4 }], "file/read"],
    ["security_mmap_file", [file, { uint_arg: 1 }, { uint_arg: 2 }], "file/mmap"],
    ["__x64_sys_write", [file, { bytes_arg: "AAAA" }, { size_arg: "4" }], "file/write"],
    ["security_path_truncate", [{ path_arg: { path: "/var/log/x" } }], "file/truncate"],
    ["tcp_connect", [], "network/connect"],
    ["__sys_connect", [], "network/connect"],
    ["__arm64_sys_setns", [{ int_arg: 3 }, { int_arg: 134_217_728 }], "kernel/setns"],
    ["sys_mount", [], "kernel/mount"],
    ["sys_ptrace", [], "kernel/ptrace"],
    ["do_init_module", [{ module_arg: { name: "evil" } }], "kernel/load_module"],
    ["security_kernel_read_file", [file, { int_arg: 2 }], "kernel/load_module"],
    ["security_kernel_read_file", [file, { int_arg: 1 }], "kernel/load_firmware"],
    ["free_module", [], "kernel/unload_module"],
    ["commit_creds", [], "kernel/commit_creds"],
    ["__x64_sys_setuid", [{ int_arg: 0 }], "kernel/setuid"],
    ["something_new", [], "kernel/something_new"],
  ])("%s %j is %s", (functionName, args, kindAndAction) => {
    const event = eventOf(hook(functionName, args));
    expect(`${event.kind}/${event.action}`).toBe(kindAndAction);
    expect(event.syscall).toBe(functionName);
  });

  test("its policy is the agent's rule; policy tags and sentence are kept", () => {
    const policy = { policy_name: "file-monitoring", tags: ["pci"], message: "touched a secret" };
    const event = eventOf(hook("fd_install", [file], policy));
    expect(event).toMatchObject({
      agentRule: "file-monitoring",
      tags: ["pci"],
      message: "touched a secret",
      file: { path: "/etc/shadow" },
    });
  });

  test("without a sentence its arguments are one", () => {
    const module = { module_arg: { name: "evil", tainted: ["TAINT_UNSIGNED_MODULE"] } };
    expect(eventOf(hook("do_init_module", [module])).message).toBe(
      "do_init_module(evil, TAINT_UNSIGNED_MODULE)",
    );
    const capability = { capability_arg: { value: 34, name: "CAP_SYSLOG" } };
    expect(eventOf(hook("cap_capable", [capability])).message).toBe("cap_capable(CAP_SYSLOG)");
  });

  test("a path of the kernel is absolute, also where an old version lost its slash", () => {
    const event = eventOf(hook("__x64_sys_read", [{ file_arg: { path: "etc/passwd" } }]));
    expect(event.file).toEqual({ path: "/etc/passwd" });
  });

  test("a path of a system call counts from the working directory", () => {
    const args = [{ int_arg: -100 }, { string_arg: "x.yaml" }, { int_arg: 0 }];
    expect(eventOf(hook("__x64_sys_openat", args)).file).toEqual({ path: "/srv/x.yaml" });
    const elsewhere = [{ int_arg: 5 }, { string_arg: "x.yaml" }];
    expect(eventOf(hook("__x64_sys_openat", elsewhere)).file).toEqual({ path: "x.yaml" });
  });

  test("what is about to be executed is the event, and who executes it is its parent", () => {
    const event = eventOf(
      tetragonLine("process_lsm", {
        function_name: "bprm_check_security",
        args: [{ linux_binprm_arg: { path: "/tmp/dropper", permission: "-rwxr-xr-x" } }],
      }),
    );
    expect(event).toMatchObject({ kind: "process", action: "exec" });
    expect(event.process).toMatchObject({
      exe: "/tmp/dropper",
      name: "dropper",
      parent: { exe: "/usr/bin/gcc", name: "gcc" },
    });
    expect(event.process?.args).toBeUndefined();
  });

  test("a tracepoint of a system call is that system call", () => {
    const event = eventOf(
      tetragonLine("process_tracepoint", { subsys: "syscalls", event: "sys_enter_unshare" }),
    );
    expect(event).toMatchObject({ kind: "kernel", action: "unshare" });
    expect(event.syscall).toBe("syscalls/sys_enter_unshare");
  });
});

describe("the peer of a connection", () => {
  const sock = {
    family: "AF_INET",
    protocol: "IPPROTO_TCP",
    saddr: "10.0.0.9",
    daddr: "169.254.169.254",
    sport: 43_812,
    dport: 80,
    cookie: "18446744073709551615",
  };

  test("is where an outbound socket goes", () => {
    expect(eventOf(hook("tcp_connect", [{ sock_arg: sock }])).network).toEqual({
      ip: "169.254.169.254",
      port: 80,
      protocol: "tcp",
      direction: "outbound",
    });
  });

  test("is the address that connect was given", () => {
    const address = { sockaddr_arg: { family: "AF_INET6", addr: "::ffff:10.0.0.1", port: 443 } };
    expect(eventOf(hook("security_socket_connect", [address])).network).toEqual({
      ip: "10.0.0.1",
      port: 443,
      direction: "outbound",
    });
  });

  test("is who connected to an accepting socket", () => {
    const listening = { sock_arg: { saddr: "0.0.0.0", sport: 8080, protocol: "IPPROTO_TCP" } };
    const packet = {
      skb_arg: { saddr: "203.0.113.5", daddr: "10.0.0.2", sport: 5000, dport: 8080 },
    };
    expect(eventOf(hook("tcp_create_openreq_child", [listening, packet])).network).toEqual({
      ip: "203.0.113.5",
      port: 5000,
      protocol: "tcp",
      direction: "inbound",
    });
  });

  test("does not exist for a listening socket, which has its port only", () => {
    const listening = { sock_arg: { saddr: "0.0.0.0", sport: 8080, protocol: "IPPROTO_TCP" } };
    expect(eventOf(hook("inet_csk_listen_start", [listening])).network).toEqual({
      port: 8080,
      protocol: "tcp",
      direction: "inbound",
    });
  });

  test("stands in the event itself where an old version reports connections", () => {
    const event = eventOf(
      tetragonLine("process_connect", {
        source_ip: "10.88.0.7",
        source_port: 49_168,
        destination_ip: "142.250.180.196",
        destination_port: 80,
        protocol: "TCP",
      }),
    );
    expect(event).toMatchObject({ kind: "network", action: "connect" });
    expect(event.network).toEqual({
      ip: "142.250.180.196",
      port: 80,
      protocol: "tcp",
      direction: "outbound",
    });
  });
});

describe("lines that are no behaviour", () => {
  test.each<[string, Json]>([
    ["process_exit", tetragonLine("process_exit", { status: 1 })],
    ["process_close", tetragonLine("process_close")],
    ["process_throttle", { process_throttle: { type: "THROTTLE_START" }, node_name: "node-7" }],
    ["test", { test: { arg0: "1" }, node_name: "node-7" }],
  ])("%s is a sign of life of its node", (_key, line) => {
    expect(itemOf(line)).toMatchObject({
      type: "contact",
      format: "tetragon",
      host: { name: "node-7" },
    });
  });

  test("rate_limit_info says how many events were dropped, as a string", () => {
    const line = {
      rate_limit_info: { number_of_dropped_process_events: "42" },
      node_name: "node-7",
    };
    expect(itemOf(line)).toMatchObject({ type: "contact", dropped: 42 });
  });
});

describe("other probes", () => {
  test("a uprobe is a detection of its policy, on its symbol", () => {
    const event = eventOf(
      tetragonLine("process_uprobe", {
        path: "/bin/bash",
        symbol: "readline",
        policy_name: "bash",
      }),
    );
    expect(event).toMatchObject({
      kind: "detection",
      action: "uprobe",
      agentRule: "bash",
      syscall: "readline",
      file: { path: "/bin/bash" },
    });
  });

  test("the loader says which library a process loads", () => {
    const event = eventOf(tetragonLine("process_loader", { path: "/usr/lib/libssl.so.3" }));
    expect(event).toMatchObject({ kind: "process", action: "load_library" });
    expect(event.file).toEqual({ path: "/usr/lib/libssl.so.3" });
  });

  test("a line without its process is rejected", () => {
    expect(itemOf({ process_exec: {}, time: "2026-11-24T09:59:58Z" })).toEqual({
      type: "rejected",
      code: "missing_field",
      detail: "events[0].process_exec.process: is required",
    });
  });
});
