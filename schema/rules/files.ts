/** Files that should not change while a system runs. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  days,
  execOf,
  falco,
  fileChanged,
  HOST,
  markdown,
  steps,
  tracee,
} from "./kit.ts";
import {
  attack,
  CIS_LINUX,
  DOCKER_BEST_PRACTICES,
  K8S_CRONJOB,
  K8S_SECURITY_CONTEXT,
  NIST_800_190,
} from "./references.ts";

const READ_ONLY_ROOT = code(
  "yaml",
  "securityContext:",
  "  readOnlyRootFilesystem: true",
  "volumeMounts:",
  "  - { name: tmp, mountPath: /tmp }",
);

const BINARY_DIRS = [
  "/bin/",
  "/sbin/",
  "/usr/bin/",
  "/usr/sbin/",
  "/usr/local/bin/",
  "/usr/local/sbin/",
];

export const writeBelowBinaryDir: Rule = {
  id: ruleId("write-below-binary-dir"),
  title: "Program directory changed",
  class: "both",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    // Patching a host changes them by right; there the agent's own exceptions decide.
    below(BINARY_DIRS, fileChanged(`container.id != ""`)),
    falco("Write below binary dir", "Modify binary dirs", "Mkdir binary dirs"),
    tracee(["TRC-1012", "default_loader_mod"]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Self-updating tools and deploys in place come weekly.",
  phrase: "{file} changed",
  why: "Programs that change after the image was built were never scanned. A replaced `ps` or `sshd` is also how an intruder stays.",
  good: "Program directories are read-only in containers, and change on hosts only by the package manager.",
  remediation: markdown(
    steps(
      "Compare the file with the image or the package. An unknown binary is an incident: keep a copy, replace the container.",
      "Move what the entrypoint installs or links into the Dockerfile.",
      "Turn off self-updates, and make the root file system read-only.",
    ),
    READ_ONLY_ROOT,
    code("sh", "dpkg --verify || rpm -Va"),
  ),
  references: [
    K8S_SECURITY_CONTEXT,
    NIST_800_190,
    attack("T1554", "Compromise Host Software Binary"),
    attack("T1543", "Create or Modify System Process"),
  ],
  tags: ["T1554", "T1543", "drift"],
  enabled: true,
};

/** Written by the runtime when a container starts. */
const RUNTIME_FILES = `file.path.startsWithAny(["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/etc/mtab"])`;

