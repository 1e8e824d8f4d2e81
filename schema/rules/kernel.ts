/** What reaches into the kernel or into other processes. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  code,
  CONTAINER,
  datadog,
  days,
  execOf,
  falco,
  HOST,
  markdown,
  onEvent,
  steps,
  tetragon,
  tracee,
} from "./kit.ts";
import {
  attack,
  CIS_LINUX,
  K8S_DEBUG,
  K8S_POD_SECURITY,
  K8S_SECCOMP,
  K8S_SECURITY_CONTEXT,
  manPage,
} from "./references.ts";

const MODULE_LOADS = ["load_module", "init_module", "finit_module", "module_load"];
const MODULE_POLICIES = ["monitor-kernel-modules", "monitor-signed-kernel-modules"];
/** These policies also report the unloading of modules and look-ups within one. */
const IS_LOAD = `!event.syscall.containsAny(["free_module", "delete_module"])`;
const LOADERS = ["insmod", "modprobe"];
/** `modprobe -r`, `--show-depends` and such load nothing. */
const LOADS = `size(process.args) > 0 && !process.args.exists(a, a in ["-r", "--remove", "-c", "--showconfig", "-D", "--show-depends", "-n", "--dry-run", "-V", "--version"])`;

export const kernelModuleLoad: Rule = {
  id: ruleId("kernel-module-load"),
  title: "Kernel module loaded from a container",
  class: "both",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    execOf(LOADERS, LOADS),
    onEvent("kernel", MODULE_LOADS),
    falco("Linux Kernel Module Injection Detected"),
    tetragon(MODULE_POLICIES, IS_LOAD),
    tracee(["TRC-1017", "kernel_module_loading", "TRC-6"]),
  ],
  quietPeriodMs: days(30),
  quietPeriodReason:
    "Network and storage agents load modules only when a node starts, about monthly.",
  phrase: "{process} loaded a kernel module",
  why: "A module is code in the kernel: it ends every isolation on the node, and is how rootkits hide.",
  good: "Modules are loaded by the node image at boot, and signed. No pod has SYS_MODULE or mounts `/lib/modules` for writing.",
  remediation: markdown(
    steps(
      "Which module, from where? A path such as `/tmp` or an unknown name is an incident: replace the node.",
      "For CNI and storage agents, list the modules in the node image, and take SYS_MODULE from the pod.",
      "Require signed modules; after boot, forbid loading.",
    ),
    code(
      "sh",
      "echo br_netfilter | sudo tee /etc/modules-load.d/cni.conf",
      "cat /proc/sys/kernel/tainted   # 4096: an out-of-tree, 8192: an unsigned module",
      "sudo sysctl -w kernel.modules_disabled=1   # until the next boot",
    ),
  ),
  references: [
    K8S_SECURITY_CONTEXT,
    K8S_POD_SECURITY,
    attack("T1547.006", "Kernel Modules and Extensions"),
    attack("T1014", "Rootkit"),
  ],
  tags: ["T1547.006", "T1014", "kernel"],
  enabled: true,
};

/** The kernel asks for what a mount or a device needs, and udev loads drivers: that is how a host works. */
const BY_ITSELF = `(
  process.name in ["systemd-udevd", "udevd", "(udev-worker)", "kmod"]
  || process.parent.name in ["<kernel>", "kthreadd", "systemd-udevd", "udevd", "(udev-worker)"]
)`;

export const kernelModuleOnHost: Rule = {
  id: ruleId("kernel-module-on-host"),
  title: "Kernel module loaded on a host after boot",
  class: "posture",
  severity: "low",
  scope: HOST,
  matchers: [
    execOf(LOADERS, `${LOADS} && !${BY_ITSELF}`),
    onEvent("kernel", MODULE_LOADS, `!${BY_ITSELF}`),
    falco("Linux Kernel Module Injection Detected"),
    tetragon(MODULE_POLICIES, `${IS_LOAD} && !${BY_ITSELF}`),
    tracee(["TRC-1017", "kernel_module_loading", "TRC-6"], `!${BY_ITSELF}`),
  ],
  quietPeriodMs: days(30),
  quietPeriodReason: "Hosts are patched and rebooted about monthly.",
  phrase: "{process} loaded a kernel module",
  why: "What is loaded by hand is in no image, may be unsigned, and is gone after the next boot, when something that depends on it breaks.",
  good: "The modules that a host needs stand in `/etc/modules-load.d`, are signed, and loading is closed after boot.",
  remediation: markdown(
    steps(
      "Find out who loads it: a VPN, a storage driver, a security agent, a person.",
      "List it in the node image, with Secure Boot or `module.sig_enforce=1`.",
      "Blocklist file systems and protocols that nobody uses.",
    ),
    code("sh", "echo 'install dccp /bin/false' | sudo tee /etc/modprobe.d/dccp.conf"),
  ),
  references: [CIS_LINUX, attack("T1547.006", "Kernel Modules and Extensions")],
  tags: ["T1547.006", "kernel"],
  enabled: true,
};

