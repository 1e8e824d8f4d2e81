/** Files that hold credentials, read by programs that they are not for. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  CONTAINER,
  celList,
  code,
  days,
  falco,
  fileRead,
  markdown,
  steps,
  tetragon,
} from "./kit.ts";
import { attack, CIS_LINUX, K8S_SECRETS, manPage, NIST_800_190 } from "./references.ts";

const ACCOUNT_FILES = [
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/sudoers",
  "/etc/master.passwd",
  "/etc/pam.d/",
];

/** Programs that check or manage logins: reading these files is what they are for. */
const LOGIN_PROGRAMS = [
  "sshd",
  "sshd-session",
  "login",
  "su",
  "sudo",
  "sudoedit",
  "visudo",
  "passwd",
  "chpasswd",
  "chage",
  "unix_chkpwd",
  "unix_update",
  "useradd",
  "usermod",
  "userdel",
  "groupadd",
  "groupmod",
  "adduser",
  "deluser",
  "vipw",
  "pwck",
  "cron",
  "crond",
  "CRON",
  "atd",
  "polkitd",
  "accounts-daemon",
  "systemd",
  "(systemd)",
  "systemd-logind",
  "systemd-sysusers",
  "systemd-userwork",
  "sssd",
  "nscd",
  "dpkg",
  "rpm",
];

const NO_LOGIN_PROGRAM = `!(process.name in ${celList(LOGIN_PROGRAMS)})`;

export const sensitiveFileRead: Rule = {
  id: ruleId("sensitive-file-read"),
  title: "Account or password file read",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    below(ACCOUNT_FILES, fileRead(NO_LOGIN_PROGRAM)),
    falco("Read sensitive file trusted after startup", "Read sensitive file untrusted"),
    tetragon(
      ["file-monitoring", "file-monitoring-filtered", "lsm-file-open"],
      `file.path.startsWithAny(${celList(ACCOUNT_FILES)}) && ${NO_LOGIN_PROGRAM}`,
    ),
    tetragon(["monitor-elastic-keystore-file"]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Backups and compliance scans read them weekly.",
  phrase: "{process} read {file}",
  why: "Password hashes and sudo rules are what an intruder reads first. A scanner that reads them every night hides the one who should not.",
  good: "Only login programs read these files; backups and scanners run as known programs that the agent exempts.",
  remediation: markdown(
    steps(
      "Is the reader a backup, a scanner, configuration management? Exempt that program in the agent's rule, not the file.",
      "Is it an application? It should ask PAM or an identity provider instead.",
      "Nobody knows it: change the passwords of the accounts in the file, and look at the process tree.",
    ),
    code(
      "sh",
      "ls -l /etc/shadow   # root:shadow 0640 or stricter",
      "sudo ausearch -f /etc/shadow --start today",
    ),
  ),
  references: [CIS_LINUX, NIST_800_190, attack("T1003.008", "/etc/passwd and /etc/shadow")],
  tags: ["T1003.008", "credentials"],
  enabled: true,
};

const PRIVATE_KEYS = `file.path.contains("/.ssh/id_") && !file.path.endsWith(".pub")`;

export const sshKeyRead: Rule = {
  id: ruleId("ssh-key-read"),
  title: "SSH key read by another program",
  class: "both",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    fileRead(
      `${PRIVATE_KEYS} && !(process.name in ["ssh", "sshd", "ssh-agent", "ssh-add", "ssh-keygen", "scp", "sftp", "autossh"])`,
    ),
    falco("Read ssh information"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Backups and deploy scripts read them weekly.",
  phrase: "{process} read {file}",
  why: "A private key on disk opens every machine that trusts it, and reading it leaves no trace there.",
  good: "Keys live in an agent, a hardware token or a short-lived certificate, not in files on servers or in images.",
  remediation: markdown(
    steps(
      "See which program read the key. `git`, `rsync` and Ansible use `ssh`; anything else needs a reason.",
      "Replace the key by a certificate that ends by itself, or by a deploy token.",
      "Reader unknown: rotate the key everywhere.",
    ),
  ),
  references: [CIS_LINUX, attack("T1552.004", "Private Keys")],
  tags: ["T1552.004", "credentials"],
  enabled: true,
};

export const processEnvironRead: Rule = {
  id: ruleId("process-environ-read"),
  title: "Environment of another process read",
  class: "both",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    below(
      ["/proc/"],
      fileRead(
        `file.path.endsWith("/environ") && !file.path.startsWithAny(["/proc/self/", "/proc/thread-self/"])`,
      ),
    ),
    falco("Read environment variable from /proc files"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Agents that discover services do so at each start, mostly weekly.",
  phrase: "{process} read {file}",
  why: "Secrets that are passed as environment variables can be read by every process of the same user.",
  good: "Secrets come as files with narrow rights, or from a vault at run time. Only known agents read `/proc/*/environ`.",
  remediation: markdown(
    steps(
      "An APM or discovery agent? Exempt that program in the agent's rule.",
      "Mount secrets as files instead of variables.",
      "Reader unknown: rotate what the environment held.",
    ),
    code("yaml", "volumes:", "  - name: db", "    secret: { secretName: db, defaultMode: 0400 }"),
  ),
  references: [K8S_SECRETS, manPage("proc", 5), attack("T1552.001", "Credentials In Files")],
  tags: ["T1552.001", "credentials"],
  enabled: true,
};
