/** Records that disappear: logs, histories, data. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  datadog,
  days,
  execOf,
  falco,
  markdown,
  onEvent,
  steps,
} from "./kit.ts";
import { attack, CIS_LINUX, K8S_LOGGING, manPage } from "./references.ts";

export const logsCleared: Rule = {
  id: ruleId("logs-cleared"),
  title: "Logs cleared",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    below(
      ["/var/log/"],
      onEvent(
        "file",
        ["truncate", "unlink"],
        `!(process.name in ["logrotate", "journald", "systemd-journal", "systemd-journald", "rsyslogd", "containerd", "dockerd", "kubelet"])`,
      ),
    ),
    execOf(["truncate", "shred"], `process.cmdline.contains("/var/log/")`),
    execOf(["journalctl"], `process.args.exists(a, a.startsWith("--vacuum"))`),
    falco("Clear Log Activities"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Home-made rotation runs weekly.",
  phrase: "{process} cleared logs",
  why: "Logs that are truncated are gone for every investigation. Home-made rotation hides the one time when it was done to cover something up.",
  good: "Logs leave the host within seconds; rotation is done by logrotate or the runtime, and nobody else writes to them.",
  remediation: markdown(
    steps(
      "Find the script or the person in the samples. No known owner: treat it as an incident, and secure the copies elsewhere.",
      "Replace scripts by logrotate, or by the runtime's size limits.",
      "Ship logs off the host; write the service's logs to standard output.",
    ),
    code(
      "sh",
      "# /etc/docker/daemon.json",
      '{ "log-driver": "local", "log-opts": { "max-size": "10m", "max-file": "3" } }',
    ),
  ),
  references: [K8S_LOGGING, CIS_LINUX, attack("T1070.002", "Clear Linux or Mac System Logs")],
  tags: ["T1070.002", "evidence"],
  enabled: true,
};

const HISTORIES = `file.path.endsWithAny([
  "/.bash_history", "/.zsh_history", "/.ash_history", "/.sh_history", "/.python_history", "/fish_history"
])`;

export const shellHistoryDeleted: Rule = {
  id: ruleId("shell-history-deleted"),
  title: "Shell history deleted",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    onEvent("file", ["unlink", "rename", "truncate"], HISTORIES),
    execOf(
      ["rm", "shred", "truncate", "ln"],
      `process.cmdline.containsAny([".bash_history", ".zsh_history", ".ash_history"])`,
    ),
    falco("Delete or rename shell history"),
    datadog("shell_history_deleted", "shell_history_symlink", "shell_history_truncated"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Clean-up scripts run weekly.",
  phrase: "{process} deleted a shell history",
  why: "A history is weak evidence, but deleting it is a decision. People do it after typing a secret; intruders do it always.",
  good: "Sessions are recorded elsewhere (audit, session manager), and nobody needs to touch the file.",
  remediation: markdown(
    steps(
      "Ask the user in the samples. A secret was typed: rotate it.",
      "Clean-up in an image build: set `HISTFILE=` there instead.",
      "Nobody knows: look at the session around that time.",
    ),
  ),
  references: [CIS_LINUX, attack("T1070.003", "Clear Command History")],
  tags: ["T1070.003", "evidence"],
  enabled: true,
};

export const bulkDataRemoved: Rule = {
  id: ruleId("bulk-data-removed"),
  title: "Data removed in bulk",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["shred", "wipefs", "mkfs", "mkfs.ext4", "mkfs.xfs", "mke2fs", "blkdiscard", "scrub"],
      `container.id != ""`,
    ),
    falco("Remove Bulk Data from Disk"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Volume maintenance is scheduled weekly at most.",
  phrase: "{process} removed data",
  why: "Formatting and shredding cannot be undone. Operations scripts that do it routinely are one wrong variable away from an outage, and cover for sabotage.",
  good: "Volumes are made and removed by the storage driver. Nothing formats from within a workload.",
  remediation: markdown(
    steps(
      "Stop and check the target in the samples; make sure that a backup exists.",
      "Let the CSI driver format and delete volumes.",
      "Remove the tools and the device access from the pod.",
    ),
  ),
  references: [
    manPage("shred", 1),
    attack("T1485", "Data Destruction"),
    attack("T1561", "Disk Wipe"),
  ],
  tags: ["T1485", "T1561", "data"],
  enabled: true,
};
