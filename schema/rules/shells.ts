/** Shells, and people at them, where services should run alone. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  celList,
  code,
  CONTAINER,
  datadog,
  days,
  execOf,
  falco,
  markdown,
  steps,
} from "./kit.ts";
import { attack, CIS_LINUX, K8S_DEBUG, K8S_RBAC, NIST_800_190 } from "./references.ts";

/** Programs that read commands from a person or a script. */
export const SHELLS = [
  "sh",
  "bash",
  "ash",
  "dash",
  "zsh",
  "ksh",
  "mksh",
  "csh",
  "tcsh",
  "fish",
  "rbash",
] as const;

/**
 * A terminal says that a person types. Tetragon reports none: there, a shell without a script
 * or command, started by the container runtime, is what `kubectl exec -it` leaves.
 */
const INTERACTIVE = `process.tty || (
  event.format == "tetragon"
  && process.parent.name in ["runc", "crun", "runsc", "youki", "conmon", "containerd-shim", "containerd-shim-runc-v2"]
  && process.args.all(a, a in ["-i", "-l", "-il", "-li", "--login"])
)`;

export const interactiveShellInContainer: Rule = {
  id: ruleId("interactive-shell-in-container"),
  title: "Interactive shell in a container",
  class: "posture",
  severity: "medium",
  // The period is a day: who has been in and out for three is not debugging any more.
  rises: [{ afterMs: days(3), severity: "high" }],
  scope: CONTAINER,
  matchers: [
    execOf(SHELLS, INTERACTIVE),
    falco("Terminal shell in container"),
    datadog("interactive_shell_in_container", "tty_shell_in_container"),
  ],
  quietPeriodMs: days(1),
  quietPeriodReason:
    "Whoever debugs comes back within the day; a weekly habit lengthens the period by itself.",
  phrase: "{process} ran on a terminal",
  why: "Someone works by hand inside a running container. What they change is in no image and no review, it is gone with the next restart, and it looks exactly like an intruder who does the same.",
  good: "Production containers are not entered. Debugging happens by logs, metrics and ephemeral debug containers, and the right to exec is given for an incident and taken back.",
  remediation: markdown(
    steps(
      "Ask who it was: the cluster's audit log names the user of each `pods/exec`.",
      "Take `create` on `pods/exec` out of everyday roles; keep it in a break-glass role.",
      "Offer `kubectl debug` with a known image instead.",
      "Ship images without a shell (distroless) where the service allows it.",
    ),
    code(
      "sh",
      "kubectl get clusterroles -o json | jq -r '.items[] | select(.rules[]?.resources[]? == \"pods/exec\") | .metadata.name' | sort -u",
      "kubectl debug -it POD --image=busybox --target=CONTAINER",
    ),
  ),
  references: [
    K8S_DEBUG,
    K8S_RBAC,
    NIST_800_190,
    attack("T1609", "Container Administration Command"),
    attack("T1059.004", "Unix Shell"),
  ],
  tags: ["T1609", "T1059.004", "access"],
  enabled: true,
};

/** Runtimes that serve applications. Web servers are another matter: see web-server-spawned-shell. */
const APP_RUNTIMES = [
  "java",
  "node",
  "dotnet",
  "ruby",
  "puma",
  "unicorn",
  "gunicorn",
  "uwsgi",
  "uvicorn",
  "beam.smp",
] as const;

export const shellSpawnedByApp: Rule = {
  id: ruleId("shell-spawned-by-app"),
  title: "Shell started by an application",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(SHELLS, `container.id != "" && process.parent.name in ${celList(APP_RUNTIMES)}`),
    falco("Run shell untrusted"),
    datadog("java_shell_execution_parent", "jupyter_shell_execution"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Report and export jobs that shell out run weekly.",
  phrase: "{process} was started by an application",
  why: "An application that runs commands through a shell is one unescaped parameter away from command injection, and makes a real intrusion look like its daily work.",
  good: "Applications call libraries, or start programs with a list of arguments and no shell.",
  remediation: markdown(
    steps(
      "Read the command in the samples and find the call in the code (`exec`, `system`, `Runtime.exec`, backticks).",
      "Replace it by a library, or start the program directly with separate arguments.",
      "Take the shell out of the image where nothing needs it.",
    ),
    code(
      "js",
      "// not: exec(`convert ${input} out.png`)",
      'execFile("convert", [input, "out.png"]);',
    ),
  ),
  references: [NIST_800_190, attack("T1059.004", "Unix Shell")],
  tags: ["T1059.004", "code"],
  enabled: true,
};

/** Accounts that packages create for their daemons. */
const SERVICE_ACCOUNTS = [
  "bin",
  "daemon",
  "games",
  "lp",
  "mail",
  "nobody",
  "ntp",
  "sshd",
  "sync",
  "www-data",
  "nginx",
  "apache",
  "mysql",
  "postgres",
  "redis",
  "rpc",
  "systemd-network",
  "uucp",
] as const;

export const systemUserInteractive: Rule = {
  id: ruleId("system-user-interactive"),
  title: "Service account used interactively",
  class: "posture",
  severity: "low",
  scope: ANYWHERE,
  matchers: [
    execOf(SHELLS, `process.tty && user.name in ${celList(SERVICE_ACCOUNTS)}`),
    falco("System user interactive"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Maintenance by hand tends to have a weekly rhythm.",
  phrase: "{process} ran on a terminal of a service account",
  why: "Service accounts belong to daemons. When people use them, nobody can tell who did what, and a stolen daemon account does not stand out.",
  good: "Service accounts have `nologin` as shell. People use accounts of their own and `sudo`, which leaves a record.",
  remediation: markdown(
    steps(
      "Ask who works there; the login uid in the samples names the account that they came from.",
      "Give them a `sudo` rule for the commands that they need.",
      "Close the account for logins.",
    ),
    code("sh", "sudo usermod --shell /usr/sbin/nologin ACCOUNT"),
  ),
  references: [CIS_LINUX, attack("T1078.003", "Local Accounts")],
  tags: ["T1078.003", "access"],
  enabled: true,
};
