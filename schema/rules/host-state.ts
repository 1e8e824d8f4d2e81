/** States of a host, reported as facts with every heartbeat. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { code, days, HOST, markdown, onEvent, steps } from "./kit.ts";
import { K8S_CGROUPS, manPage } from "./references.ts";

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
  references: [K8S_CGROUPS, manPage("cgroups", 7)],
  tags: ["kernel", "kubernetes"],
  enabled: true,
};
