/** Attacks on what runs and on who watches: injected code, a hijacked linker, silenced guards. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  celList,
  code,
  datadog,
  execOf,
  fileChanged,
  markdown,
  NEVER_OPEN,
  onEvent,
  steps,
  tracee,
} from "./kit.ts";
import { attack, CIS_LINUX, K8S_SECCOMP, manPage } from "./references.ts";
import { SHELLS } from "./shells.ts";

/** Debuggers write memory by right; message passing libraries do so between their own ranks. */
const NO_DEBUGGER = `!(process.name in ["gdb", "lldb-server", "dlv", "criu", "orted", "prted", "mpirun"])`;
const BY_A_STRANGER = `container.id != "" && ${NO_DEBUGGER}`;

export const processInjection: Rule = {
  id: ruleId("process-injection"),
  title: "Code written into another process",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    onEvent("process", ["inject"]),
    onEvent("kernel", ["process_vm_writev"], BY_A_STRANGER),
    tracee(["process_vm_writev"], BY_A_STRANGER),
    below(
      ["/proc/"],
      fileChanged(
        `file.path.endsWith("/mem") && !file.path.startsWithAny(["/proc/self/", "/proc/thread-self/"]) && ${NO_DEBUGGER}`,
      ),
    ),
    tracee([
      "TRC-103",
      "ptrace_code_injection",
      "TRC-1024",
      "proc_mem_code_injection",
      "TRC-1025",
      "process_vm_write_inject",
      "TRC-3",
    ]),
    datadog("ptrace_injection"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} wrote into another process",
  why: "Code that is written into a running process acts under that process's name and with its rights, keys and connections. No file of it exists to be scanned.",
  good: "Nobody writes another process's memory: SYS_PTRACE is dropped, `kernel.yama.ptrace_scope` is 1 or higher, and the default seccomp profile is on.",
  remediation: markdown(
    steps(
      "Do not restart: dump the memory of the process that was written to, and of the writer.",
      "Isolate the resource; treat the credentials of both processes as stolen.",
      "Find how the writer came there: its parent, its user, the files it was started from.",
      "Drop SYS_PTRACE, set `kernel.yama.ptrace_scope`, and redeploy from a clean image.",
    ),
    code("sh", "sudo gcore -o /evidence/core PID", "sudo sysctl -w kernel.yama.ptrace_scope=2"),
  ),
  references: [
    attack("T1055", "Process Injection"),
    attack("T1055.008", "Ptrace System Calls"),
    attack("T1055.009", "Proc Memory"),
    manPage("process_vm_readv", 2),
    K8S_SECCOMP,
  ],
  tags: ["T1055", "T1055.008", "T1055.009"],
  enabled: true,
};

const PRELOAD_FILE = "/etc/ld.so.preload";

export const linkerPreloadChanged: Rule = {
  id: ruleId("linker-preload-changed"),
  title: "Library preloaded into every program",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    below([PRELOAD_FILE], fileChanged()),
    // Where an agent sees programs only: `sh -c "echo /lib/x.so > /etc/ld.so.preload"`, `tee`, `cp`.
    execOf(
      SHELLS,
      `process.cmdline.contains("${PRELOAD_FILE}") && process.cmdline.containsAny([">", "tee "])`,
    ),
    execOf(["tee", "cp", "mv"], `size(process.args) > 0 && "${PRELOAD_FILE}" in process.args`),
    // The signature also fires on the variable LD_PRELOAD, by which allocators and APM agents are meant to be loaded.
    tracee(["TRC-107", "ld_preload", "TRC-7"], `file.path == "${PRELOAD_FILE}"`),
  ],
  ...NEVER_OPEN,
  phrase: "{process} changed the linker's preload list",
  why: "`/etc/ld.so.preload` loads a library into every program that starts. User-space rootkits use it to hide files and processes and to take passwords.",
  good: "The file does not exist. Tools that need a preloaded library set `LD_PRELOAD` for their one program.",
  remediation: markdown(
    steps(
      "Read the file with a statically linked program, since all others may already be lied to; keep a copy of the library.",
      "Isolate the resource and replace it; do not clean it in place.",
      "Rotate the credentials that were typed or used on it since the file changed.",
      "An installer of yours? Let it set `LD_PRELOAD` in the unit or the pod instead.",
    ),
    code("sh", "busybox cat /etc/ld.so.preload"),
  ),
  references: [
    attack("T1574.006", "Dynamic Linker Hijacking"),
    attack("T1014", "Rootkit"),
    manPage("ld.so", 8),
  ],
  tags: ["T1574.006", "T1014", "persistence"],
  enabled: true,
};

/** Agents and kernel facilities that record or refuse. */
const GUARDS = [
  "auditd",
  "falco",
  "tetragon",
  "tracee",
  "datadog-agent",
  "osqueryd",
  "laurel",
  "auditbeat",
  "apparmor",
  "rsyslog",
  "crowdstrike",
  "falcon-sensor",
  "wazuh-agent",
];

export const defencesStopped: Rule = {
  id: ruleId("defences-stopped"),
  title: "Security agent or audit stopped",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["systemctl", "service"],
      `process.args.exists(a, a in ["stop", "disable", "mask", "kill"])
       && process.args.exists(a, a.startsWithAny(${celList(GUARDS)}))`,
    ),
    execOf(["pkill", "killall"], `process.args.exists(a, a.startsWithAny(${celList(GUARDS)}))`),
    // Rules deleted, or auditing switched off.
    execOf(
      ["auditctl"],
      `"-D" in process.args || ("-e" in process.args && "0" in process.args) || "-e0" in process.args`,
    ),
    execOf(["setenforce"], `process.args.exists(a, a.lowerAscii() in ["0", "permissive"])`),
    execOf(["aa-teardown", "aa-disable"]),
    datadog("apparmor_modified_tty", "auditd_config_modified", "auditd_rule_file_modified"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} silenced a guard",
  why: "Intruders stop the agents and the audit that could report them before they go on. What happens next is seen by nobody, and a finding that goes quiet then proves nothing.",
  good: "Agents are stopped only by the tool that updates them. Audit rules are immutable until the next boot (`auditctl -e 2`).",
  remediation: markdown(
    steps(
      "A known update or maintenance? Move it to configuration management, so that it does not look like this.",
      "Otherwise start the agent again, and look at what the user did in the minutes before and after.",
      "Compare the host's last heartbeat with its neighbours': for how long was nobody watching?",
      "Make audit rules immutable; let only root of the platform team stop agents.",
    ),
    code("sh", "sudo systemctl start falco auditd", "sudo auditctl -e 2"),
  ),
  references: [attack("T1562.001", "Disable or Modify Tools"), CIS_LINUX],
  tags: ["T1562.001", "evidence"],
  enabled: true,
};
