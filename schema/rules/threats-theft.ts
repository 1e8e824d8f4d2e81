/** Attacks on what is worth money: credentials, files, computing time. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  code,
  datadog,
  execOf,
  falco,
  markdown,
  NEVER_OPEN,
  onEvent,
  steps,
  tetragon,
} from "./kit.ts";
import { attack, AWS_IRSA, K8S_NETWORK_POLICIES, K8S_SECRETS, manPage } from "./references.ts";

/** What a search for secrets names; a search for `password` alone is a developer's. */
const SECRET_NAMES = `process.cmdline.containsAny([
  "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "BEGIN RSA PRIVATE", "BEGIN OPENSSH PRIVATE", "BEGIN PRIVATE",
  "aws_access_key_id", "aws_secret_access_key", "aws_session_token", ".aws/credentials", ".kube/config", ".docker/config.json"
])`;

export const credentialSearch: Rule = {
  id: ruleId("credential-search"),
  title: "Search for credentials",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    execOf(["grep", "egrep", "fgrep", "rg", "ag", "find", "locate", "xargs"], SECRET_NAMES),
    falco("Search Private Keys or Passwords", "Find AWS Credentials"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} searched for credentials",
  why: "Searching a file system for keys is what comes right after getting in, and right before moving on.",
  good: "Long-lived keys lie on no disk: workloads have roles, people have tokens that end. Secret scanning happens in pipelines.",
  remediation: markdown(
    steps(
      "A scanner of yours? Run it in the pipeline or on the registry, not in production.",
      "Otherwise isolate the resource; see what was found and what was contacted afterwards.",
      "Rotate every credential on it; replace static keys by roles.",
    ),
  ),
  references: [
    attack("T1552.001", "Credentials In Files"),
    attack("T1552.004", "Private Keys"),
    AWS_IRSA,
    K8S_SECRETS,
  ],
  tags: ["T1552.001", "T1552.004", "credentials"],
  enabled: true,
};

export const linkToSensitiveFile: Rule = {
  id: ruleId("link-to-sensitive-file"),
  title: "Link to a sensitive file created",
  class: "threat",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["ln"],
      `process.args.exists(a, a in ["/etc/shadow", "/etc/sudoers", "/etc/gshadow", "/etc/passwd", "/root/.ssh", "/root/.ssh/id_rsa"])`,
    ),
    falco("Create Symlink Over Sensitive Files", "Create Hardlink Over Sensitive Files"),
    tetragon(["sys-linkat-passwd", "sys-symlink-passwd"]),
  ],
  ...NEVER_OPEN,
  phrase: "{process} linked to a sensitive file",
  why: "A link brings a protected file into a directory that a privileged program reads or writes for the attacker.",
  good: "Nobody links to account files. `fs.protected_symlinks` and `fs.protected_hardlinks` are 1.",
  remediation: markdown(
    steps(
      "Remove the link; see which program follows it.",
      "Check the user and the process tree in the samples.",
      "Turn on the kernel's protections.",
    ),
    code("sh", "sudo sysctl -w fs.protected_symlinks=1 fs.protected_hardlinks=1"),
  ),
  references: [manPage("symlink", 7), attack("T1003.008", "/etc/passwd and /etc/shadow")],
  tags: ["T1003.008"],
  enabled: true,
};

export const directoryTraversalRead: Rule = {
  id: ruleId("directory-traversal-read"),
  title: "File read by directory traversal",
  class: "threat",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    onEvent(
      "file",
      ["open", "read"],
      `file.path.contains("/../") && file.path.endsWithAny(["/etc/passwd", "/etc/shadow", "/proc/self/environ", "/.ssh/id_rsa", "/etc/kubernetes/admin.conf"])`,
    ),
    falco("Directory traversal monitored file read"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} read {file}",
  why: "A path with `../` that ends in a sensitive file is an exploited download or include, seen from the kernel.",
  good: "Applications resolve a path and check that it is below their own directory before they open it.",
  remediation: markdown(
    steps(
      "Find the request in the access log at that second.",
      "Fix the handler: resolve the path, then compare its beginning.",
      "Rotate what the file held.",
    ),
    code(
      "js",
      "const file = path.resolve(root, name);",
      "if (!file.startsWith(root + path.sep)) return notFound();",
    ),
  ),
  references: [
    attack("T1190", "Exploit Public-Facing Application"),
    { title: "CWE-22: Path Traversal", url: "https://cwe.mitre.org/data/definitions/22.html" },
  ],
  tags: ["T1190", "CWE-22"],
  enabled: true,
};

export const cryptoMiner: Rule = {
  id: ruleId("crypto-miner"),
  title: "Crypto miner",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    execOf([
      "xmrig",
      "xmr-stak",
      "minerd",
      "cpuminer",
      "ethminer",
      "t-rex",
      "nbminer",
      "lolMiner",
      "phoenixminer",
      "cgminer",
      "bfgminer",
      "kinsing",
      "kdevtmpfsi",
      "ccminer",
    ]),
    onEvent(
      "process",
      ["exec"],
      `process.cmdline.containsAny(["stratum+tcp", "stratum+ssl", "stratum2+tcp", "--donate-level", "--randomx", "cryptonight", "--coin=monero", "minexmr.com", "nanopool.org", "supportxmr.com"])`,
    ),
    falco(
      "Detect outbound connections to common miner pool ports",
      "Detect crypto miners using the Stratum protocol",
      "Known Cryptominer Process Executed",
    ),
    datadog("cryptominer_args", "cryptominer_envs", "mining_pool_lookup"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} mined",
  why: "Miners are what automated intrusions leave behind. The bill is the small part: the way in is open to others.",
  good: "Containers run only what their image holds, have CPU limits, and egress to known addresses only.",
  remediation: markdown(
    steps(
      "Isolate the pod, keep its image digest and the binary, then delete it.",
      "Find the way in: an exposed API, a weak password, a hijacked image.",
      "Search all nodes for the same binary and pool; check cron and `authorized_keys` for what restarts it.",
      "Rotate credentials; deny egress by default.",
    ),
    code("sh", "kubectl top pods -A --sort-by=cpu | head"),
  ),
  references: [attack("T1496", "Resource Hijacking"), K8S_NETWORK_POLICIES],
  tags: ["T1496"],
  enabled: true,
};