export const writeBelowConfigDir: Rule = {
  id: ruleId("write-below-config-dir"),
  title: "System configuration changed at run time",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    below(["/etc/"], fileChanged(`container.id != "" && !${RUNTIME_FILES}`)),
    falco("Write below etc", "Write below monitored dir", "Write below root"),
    tracee(["TRC-1026", "rcd_modification", "TRC-1028", "sudoers_modification"]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Entrypoints that write configuration do so at each deploy, mostly weekly.",
  phrase: "{file} changed",
  why: "Configuration that is made at run time is in no review. Two replicas may differ, and a setting that weakens security leaves no trace.",
  good: "Configuration comes from the image, a ConfigMap or configuration management, and the file system is read-only.",
  remediation: markdown(
    steps(
      "Does an entrypoint template the file? Render it in the build, or mount a ConfigMap.",
      "On hosts, put the change into configuration management.",
      "Make the root file system read-only, with volumes for what must be written.",
    ),
    READ_ONLY_ROOT,
  ),
  references: [K8S_SECURITY_CONTEXT, DOCKER_BEST_PRACTICES, NIST_800_190],
  tags: ["drift"],
  enabled: true,
};

const SHELL_CONFIGS = `file.path.endsWithAny([
  "/.bashrc", "/.bash_profile", "/.bash_login", "/.bash_logout", "/.profile", "/.zshrc", "/.zprofile",
  "/.zshenv", "/.cshrc", "/.config/fish/config.fish", "/etc/profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/zshrc"
])`;

export const shellConfigChanged: Rule = {
  id: ruleId("shell-config-changed"),
  title: "Shell start-up file changed",
  class: "both",
  severity: "low",
  scope: ANYWHERE,
  matchers: [
    fileChanged(SHELL_CONFIGS),
    below(["/etc/profile.d/"], fileChanged()),
    falco("Modify Shell Configuration File"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Tools that add themselves to a profile do so with weekly updates.",
  phrase: "{file} changed",
  why: "These files run at every login, with the rights of who logs in. One added line is a quiet way to stay.",
  good: "Start-up files come from the image or configuration management.",
  remediation: markdown(
    steps(
      "Look at what was added, and by which process: installers of `nvm`, `conda` or SDKs are the usual ones.",
      "Set the variables in the Dockerfile (`ENV`) or in the service unit instead.",
      "An alias, `LD_PRELOAD`, or a command that fetches something is an incident.",
    ),
    code("dockerfile", "ENV PATH=/opt/tool/bin:$PATH"),
  ),
  references: [CIS_LINUX, attack("T1546.004", "Unix Shell Configuration Modification")],
  tags: ["T1546.004", "persistence"],
  enabled: true,
};

const CRON_FILES = [
  "/etc/cron",
  "/etc/anacrontab",
  "/var/spool/cron/",
  "/var/spool/anacron/",
  "/var/spool/at/",
];

export const scheduledJobChanged: Rule = {
  id: ruleId("scheduled-job-changed"),
  title: "Scheduled job changed",
  class: "posture",
  severity: "low",
  scope: ANYWHERE,
  matchers: [
    // `crontab -l` only lists.
    execOf(["crontab", "at", "batch"], `!process.args.exists(a, a in ["-l", "-V"])`),
    below(CRON_FILES, fileChanged()),
    falco("Schedule Cron Jobs"),
    tracee(["TRC-1027", "scheduled_task_mod"]),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Jobs are changed with releases, often every two weeks.",
  phrase: "{process} changed a scheduled job",
  why: "A crontab that someone edited by hand runs without owner, review or alert, long after they have left. It is also a common way to stay after an intrusion.",
  good: "Jobs are CronJobs in the cluster, or timers from configuration management.",
  remediation: markdown(
    steps(
      "List the jobs, and find an owner for each.",
      "Move them to a CronJob or a systemd timer that is under version control.",
      "Allow crontab to root only.",
    ),
    code(
      "sh",
      'for u in $(cut -d: -f1 /etc/passwd); do sudo crontab -l -u "$u" 2>/dev/null; done',
      "echo root | sudo tee /etc/cron.allow",
    ),
  ),
  references: [K8S_CRONJOB, CIS_LINUX, attack("T1053.003", "Cron")],
  tags: ["T1053.003", "persistence"],
  enabled: true,
};

export const fileBelowDev: Rule = {
  id: ruleId("file-below-dev"),
  title: "Ordinary file below /dev",
  class: "both",
  severity: "high",
  scope: HOST,
  matchers: [falco("Create files below dev")],
  quietPeriodMs: days(14),
  quietPeriodReason: "Drivers and installers that do this run at updates, every two weeks or so.",
  phrase: "{file} was created",
  why: "`/dev` is for devices. Ordinary files there are out of sight of backups and scanners, which is why rootkits like the place.",
  good: "Only udev and the kernel create names below `/dev`.",
  remediation: markdown(
    steps(
      "List the files; compare the process in the samples with the software that you have installed.",
      "Known software: use `/run` or `/var/lib` instead, and add an exception to the agent's rule.",
      "Unknown: isolate the host.",
    ),
    code("sh", "sudo find /dev -xdev -type f -not -path '/dev/shm/*' -ls"),
  ),
  references: [CIS_LINUX, attack("T1564", "Hide Artifacts")],
  tags: ["T1564", "persistence"],
  enabled: true,
};
