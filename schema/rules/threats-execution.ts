/** Attacks that run code: shells for strangers, exploited services, programs without a file. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  celList,
  code,
  CONTAINER,
  datadog,
  execOf,
  falco,
  markdown,
  NEVER_OPEN,
  onEvent,
  steps,
  tetragon,
  tracee,
} from "./kit.ts";
import { attack, cve, K8S_NETWORK_POLICIES, manPage, NIST_800_190 } from "./references.ts";
import { SHELLS } from "./shells.ts";

/** Cuts a pod off from the network and keeps it for analysis; the policy selects the label. */
const ISOLATE = code(
  "sh",
  "kubectl label pod POD quarantine=true --overwrite   # with a deny-all NetworkPolicy on quarantine=true",
  "kubectl cordon NODE",
);

export const reverseShell: Rule = {
  id: ruleId("reverse-shell"),
  title: "Reverse shell",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    execOf(
      SHELLS,
      `process.cmdline.containsAny(["/dev/tcp/", "/dev/udp/"])
       || process.cmdline.containsAny(["mkfifo ", "mknod "])
          && process.cmdline.containsAny([" nc ", "|nc ", " ncat ", "|ncat ", " netcat ", " telnet ", " openssl s_client"])`,
    ),
    execOf(
      ["python", "python3", "perl", "ruby", "php"],
      `process.cmdline.containsAny(["pty.spawn(", "os.dup2(", "fsockopen(", "TCPSocket.new(", "sockaddr_in(", "IO::Socket::INET"])
       && process.cmdline.containsAny(["/bin/sh", "/bin/bash", "sh -i", "\\"sh\\"", "'sh'"])`,
    ),
    falco(
      "Redirect STDOUT/STDIN to Network Connection in Container",
      "Reverse Shell from Web Server",
    ),
    tracee(["TRC-101", "stdio_over_socket", "TRC-1"]),
    datadog("perl_shell", "php_shell"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} gave a shell to {peer}",
  why: "A shell whose input and output are a network connection is remote control of the container by whoever is at the other end.",
  good: "No process binds a shell to a socket, and egress policies leave it nobody to call.",
  remediation: markdown(
    steps(
      "Isolate the pod; do not delete it yet.",
      "Note the peer, and search for it in the flow logs of all other workloads.",
      "Find the way in: the parent process and the service's access log just before.",
      "Rotate every credential that the container held; redeploy from a fixed image.",
    ),
    ISOLATE,
  ),
  references: [
    attack("T1059.004", "Unix Shell"),
    attack("T1071", "Application Layer Protocol"),
    K8S_NETWORK_POLICIES,
  ],
  tags: ["T1059.004", "T1071"],
  enabled: true,
};

export const netcatExec: Rule = {
  id: ruleId("netcat-exec"),
  title: "Netcat or socat that runs a command",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["nc", "ncat", "netcat", "nc.traditional"],
      `process.args.exists(a, a in ["-e", "-c", "--exec", "--sh-exec", "-lvpe", "-nve", "-ne", "-le"] || a.startsWithAny(["--exec=", "--sh-exec="]))`,
    ),
    execOf(["socat"], `process.cmdline.lowerAscii().containsAny(["exec:", "system:"])`),
    falco(
      "Netcat Remote Code Execution in Container",
      "Netcat/Socat Remote Code Execution on Host",
    ),
    datadog("socat_shell"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} ran a command for {peer}",
  why: "`nc -e` and `socat EXEC:` connect a program, nearly always a shell, to the network. There is no good reason for it in production.",
  good: "Neither tool is in a workload's image.",
  remediation: markdown(
    steps(
      "Isolate the resource, and note peer and port.",
      "Find out who started it: the parent process and the user.",
      "Rotate credentials; rebuild from a clean image without the tools.",
    ),
    ISOLATE,
  ),
  references: [
    attack("T1059.004", "Unix Shell"),
    attack("T1095", "Non-Application Layer Protocol"),
  ],
  tags: ["T1059.004", "T1095"],
  enabled: true,
};

/** Servers that face the web and have no business with commands. */
export const WEB_SERVERS = [
  "nginx",
  "httpd",
  "apache2",
  "lighttpd",
  "caddy",
  "haproxy",
  "envoy",
  "traefik",
  "php-fpm",
  "php-fpm7.4",
  "php-fpm8.1",
  "php-fpm8.2",
  "php-fpm8.3",
  "php-fpm8.4",
];

export const webServerSpawnedShell: Rule = {
  id: ruleId("web-server-spawned-shell"),
  title: "Web server started a shell",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    execOf(SHELLS, `process.parent.name in ${celList(WEB_SERVERS)}`),
    falco("Web Server Spawned Shell", "Web Server Spawned Suspicious Child Process"),
    tracee(["TRC-1016", "illegitimate_shell", "TRC-12"]),
    datadog("potential_web_shell_parent"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} was started by a web server",
  why: "A web server that starts a shell is what a web shell or command injection looks like from the kernel.",
  good: "Web servers start only their own workers. Applications that must run programs do so elsewhere, without a shell.",
  remediation: markdown(
    steps(
      "Read the command, and the access log at the same second: which request caused it?",
      "Look for files written below the document root lately.",
      "Isolate the pod, fix the hole, redeploy, rotate credentials.",
      "A known CGI script: replace it; this rule cannot tell it from an attack.",
    ),
    code("sh", "find /var/www -newermt '-2 days' -type f -ls"),
    ISOLATE,
  ),
  references: [
    attack("T1505.003", "Web Shell"),
    attack("T1190", "Exploit Public-Facing Application"),
  ],
  tags: ["T1505.003", "T1190"],
  enabled: true,
};

