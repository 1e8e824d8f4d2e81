/** Users, and how they gain rights. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  CONTAINER,
  code,
  days,
  execOf,
  falco,
  HOST,
  markdown,
  onEvent,
  steps,
  tetragon,
} from "./kit.ts";
import {
  attack,
  CIS_LINUX,
  DOCKER_BEST_PRACTICES,
  K8S_POD_SECURITY,
  K8S_SECURITY_CONTEXT,
  manPage,
} from "./references.ts";

export const userManagementOnHost: Rule = {
  id: ruleId("user-management-on-host"),
  title: "Local accounts managed on a host",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [
    execOf([
      "useradd",
      "usermod",
      "userdel",
      "adduser",
      "deluser",
      "groupadd",
      "groupmod",
      "groupdel",
      "gpasswd",
      "chpasswd",
      "newusers",
      "vipw",
      "vigr",
    ]),
    // `passwd -S` only shows the state.
    execOf(["passwd"], `!process.args.exists(a, a in ["-S", "--status"])`),
    falco("User mgmt binaries"),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Accounts change when people come and go: every week or two.",
  phrase: "{process} changed local accounts",
  why: "Local accounts are known to no directory: they keep working after their owner has left, and a new one is a way to stay after an intrusion.",
  good: "People sign in through a directory or certificates; system accounts come with packages or configuration management.",
  remediation: markdown(
    steps(
      "Package installs create accounts too: look at the parent. `dpkg` or `rpm` is no problem of people.",
      "Move accounts to the directory, or to configuration management with an end date.",
      "Lock those that nobody claims.",
    ),
    code(
      "sh",
      "awk -F: '$3 >= 1000 { print $1 }' /etc/passwd",
      "sudo usermod --lock --expiredate 1 ACCOUNT",
    ),
  ),
  references: [
    CIS_LINUX,
    attack("T1136.001", "Local Account"),
    attack("T1098", "Account Manipulation"),
  ],
  tags: ["T1136.001", "T1098", "access"],
  enabled: true,
};

export const sudoInContainer: Rule = {
  id: ruleId("sudo-in-container"),
  title: "su or sudo run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [execOf(["sudo", "su", "doas", "runuser", "pkexec"]), tetragon(["sudo"])],
  quietPeriodMs: days(7),
  quietPeriodReason: "Entrypoints that switch users do so at each deploy, mostly weekly.",
  phrase: "{process} ran",
  why: "A set-uid program in an image turns any code execution into root. A container that needs `sudo` runs as the wrong user.",
  good: "A container starts as the one user it needs, with `allowPrivilegeEscalation: false`, so that set-uid has no effect.",
  remediation: markdown(
    steps(
      "Entrypoint that starts as root to fix owners: set `fsGroup` on the pod, or fix them in the build.",
      "Dropping to a user at the start: set `USER` in the Dockerfile.",
      "Remove `sudo` from the image.",
    ),
    code("yaml", "securityContext:", "  runAsNonRoot: true", "  allowPrivilegeEscalation: false"),
  ),
  references: [
    K8S_SECURITY_CONTEXT,
    DOCKER_BEST_PRACTICES,
    K8S_POD_SECURITY,
    attack("T1548.003", "Sudo and Sudo Caching"),
  ],
  tags: ["T1548.003", "privilege"],
  enabled: true,
};

/** `u+s`, `g+s`, and octal modes whose leading digit holds 4 or 2: 4755, 02755, 6755. */
const SETS_ID_BIT = `process.args.exists(a, a.matches("^([ugoa]*[+=][rwxX]*s[rwxXst]*|0?[2-7][0-7]{3})$"))`;

export const setuidBitSet: Rule = {
  id: ruleId("setuid-bit-set"),
  title: "Set-uid bit set on a file",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [execOf(["chmod"], SETS_ID_BIT), falco("Set Setuid or Setgid bit")],
  quietPeriodMs: days(14),
  quietPeriodReason: "Packages that set it are updated every week or two.",
  phrase: "{process} set a set-uid bit",
  why: "A set-uid file is a lasting way to its owner's rights. New ones, made at run time, are rarely meant.",
  good: "Set-uid files come with the image or the package, are few, and are counted. Writable file systems are mounted `nosuid`.",
  remediation: markdown(
    steps(
      "Find the file and its writer. Not from a package: remove the bit.",
      "Replace set-uid by a file capability, a sudo rule or a service.",
      "Mount writable file systems `nosuid`; set `allowPrivilegeEscalation: false`.",
    ),
    code("sh", "sudo find / -xdev -perm /6000 -type f -ls", "sudo chmod u-s,g-s FILE"),
  ),
  references: [CIS_LINUX, K8S_SECURITY_CONTEXT, attack("T1548.001", "Setuid and Setgid")],
  tags: ["T1548.001", "privilege", "persistence"],
  enabled: true,
};

export const privilegeChange: Rule = {
  id: ruleId("privilege-change"),
  title: "Process changed its own privileges",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    onEvent(
      "kernel",
      ["setuid", "setreuid", "setresuid", "capset"],
      `container.id != "" && user.uid > 0`,
    ),
    falco("Non sudo setuid"),
    tetragon([
      "privileges-raise",
      "privileges-setuid-root",
      "privileges-suid",
      "privileges-fscaps",
      "process-creds-changed",
      "process.credentials.changes.at.syscalls",
    ]),
    tetragon(["syscalls"], `event.syscall.endsWith("sys_setuid")`),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Daemons change user when they start, mostly with a weekly deploy.",
  phrase: "{process} changed its privileges",
  why: "Programs that raise their rights outside of sudo do it by set-uid bits or capabilities that nobody lists, and hide an escalation among them.",
  good: "Containers start with their final user and cannot gain rights; on hosts, sudo and systemd are the only ways.",
  remediation: markdown(
    steps(
      "Name the program. Daemons that start as root and drop rights: let the unit or the pod start them as their user.",
      "Set `no_new_privs`: `allowPrivilegeEscalation: false` in pods, `NoNewPrivileges=yes` in units.",
      "Add known daemons to the agent's exceptions.",
    ),
  ),
  references: [
    K8S_SECURITY_CONTEXT,
    manPage("capabilities", 7),
    attack("T1548.001", "Setuid and Setgid"),
  ],
  tags: ["T1548.001", "privilege"],
  enabled: true,
};