export const ptraceAttach: Rule = {
  id: ruleId("ptrace-attach"),
  title: "Process traced or debugged",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["gdb", "gdbserver", "lldb", "lldb-server", "strace", "ltrace", "dlv", "rr"],
      `container.id != ""`,
    ),
    onEvent("kernel", ["ptrace", "process_vm_readv"], `container.id != ""`),
    falco("PTRACE attached to process", "PTRACE anti-debug attempt"),
    tracee(["TRC-102", "anti_debugging", "TRC-2", "TRC-1023", "proc_mem_access"]),
    tetragon(["syscalls"], `event.syscall.endsWith("sys_ptrace")`),
    // Not a signature, but the system call as Tracee reports it.
    tracee(["ptrace"], `container.id != ""`),
    datadog("sensitive_tracing", "ptrace_antidebug"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "A debugging session lasts days, and profilers sample at least weekly.",
  phrase: "{process} traced a process",
  why: "A tracer reads and writes another process's memory, keys and tokens included. Debuggers in production also stop the service that they look at.",
  good: "Profiling uses the runtime's own tools or eBPF on the node. Pods cannot ptrace: SYS_PTRACE is dropped, `kernel.yama.ptrace_scope` is 1 or higher.",
  remediation: markdown(
    steps(
      "A profiler or APM agent? Switch to one that needs no ptrace (async-profiler by `perf_events`, eBPF).",
      "A person? Reproduce in staging, or debug in an ephemeral container with a profile for it, and end it.",
      "Neither? Treat the traced process's credentials as stolen.",
    ),
    code(
      "sh",
      "sudo sysctl -w kernel.yama.ptrace_scope=1",
      "kubectl debug -it POD --image=busybox --target=CONTAINER --profile=general",
    ),
  ),
  references: [
    K8S_DEBUG,
    K8S_SECCOMP,
    manPage("ptrace", 2),
    attack("T1055.008", "Ptrace System Calls"),
    attack("T1622", "Debugger Evasion"),
  ],
  tags: ["T1055.008", "T1622"],
  enabled: true,
};

export const bpfProgramLoad: Rule = {
  id: ruleId("bpf-program-load"),
  title: "BPF program loaded",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(["bpftool", "bpftrace"]),
    onEvent("kernel", ["bpf", "bpf_load", "bpf_prog_load", "bpf_check"]),
    falco("BPF Program Not Profiled"),
    tetragon(["bpf", "bpf-library-policy"]),
  ],
  quietPeriodMs: days(30),
  quietPeriodReason: "Agents load their programs when they start or update, about monthly.",
  phrase: "{process} loaded a BPF program",
  why: "BPF programs see every system call and packet of the node and can change what processes are told. Each loader must be one you know.",
  good: "Only the CNI and the security agent load BPF, from signed images. `kernel.unprivileged_bpf_disabled` is 1 or 2.",
  remediation: markdown(
    steps(
      "List what is loaded, and match it with your CNI and agents; mute those with that reason.",
      "Take BPF and SYS_ADMIN capabilities from all others.",
      "Disable unprivileged BPF.",
    ),
    code("sh", "sudo bpftool prog show", "sudo sysctl -w kernel.unprivileged_bpf_disabled=1"),
  ),
  references: [manPage("bpf", 2), CIS_LINUX, K8S_SECURITY_CONTEXT, attack("T1014", "Rootkit")],
  tags: ["T1014", "kernel"],
  enabled: true,
};
