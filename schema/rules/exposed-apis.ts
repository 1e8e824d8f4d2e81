/** Interfaces that ask for no proof of who calls, and protocols that hide nothing. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { ANYWHERE, code, days, execOf, markdown, onEvent, steps } from "./kit.ts";
import { attack, CIS_DOCKER, CIS_KUBERNETES, CIS_LINUX, NIST_800_190 } from "./references.ts";

export const kubeletReadOnlyPort: Rule = {
  id: ruleId("kubelet-read-only-port"),
  title: "Kubelet's read-only port used",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    onEvent("network", ["connect", "listen", "listening"], "network.port == 10255"),
    execOf(
      ["kubelet"],
      `process.args.exists(a, a.startsWith("--read-only-port=") && a != "--read-only-port=0")`,
    ),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason:
    "Collectors of metrics ask every minute; inventories that ask weekly are the slowest.",
  phrase: "{process} used port 10255",
  why: "Port 10255 tells anyone who asks, without a login, all pods of the node with their images, environment and volumes: a map for an intruder.",
  good: "`readOnlyPort` is 0 on every kubelet; collectors use port 10250 with a token and narrow rights.",
  remediation: markdown(
    steps(
      "Find the callers by the samples: usually an old metrics agent.",
      "Move them to `https://NODE:10250` with a service account that may `get` `nodes/metrics`.",
      "Set `readOnlyPort: 0` in the kubelet's configuration, and restart the kubelets one by one.",
    ),
    code(
      "yaml",
      "# KubeletConfiguration",
      "readOnlyPort: 0",
      "authentication: { anonymous: { enabled: false } }",
    ),
  ),
  references: [CIS_KUBERNETES, NIST_800_190, attack("T1613", "Container and Resource Discovery")],
  tags: ["T1613", "kubernetes"],
  enabled: true,
};

export const dockerTcpUnencrypted: Rule = {
  id: ruleId("docker-tcp-unencrypted"),
  title: "Docker API without TLS",
  class: "posture",
  severity: "high",
  scope: ANYWHERE,
  matchers: [
    onEvent("network", ["connect", "listen", "listening"], "network.port == 2375"),
    execOf(
      ["dockerd"],
      `process.args.exists(a, a.contains("tcp://")) && !process.args.exists(a, a.startsWith("--tlsverify"))`,
    ),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Build and clean-up jobs may use the API only weekly.",
  phrase: "{process} used Docker's port 2375",
  why: "Port 2375 gives whoever reaches it root on the host, without a password. Worms search the internet for it, and start miners within minutes.",
  good: "The daemon listens on its Unix socket only. Remote builds go over SSH or mutual TLS.",
  remediation: markdown(
    steps(
      "Close the port in the firewall now.",
      "Remove `-H tcp://…` from the unit and `hosts` from `/etc/docker/daemon.json`; restart the daemon.",
      "Give clients an SSH context, or mutual TLS on 2376.",
      "Look through the host's containers and images for some that nobody knows.",
    ),
    code(
      "sh",
      "docker context create build --docker host=ssh://build@HOST",
      "docker ps -a --no-trunc",
    ),
  ),
  references: [
    CIS_DOCKER,
    NIST_800_190,
    attack("T1610", "Deploy Container"),
    attack("T1133", "External Remote Services"),
  ],
  tags: ["T1610", "T1133", "privilege"],
  enabled: true,
};

export const clearTextProtocol: Rule = {
  id: ruleId("clear-text-protocol"),
  title: "Clear-text remote access or transfer",
  class: "posture",
  severity: "medium",
  scope: ANYWHERE,
  matchers: [
    // FTP, Telnet, rexec and rlogin.
    onEvent(
      "network",
      ["connect", "listen", "listening"],
      `network.port in [21, 23, 512, 513] && network.protocol != "udp"`,
    ),
    execOf([
      "telnetd",
      "in.telnetd",
      "vsftpd",
      "proftpd",
      "pure-ftpd",
      "tftpd",
      "in.tftpd",
      "rlogin",
      "rsh",
    ]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Scheduled transfers run weekly.",
  phrase: "{process} spoke in clear text with {peer}",
  why: "Telnet and FTP send passwords readable for everyone on the way, and nothing proves that the answer is the server's.",
  good: "Remote access is SSH or a session manager; files move over SFTP, HTTPS or object storage.",
  remediation: markdown(
    steps(
      "Find the job and the peer in the samples.",
      "Move transfers to SFTP or HTTPS, and logins to SSH.",
      "Change the passwords that were sent, remove the daemon, and close the ports.",
    ),
    code("sh", "sudo apt-get purge telnetd vsftpd tftpd-hpa rsh-server"),
  ),
  references: [CIS_LINUX, NIST_800_190, attack("T1040", "Network Sniffing")],
  tags: ["T1040", "egress"],
  enabled: true,
};
