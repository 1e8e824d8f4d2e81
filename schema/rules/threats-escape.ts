/** Attacks on the boundary: out of the container, up to root, into the control plane. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  CONTAINER,
  datadog,
  falco,
  fileChanged,
  markdown,
  NEVER_OPEN,
  steps,
  tetragon,
  tracee,
} from "./kit.ts";
import {
  attack,
  cve,
  CIS_KUBERNETES,
  CIS_LINUX,
  K8S_POD_SECURITY,
  manPage,
  NIST_800_190,
} from "./references.ts";

/** Files by which the kernel runs a program of the host on a container's behalf. */
const ESCAPE_HATCHES = `file.path.endsWithAny(["/release_agent", "/notify_on_release", "/sys/kernel/uevent_helper"])
  || file.path in ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger", "/proc/sys/kernel/sysrq"]`;

export const containerEscape: Rule = {
  id: ruleId("container-escape"),
  title: "Container escape attempt",
  class: "threat",
  severity: "critical",
  scope: CONTAINER,
  matchers: [
    fileChanged(ESCAPE_HATCHES),
    falco("Detect release_agent File Container Escapes", "Modify Container Entrypoint"),
    tracee([
      "TRC-106",
      "cgroup_notify_on_release",
      "TRC-1010",
      "cgroup_release_agent",
      "TRC-14",
      "TRC-1011",
      "core_pattern_modification",
      "TRC-1031",
      "system_request_key_mod",
    ]),
    datadog(
      "release_agent_escape",
      "core_pattern_write",
      "coredump_triggered",
      "runc_modification",
      "runc_leaky_fd",
      "overwrite_entrypoint",
    ),
  ],
  ...NEVER_OPEN,
  phrase: "{process} tried to leave its container",
  why: "`release_agent` and `core_pattern` name a program that the kernel runs as root on the host. A container that writes them is leaving.",
  good: "Containers have no SYS_ADMIN, `/proc/sys` and `/sys` are read-only, and hosts run cgroup v2, which has no `release_agent`.",
  remediation: markdown(
    steps(
      "Treat the node as taken: cordon it, isolate it, keep its disk.",
      "Rotate what the node held: kubelet certificate, service account tokens, cloud role.",
      "Replace the node; find the pod's way in.",
      "Enforce Pod Security `restricted`; move hosts to cgroup v2.",
    ),
    code(
      "sh",
      "kubectl cordon NODE",
      "kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=restricted",
    ),
  ),
  references: [
    attack("T1611", "Escape to Host"),
    cve("CVE-2022-0492"),
    cve("CVE-2019-5736"),
    manPage("core", 5),
    K8S_POD_SECURITY,
  ],
  tags: ["T1611", "CVE-2022-0492", "CVE-2019-5736"],
  enabled: true,
};

const STATIC_POD_DIRS = ["/etc/kubernetes/manifests/", "/etc/kubelet.d/"];

export const staticPodWritten: Rule = {
  id: ruleId("static-pod-written"),
  title: "Static pod manifest written",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    below(
      STATIC_POD_DIRS,
      fileChanged(
        `!(process.name in ["kubeadm", "kubelet", "kops", "nodeup", "rke2", "k3s", "talosctl"])`,
      ),
    ),
    tetragon(["deny-write-to-etc-kubernetes-manifests"]),
  ],
  ...NEVER_OPEN,
  phrase: "{file} was written",
  why: "The kubelet starts whatever lies in its manifest directory, privileged if it says so, past the API server and its admission control.",
  good: "Only the tool that builds nodes writes there.",
  remediation: markdown(
    steps(
      "Compare the directory with the node's build; remove what does not belong, and keep a copy.",
      "Look at what the pod did, then replace the node.",
      "Make the directory root's only; clear `staticPodPath` on workers.",
    ),
    code("sh", "sudo ls -l --time-style=full-iso /etc/kubernetes/manifests"),
  ),
  references: [
    CIS_KUBERNETES,
    attack("T1610", "Deploy Container"),
    attack("T1543", "Create or Modify System Process"),
  ],
  tags: ["T1610", "T1543", "kubernetes"],
  enabled: true,
};

