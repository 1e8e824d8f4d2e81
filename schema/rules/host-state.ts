/** States of a host, reported as facts with every heartbeat. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { code, datadog, days, execOf, HOST, markdown, onEvent, steps, tetragon } from "./kit.ts";
import { attack, CIS_LINUX, K8S_CGROUPS, manPage, NIST_800_190 } from "./references.ts";

/** A state is reported for as long as it lasts, so a day of heartbeats without it proves the change. */
export const STATE_QUIET = {
  quietPeriodMs: days(1),
  quietPeriodReason:
    "Agents report the state with every heartbeat; a day without it covers a reboot and a rollback.",
} as const satisfies Partial<Rule>;

export const cgroupV1Host: Rule = {
  id: ruleId("cgroup-v1-host"),
  title: "Host on cgroup v1",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [
    // Agents send the number or its text.
    onEvent("host", ["fact"], `has(facts.cgroupVersion) && string(facts.cgroupVersion) == "1"`),
  ],
  ...STATE_QUIET,
  phrase: "cgroup v1 was in use",
  why: "cgroup v1 delegates unsafely: its `release_agent` is the classic way out of a privileged container. systemd and Kubernetes have given it up; from 1.35 the kubelet refuses to start on it unless told otherwise.",
  good: "Every host runs the unified hierarchy: `stat -fc %T /sys/fs/cgroup` answers `cgroup2fs`.",
  remediation: markdown(
    steps(
      "Check that the runtime is new enough: containerd 1.4, Docker 20.10, runc 1.0, CRI-O 1.20; Java 8u372, 11.0.16 or 15.",
      "Prefer a node image that has cgroup v2 by default (Ubuntu 22.04, Debian 11, RHEL 9, Amazon Linux 2023), and roll the nodes.",
      "Where the image must stay, switch by kernel command line, drain the node and reboot it.",
      "Set the systemd cgroup driver in the kubelet and the runtime.",
    ),
    code(
      "sh",
      "kubectl drain NODE --ignore-daemonsets --delete-emptydir-data",
      '# /etc/default/grub: GRUB_CMDLINE_LINUX="… systemd.unified_cgroup_hierarchy=1"',
      "sudo update-grub && sudo reboot",
      "stat -fc %T /sys/fs/cgroup   # cgroup2fs",
    ),
  ),
  references: [K8S_CGROUPS, manPage("cgroups", 7), NIST_800_190, attack("T1611", "Escape to Host")],
  tags: ["kernel", "kubernetes", "T1611"],
  enabled: true,
};

export const selinuxNotEnforcing: Rule = {
  id: ruleId("selinux-not-enforcing"),
  title: "SELinux not enforcing",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [
    // A host that has AppArmor in its place is not bare.
    onEvent(
      "host",
      ["fact"],
      `has(facts.selinux) && string(facts.selinux).lowerAscii() in ["permissive", "disabled"]
       && !(has(facts.apparmor) && string(facts.apparmor).lowerAscii() in ["enabled", "enforce", "enforcing", "true"])`,
    ),
    datadog("selinux_disable_enforcement"),
  ],
  ...STATE_QUIET,
  phrase: "SELinux was not enforcing",
  why: "SELinux keeps a container's processes from the host's files even when they have escaped as root. In permissive mode it only writes a log line.",
  good: "`getenforce` answers `Enforcing`, on every host, after a reboot too.",
  remediation: markdown(
    steps(
      "Collect what would be denied while it is permissive, and fix labels or write a policy.",
      "Disabled: set permissive, relabel at the next boot, and then go on.",
      "Switch to enforcing, and set it for the next boot.",
      "Install `container-selinux`; mount volumes with `:z` or `:Z`.",
    ),
    code(
      "sh",
      "sudo ausearch -m AVC --start today | audit2why",
      "sudo fixfiles -F onboot   # relabels at the next boot",
      "sudo setenforce 1",
      "sudo sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config",
    ),
  ),
  references: [
    CIS_LINUX,
    {
      title: "Red Hat: using SELinux",
      url: "https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/using_selinux/index",
    },
    attack("T1611", "Escape to Host"),
  ],
  tags: ["kernel", "T1611"],
  enabled: true,
};

/**
 * Series below 5.10 get no more fixes from kernel.org. Red Hat and Ubuntu maintain older ones
 * themselves, and their release strings say so.
 */
const END_OF_LIFE = `has(facts.kernel)
  && string(facts.kernel).matches("^([0-4]|5\\\\.[0-9])([.-]|$)")
  && !string(facts.kernel).containsAny([".el8", "-generic", "-aws", "-azure", "-gcp", "-gke"])`;

export const kernelEndOfLife: Rule = {
  id: ruleId("kernel-end-of-life"),
  title: "Kernel past its end of life",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [onEvent("host", ["fact"], END_OF_LIFE)],
  ...STATE_QUIET,
  phrase: "A kernel without fixes was running",
  why: "All containers share the host's kernel. A series that gets no fixes keeps every local privilege escalation that is found from now on, and containers are one system call away from it.",
  good: "Hosts run a long-term series or a distribution kernel that is still maintained, and reboot into updates within weeks.",
  remediation: markdown(
    steps(
      "Look up the series on kernel.org, or the distribution's own calendar; mute with that reason where a vendor maintains it.",
      "Build a node image with a maintained kernel; roll the nodes one by one.",
      "Let nodes reboot into updates by themselves (kured, or the cloud's node upgrades).",
    ),
    code("sh", "uname -r", "kubectl drain NODE --ignore-daemonsets --delete-emptydir-data"),
  ),
  references: [
    { title: "kernel.org: active releases", url: "https://www.kernel.org/category/releases.html" },
    NIST_800_190,
    attack("T1068", "Exploitation for Privilege Escalation"),
  ],
  tags: ["kernel", "T1068", "patching"],
  enabled: true,
};

export const clockChanged: Rule = {
  id: ruleId("clock-changed"),
  title: "Host clock set by hand",
  class: "posture",
  severity: "low",
  scope: HOST,
  matchers: [
    execOf(["date"], `process.args.exists(a, a in ["-s"] || a.startsWithAny(["--set", "-s"]))`),
    execOf(
      ["hwclock"],
      `process.args.exists(a, a in ["-s", "-w", "--hctosys", "--systohc", "--set"])`,
    ),
    // Time daemons set the clock by right.
    tetragon(
      ["sys-clock-settime"],
      `!(process.name in ["chronyd", "ntpd", "ntpdate", "systemd-timesyncd", "systemd-timesyn", "ptp4l", "phc2sys"])`,
    ),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Drift that is corrected by hand comes back within days to two weeks.",
  phrase: "{process} set the clock",
  why: "With a wrong clock, logs of several hosts do not fit together, certificates and tokens fail, and evidence can be doubted.",
  good: "A time daemon keeps the clock; nobody sets it.",
  remediation: markdown(
    steps(
      "Check that one time daemon runs and is in sync.",
      "Remove scripts that call `date -s` or `ntpdate`.",
      "Take CAP_SYS_TIME from everything but the time daemon, so that it cannot come back.",
    ),
    code("sh", "timedatectl status", "chronyc tracking"),
  ),
  references: [CIS_LINUX],
  tags: ["time"],
  enabled: true,
};
