/** Protections of a host's kernel that were turned off. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { STATE_QUIET } from "./host-state.ts";
import { celList, code, execOf, HOST, markdown, onEvent, steps } from "./kit.ts";
import { attack, CIS_LINUX, manPage, NIST_800_190 } from "./references.ts";

/** Values of sysctl that switch a protection off; a fact is called by the setting's own name. */
const WEAK_SETTINGS = [
  ["kernel.randomize_va_space", "0"],
  ["kernel.unprivileged_bpf_disabled", "0"],
  ["kernel.yama.ptrace_scope", "0"],
  ["kernel.kptr_restrict", "0"],
  ["fs.protected_symlinks", "0"],
  ["fs.protected_hardlinks", "0"],
] as const;

const IS_WEAK = WEAK_SETTINGS.map(
  ([name, value]) => `("${name}" in facts && string(facts["${name}"]) == "${value}")`,
).join(" || ");

const SETS_WEAK = `process.args.exists(a, a in ${celList(WEAK_SETTINGS.map((it) => it.join("=")))})`;

export const kernelHardeningOff: Rule = {
  id: ruleId("kernel-hardening-off"),
  title: "Kernel protection turned off",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [onEvent("host", ["fact"], IS_WEAK), execOf(["sysctl"], SETS_WEAK)],
  ...STATE_QUIET,
  phrase: "A kernel protection was off",
  why: "Address randomisation, restricted ptrace and BPF, and protected links each stop whole families of exploits. They are turned off for a debugging session or an old benchmark, and stay off.",
  good: "All of them keep the distribution's default or a stricter value, from a file in `/etc/sysctl.d`.",
  remediation: markdown(
    steps(
      "Find who turned it off: `/etc/sysctl.d`, a DaemonSet that tunes nodes, a person in the samples.",
      "Ask what needed it; a debugger or a profiler works with a capability in its own pod.",
      "Set the values in the node image, and apply them.",
    ),
    code(
      "sh",
      "grep -rE 'randomize_va_space|ptrace_scope|unprivileged_bpf|kptr_restrict|fs.protected' /etc/sysctl.d /usr/lib/sysctl.d",
      "sudo sysctl -w kernel.randomize_va_space=2 kernel.yama.ptrace_scope=1 kernel.unprivileged_bpf_disabled=2",
    ),
  ),
  references: [
    CIS_LINUX,
    manPage("proc_sys_kernel", 5),
    NIST_800_190,
    attack("T1068", "Exploitation for Privilege Escalation"),
  ],
  tags: ["kernel", "T1068"],
  enabled: true,
};

export const secureBootOff: Rule = {
  id: ruleId("secure-boot-off"),
  title: "Secure Boot off",
  class: "posture",
  severity: "low",
  scope: HOST,
  matchers: [
    onEvent(
      "host",
      ["fact"],
      `has(facts.secureBoot) && string(facts.secureBoot).lowerAscii() in ["false", "0", "off", "disabled"]`,
    ),
  ],
  ...STATE_QUIET,
  phrase: "Secure Boot was off",
  why: "Without Secure Boot the kernel does not insist on signed modules, and a changed boot loader or kernel starts without a word. A rootkit then survives a reboot.",
  good: "Hosts boot signed kernels with Secure Boot, and the kernel is in lockdown mode `integrity`.",
  remediation: markdown(
    steps(
      "Check what depends on unsigned modules (storage, GPU, VPN drivers), and sign them with a key of your own.",
      "Choose a machine type and an image with Secure Boot (shielded or trusted launch), and roll the nodes.",
      "Check state and lockdown after the boot.",
    ),
    code("sh", "mokutil --sb-state", "cat /sys/kernel/security/lockdown"),
  ),
  references: [
    CIS_LINUX,
    manPage("kernel_lockdown", 7),
    attack("T1542", "Pre-OS Boot"),
    attack("T1547.006", "Kernel Modules and Extensions"),
  ],
  tags: ["kernel", "T1542", "T1547.006"],
  enabled: true,
};