export const localPrivilegeEscalation: Rule = {
  id: ruleId("local-privilege-escalation"),
  title: "Exploit for local privilege escalation",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    falco(
      "Sudo Potential Privilege Escalation",
      "Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)",
      "Potential Local Privilege Escalation via Environment Variables Misuse",
      "Unprivileged Delegation of Page Faults Handling to a Userspace Process",
    ),
    tetragon(["cve-2023-2460-overlayfs-ubuntu"]),
    datadog(
      "dirty_pipe_attempt",
      "dirty_pipe_exploitation",
      "pwnkit_privilege_escalation",
      "looney_tunables_exploit",
    ),
  ],
  ...NEVER_OPEN,
  phrase: "{process} tried to become root",
  why: "The pattern of a known exploit ran: an unprivileged user is trying to become root by a flaw in sudo, polkit, glibc or the kernel.",
  good: "Hosts and images are patched within weeks, and containers cannot gain rights (`allowPrivilegeEscalation: false`).",
  remediation: markdown(
    steps(
      "Did it succeed? Look for root processes that are children of this one.",
      "Isolate the resource; find out how the user got in.",
      "Patch sudo, polkit, glibc and the kernel on all hosts; rebuild images.",
    ),
    code("sh", "sudo apt-get update && sudo apt-get install --only-upgrade sudo policykit-1 libc6"),
  ),
  references: [
    cve("CVE-2021-3156"),
    cve("CVE-2021-4034"),
    cve("CVE-2023-4911"),
    cve("CVE-2023-2640"),
    attack("T1068", "Exploitation for Privilege Escalation"),
  ],
  tags: ["T1068", "CVE-2021-3156", "CVE-2021-4034", "CVE-2023-4911", "CVE-2023-2640"],
  enabled: true,
};

export const sshdBackdoor: Rule = {
  id: ruleId("sshd-backdoor"),
  title: "Backdoored library in sshd (xz)",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    falco("Backdoored library loaded into SSHD (CVE-2024-3094)"),
    tetragon(["cve-2024-3094-xz-ssh"]),
  ],
  ...NEVER_OPEN,
  phrase: "{process} loaded a backdoored library",
  why: "liblzma 5.6.0 and 5.6.1 carried a backdoor that lets the holder of a key run commands through sshd before any login.",
  good: "xz is 5.6.2 or newer, or older than 5.6.0.",
  remediation: markdown(
    steps(
      "Close port 22 to the host at once.",
      "Replace the host by one with a clean xz; do not update in place.",
      "Treat every secret on it as known; look at its outgoing connections.",
    ),
    code("sh", "xz --version"),
  ),
  references: [
    cve("CVE-2024-3094"),
    attack("T1195.002", "Compromise Software Supply Chain"),
    NIST_800_190,
  ],
  tags: ["T1195.002", "CVE-2024-3094", "supply-chain"],
  enabled: true,
};

export const kernelHooked: Rule = {
  id: ruleId("kernel-hooked"),
  title: "Kernel functions replaced (rootkit)",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    tracee([
      "DRV-002",
      "hooked_syscall_detector",
      "TRC-1030",
      "syscall_hooking",
      "TRC-15",
      "DRV-003",
      "hooked_seq_ops_detector",
      "TRC-1020",
      "proc_fops_hooking",
    ]),
    datadog("rootkit_activation"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} runs on a kernel whose functions were replaced",
  why: "A system call table or `/proc` handler that points into a module is how rootkits hide processes, files and connections. Nothing that the node says about itself can be trusted any more.",
  good: "The kernel's tables point into the kernel. Modules are signed, and loading is closed after boot.",
  remediation: markdown(
    steps(
      "Cordon and isolate the node. Take memory and disk from outside, not by tools on it.",
      "Replace the node; rotate what it held: kubelet certificate, service account tokens, cloud role.",
      "Find who loaded the module: the findings of module loads on this node.",
      "Require signed modules and Secure Boot.",
    ),
    code("sh", "kubectl cordon NODE", "sysctl -w kernel.modules_disabled=1   # on the other nodes"),
  ),
  references: [
    attack("T1014", "Rootkit"),
    attack("T1547.006", "Kernel Modules and Extensions"),
    CIS_LINUX,
  ],
  tags: ["T1014", "kernel"],
  enabled: true,
};
