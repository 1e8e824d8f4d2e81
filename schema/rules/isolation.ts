/** Containers that reach around their isolation: mounts, devices, namespaces. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  CONTAINER,
  days,
  execOf,
  falco,
  markdown,
  onEvent,
  steps,
  tetragon,
  tracee,
} from "./kit.ts";
import {
  attack,
  CIS_KUBERNETES,
  K8S_POD_SECURITY,
  K8S_SECCOMP,
  K8S_SECURITY_CONTEXT,
  K8S_VOLUMES,
  manPage,
  NIST_800_190,
} from "./references.ts";

export const mountInContainer: Rule = {
  id: ruleId("mount-in-container"),
  title: "File system mounted by a container",
  class: "posture",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    // Without arguments, `mount` only lists.
    execOf(["mount", "umount"], "size(process.args) > 0"),
    onEvent("kernel", ["mount", "umount", "move_mount", "fsmount"]),
    falco("Mount Launched in Privileged Container"),
    tetragon(["syscalls"], `event.syscall.endsWith("sys_mount")`),
  ],
  quietPeriodMs: days(30),
  quietPeriodReason:
    "Volumes are often attached only when a node or a pod is replaced, about monthly.",
  phrase: "{process} mounted a file system",
  why: "Mounting takes CAP_SYS_ADMIN, which is nearly root on the host. The same right mounts the host's disk.",
  good: "Volumes are mounted by the kubelet and CSI drivers, before the container starts.",
  remediation: markdown(
    steps(
      "What does it mount? NFS and S3: a CSI driver. tmpfs: `emptyDir` with `medium: Memory`. Overlay in CI: a rootless builder.",
      "Remove `privileged` and SYS_ADMIN from the pod.",
      "Mute this rule for CSI drivers, with that reason.",
    ),
    code(
      "yaml",
      "volumes:",
      "  - name: scratch",
      "    emptyDir: { medium: Memory, sizeLimit: 64Mi }",
    ),
  ),
  references: [
    K8S_VOLUMES,
    K8S_SECURITY_CONTEXT,
    CIS_KUBERNETES,
    attack("T1611", "Escape to Host"),
  ],
  tags: ["T1611", "capabilities"],
  enabled: true,
};

/** Disks and memory of the host. The pseudo devices of every container have other names. */
const HOST_DEVICES = [
  "/dev/sd",
  "/dev/nvme",
  "/dev/vd",
  "/dev/xvd",
  "/dev/dm-",
  "/dev/mapper/",
  "/dev/mem",
  "/dev/kmem",
  "/dev/port",
];

export const hostDeviceInContainer: Rule = {
  id: ruleId("host-device-in-container"),
  title: "Host disk or memory opened from a container",
  class: "both",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    execOf(["debugfs", "fdisk", "sfdisk", "parted", "xfs_db", "kpartx"]),
    below(HOST_DEVICES, onEvent("file", ["open", "read", "write"])),
    falco("Debugfs Launched in Privileged Container", "Privileged Container Device Access"),
    tracee(["TRC-1014", "disk_mount", "TRC-11", "TRC-1021", "proc_kcore_read"]),
  ],
  quietPeriodMs: days(30),
  quietPeriodReason:
    "Storage and inventory tools look at devices when nodes change, about monthly.",
  phrase: "{process} opened a device of the host",
  why: "A raw device ignores every file permission: `debugfs /dev/sda1` reads the node's secrets and writes its `authorized_keys`.",
  good: "Containers see no host devices. Disk health comes from an agent on the node.",
  remediation: markdown(
    steps(
      "Not a storage agent that you know? Treat it as an escape: isolate the node, keep the evidence, rotate what it held.",
      "Otherwise replace `privileged` by a device plugin or by the one device that is needed, read-only.",
      "Enforce Pod Security `baseline`.",
    ),
  ),
  references: [
    K8S_POD_SECURITY,
    CIS_KUBERNETES,
    NIST_800_190,
    attack("T1611", "Escape to Host"),
    attack("T1005", "Data from Local System"),
  ],
  tags: ["T1611", "T1005", "privilege"],
  enabled: true,
};

/** Runtimes and sandboxes whose work is to make namespaces. */
const NAMESPACE_MAKERS = `process.name in [
  "runc", "crun", "containerd", "containerd-shim", "containerd-shim-runc-v2", "dockerd", "docker-init", "conmon",
  "crio", "podman", "systemd", "(systemd)", "systemd-executo", "systemd-executor", "kubelet", "cilium-agent", "calico-node"
]`;

export const namespaceChange: Rule = {
  id: ruleId("namespace-change"),
  title: "Namespace entered or created",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(["nsenter", "unshare", "chroot"], `container.id != ""`),
    onEvent(
      "kernel",
      ["setns", "unshare", "pivot_root"],
      `container.id != "" && !(${NAMESPACE_MAKERS})`,
    ),
    falco("Change thread namespace", "Change namespace privileges via unshare"),
    tetragon([
      "deny-nsenter",
      "kill-unprivileged-user-namespace",
      "kill-unprivileged-user-namespace-in-pid-namespace",
      "sys-pivot-root",
    ]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason:
    "Node maintenance from pods has a weekly rhythm; sandboxed browsers show daily.",
  phrase: "{process} changed its namespace",
  why: "`nsenter` into the host's namespaces is the usual last step of leaving a container. Unprivileged user namespaces open kernel code that has had many privilege escalations.",
  good: "Pods have no hostPID and no SYS_ADMIN; the default seccomp profile is on, which blocks `setns` and most of `unshare`.",
  remediation: markdown(
    steps(
      "Node maintenance by `nsenter -t 1`: move it to node configuration or an operator.",
      "Headless Chrome or image builds: run them in pods of their own, with user namespaces (`hostUsers: false`).",
      "Set the default seccomp profile and drop SYS_ADMIN.",
    ),
    code(
      "yaml",
      "securityContext:",
      "  seccompProfile: { type: RuntimeDefault }",
      "hostPID: false",
    ),
  ),
  references: [
    K8S_SECCOMP,
    manPage("setns", 2),
    manPage("user_namespaces", 7),
    attack("T1611", "Escape to Host"),
  ],
  tags: ["T1611", "capabilities"],
  enabled: true,
};