const DATABASES = [
  "mysqld",
  "mariadbd",
  "postgres",
  "mongod",
  "redis-server",
  "sqlservr",
  "oracle",
];

export const databaseSpawnedProcess: Rule = {
  id: ruleId("database-spawned-process"),
  title: "Database started another program",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    execOf(
      [...SHELLS, "curl", "wget", "python", "python3", "perl", "nc"],
      // PostgreSQL archives its log by a shell command of its own.
      `process.parent.name in ${celList(DATABASES)}
       && !process.cmdline.containsAny(["pg_wal", "archive-push", "wal-push", "wal-g", "archive_status"])`,
    ),
    falco("DB program spawned process"),
    datadog("database_shell_execution"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} was started by a database",
  why: "SQL injection becomes code execution by `COPY … PROGRAM`, user-defined functions or Redis modules; then the database starts a program.",
  good: "Databases start only their own workers and the archive command.",
  remediation: markdown(
    steps(
      "Find the statement in the database's log at that second, and the client that sent it.",
      "Revoke superuser and `pg_execute_server_program` from application roles; remove unknown functions.",
      "Rotate the credentials in the database, and check its data.",
    ),
    code(
      "sql",
      "SELECT rolname FROM pg_roles WHERE rolsuper;",
      "REVOKE pg_execute_server_program FROM app;",
    ),
  ),
  references: [
    attack("T1190", "Exploit Public-Facing Application"),
    attack("T1059", "Command and Scripting Interpreter"),
  ],
  tags: ["T1190", "T1059", "database"],
  enabled: true,
};

export const filelessExec: Rule = {
  id: ruleId("fileless-exec"),
  title: "Program run from memory, without a file",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    // runc runs a sealed copy of itself from memory; that is its defence against CVE-2019-5736.
    below(
      ["memfd:", "/memfd:", "/dev/fd/", "/proc/self/fd/"],
      onEvent(
        "process",
        ["exec"],
        `!(process.exe.containsAny(["memfd:runc", "memfd:crun"]) || process.name.startsWith("runc"))`,
      ),
    ),
    falco("Fileless execution via memfd_create"),
    tetragon(["exec-fileless"], `!process.name.startsWith("runc")`),
    tracee(["TRC-105", "fileless_execution", "TRC-5"], `!process.name.startsWith("runc")`),
    datadog("memfd_create"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} ran from memory",
  why: "A program that exists only in memory leaves nothing for scanners and forensics. Loaders of malware do this on purpose.",
  good: "Every program that runs is a file of the image.",
  remediation: markdown(
    steps(
      "Do not restart: the evidence is in memory. Copy the program from `/proc/PID/exe` first.",
      "Isolate the resource, and find the parent that loaded it.",
      "Rotate credentials; rebuild the node or the pod.",
    ),
    code("sh", "sudo cp /proc/PID/exe /evidence/PID.bin && sha256sum /evidence/PID.bin"),
  ),
  references: [attack("T1620", "Reflective Code Loading"), manPage("memfd_create", 2)],
  tags: ["T1620"],
  enabled: true,
};

export const installScriptNetworkTool: Rule = {
  id: ruleId("install-script-network-tool"),
  title: "Package install called the network by a tool",
  class: "threat",
  severity: "high",
  scope: CONTAINER,
  matchers: [falco("Network Tool Executed During NPM Package Install")],
  ...NEVER_OPEN,
  phrase: "{process} ran during a package install",
  why: "Install scripts of a hijacked package fetch their payload with `curl` or `wget`, and run with everything that the build may reach.",
  good: "Builds install from a lock file, with install scripts off, and without credentials in the environment.",
  remediation: markdown(
    steps(
      "Find the package in the samples' parents; check it against advisories.",
      "Assume that the build's tokens are stolen; rotate them.",
      "Turn install scripts off, and allow the few packages that need them.",
    ),
    code("sh", "npm ci --ignore-scripts"),
  ),
  references: [attack("T1195.002", "Compromise Software Supply Chain"), NIST_800_190],
  tags: ["T1195.002", "supply-chain"],
  enabled: true,
};

export const jndiClassDownload: Rule = {
  id: ruleId("jndi-class-download"),
  title: "Java loaded code from the network (Log4Shell)",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    {
      on: "event",
      kind: "network",
      actions: ["connect"],
      processNames: ["java"],
      // The ports of LDAP and RMI where the public exploits listen.
      when: `network.direction != "inbound" && network.port in [1389, 1099]
        && !network.ip.startsWithAny(["10.", "127.", "192.168.", "172.16.", "::1", "fd"])`,
    },
    falco("Java Process Class File Download"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} loaded code from {peer}",
  why: "A JNDI look-up in a logged string makes old log4j fetch and run a class from the attacker's server.",
  good: "log4j is 2.17.1 or newer everywhere, and Java services have no egress to arbitrary addresses.",
  remediation: markdown(
    steps(
      "Isolate the service; note the peer.",
      "Search its request logs for `${jndi:` (also in odd spellings).",
      "Update log4j; a scan of jars finds nested copies.",
      "Rotate the service's credentials; deny egress.",
    ),
    code("sh", "find / -xdev -name 'log4j-core*.jar' 2>/dev/null"),
  ),
  references: [cve("CVE-2021-44228"), attack("T1190", "Exploit Public-Facing Application")],
  tags: ["T1190", "CVE-2021-44228"],
  enabled: true,
};
