/** Programs that were not part of the image or the system. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  CONTAINER,
  datadog,
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
  CIS_LINUX,
  K8S_SECURITY_CONTEXT,
  K8S_VOLUMES,
  NIST_800_190,
} from "./references.ts";

/** Compiled programs only: a script shows its interpreter here, which is elsewhere. */
const TMP_DIRS = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/"];

export const execFromTmp: Rule = {
  id: ruleId("exec-from-tmp"),
  title: "Program run from a temporary directory",
  class: "both",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    below(TMP_DIRS, onEvent("process", ["exec"])),
    falco("Execution from /dev/shm"),
    tetragon(["tmp-execs"]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Installers and test runners unpack to /tmp with a weekly job or release.",
  phrase: "{process} ran from a temporary directory",
  why: "Anyone may write to `/tmp` and `/dev/shm`, so this is where a downloaded payload starts. Programs that do it by habit make it impossible to forbid.",
  good: "Temporary directories are mounted `noexec`; what unpacks itself uses a directory of its own.",
  remediation: markdown(
    steps(
      "A known program (JNA, PyInstaller, Terraform providers, installers)? Give it another directory: `-Djna.tmpdir=`, `TMPDIR=`.",
      "An unknown file: keep a copy, isolate the resource, look for who wrote it.",
      "Mount temporary directories `noexec`.",
    ),
    code(
      "sh",
      "sudo mount -o remount,noexec,nosuid,nodev /dev/shm",
      "# /etc/fstab: tmpfs /tmp tmpfs noexec,nosuid,nodev 0 0",
    ),
  ),
  references: [
    CIS_LINUX,
    attack("T1059.004", "Unix Shell"),
    attack("T1105", "Ingress Tool Transfer"),
  ],
  tags: ["T1059.004", "T1105", "drift"],
  enabled: true,
};

export const containerDrift: Rule = {
  id: ruleId("container-drift"),
  title: "Program run that is not in the image",
  class: "both",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    falco(
      "Drop and execute new binary in container",
      "Container Drift Detected (chmod)",
      "Container Drift Detected (open+create)",
    ),
    tetragon(["exec-unlinked"]),
    tracee(["TRC-1022", "dropped_executable", "TRC-9", "TRC-1015", "hidden_file_created"]),
    datadog("new_binary_execution_in_container", "executable_bit_added"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Installs at start-up repeat with a weekly deploy.",
  phrase: "{process} ran, which is not in the image",
  why: "The file was written after the container started: an install at run time, or a payload. Either way it is code that no scan has seen.",
  good: "Containers run only what their image holds, on a read-only root file system, with `noexec` on what is writable.",
  remediation: markdown(
    steps(
      "Find out who wrote the file: the entrypoint, a person, or the network.",
      "Entrypoint: move the install or download into the image build.",
      "Network: isolate the pod, keep the file, and replace it.",
      "Make the root file system read-only.",
    ),
    code("yaml", "securityContext:", "  readOnlyRootFilesystem: true", "  runAsNonRoot: true"),
  ),
  references: [
    NIST_800_190,
    K8S_SECURITY_CONTEXT,
    K8S_VOLUMES,
    attack("T1105", "Ingress Tool Transfer"),
  ],
  tags: ["T1105", "drift"],
  enabled: true,
};

const DECODES = `process.args.exists(a, a in ["-d", "-D", "--decode", "-di", "-id"])`;

export const payloadDecoded: Rule = {
  id: ruleId("payload-decoded"),
  title: "Base64 decoded in a container",
  class: "posture",
  severity: "low",
  scope: CONTAINER,
  matchers: [execOf(["base64", "base32"], DECODES), falco("Decoding Payload in Container")],
  quietPeriodMs: days(7),
  quietPeriodReason: "Entrypoints that decode configuration do so at each deploy, mostly weekly.",
  phrase: "{process} decoded a payload",
  why: "Decoding in a shell is how secrets and scripts get into containers around the proper way, and how payloads are unpacked.",
  good: "Secrets and configuration are mounted as files, already decoded.",
  remediation: markdown(
    steps(
      "Find the script: usually an entrypoint that unpacks a variable.",
      "Mount the value from a Secret as a file; Kubernetes decodes it.",
      "Decoded text that goes to a shell (`| sh`) from an unknown source is an incident.",
    ),
  ),
  references: [attack("T1140", "Deobfuscate/Decode Files or Information"), NIST_800_190],
  tags: ["T1140"],
  enabled: true,
};
