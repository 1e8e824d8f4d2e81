/** Tools for looking around a network or moving data over it. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { code, CONTAINER, datadog, days, execOf, falco, HOST, markdown, steps } from "./kit.ts";
import {
  attack,
  DOCKER_MULTI_STAGE,
  K8S_DEBUG,
  K8S_NETWORK_POLICIES,
  NIST_800_190,
} from "./references.ts";

/** See other people's traffic, or who else is there. Nothing in production needs them. */
const SCANNERS_AND_SNIFFERS = [
  "nmap",
  "masscan",
  "zmap",
  "rustscan",
  "arp-scan",
  "tcpdump",
  "tshark",
  "dumpcap",
  "ngrep",
  "ettercap",
  "bettercap",
  "mitmproxy",
  "mitmdump",
] as const;

const DIAGNOSTICS = [
  "nc",
  "ncat",
  "netcat",
  "nc.openbsd",
  "nc.traditional",
  "socat",
  "telnet",
  "dig",
  "nslookup",
  "host",
  "traceroute",
  "mtr",
  "iperf",
  "iperf3",
  "arping",
  "hping3",
] as const;

export const networkToolInContainer: Rule = {
  id: ruleId("network-tool-in-container"),
  title: "Network tool run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    execOf([...SCANNERS_AND_SNIFFERS, ...DIAGNOSTICS]),
    falco("Launch Suspicious Network Tool in Container"),
    datadog("common_net_intrusion_util", "network_sniffing_tool"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Debugging by hand follows the week; a scripted check runs far more often.",
  phrase: "{process} ran",
  why: "Scanners, sniffers and netcat in a workload's image serve an intruder as well as an engineer: they map the cluster, listen and tunnel, and nobody can tell one from the other.",
  good: "Workload images carry no network tools. Debugging uses an ephemeral container with an image made for it.",
  remediation: markdown(
    steps(
      "A start-up or health check? Use the probes of Kubernetes, or the service's own client.",
      "A person? Show them ephemeral debug containers.",
      "Remove the packages from the Dockerfile (`netcat-openbsd`, `tcpdump`, `dnsutils`, `nmap`).",
    ),
    code("sh", "kubectl debug -it POD --image=nicolaka/netshoot --target=CONTAINER"),
    code("yaml", "readinessProbe:", "  tcpSocket:", "    port: 5432"),
  ),
  references: [
    K8S_DEBUG,
    NIST_800_190,
    attack("T1046", "Network Service Discovery"),
    attack("T1040", "Network Sniffing"),
  ],
  tags: ["T1046", "T1040", "image"],
  enabled: true,
};

export const networkToolOnHost: Rule = {
  id: ruleId("network-tool-on-host"),
  title: "Scanner or sniffer run on a host",
  class: "posture",
  severity: "low",
  scope: HOST,
  matchers: [
    execOf(SCANNERS_AND_SNIFFERS),
    falco("Launch Suspicious Network Tool on Host"),
    datadog("common_net_intrusion_util", "network_sniffing_tool"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Debugging by hand follows the week.",
  phrase: "{process} ran",
  why: "On a node, a sniffer sees the traffic of every pod, and a scan comes from an address that network policies trust.",
  good: "Flow logs, service mesh telemetry and debug pods answer what a sniffer would.",
  remediation: markdown(
    steps(
      "Ask the person whom the samples name what they were looking for.",
      "Give them flow logs (VPC flow logs, Hubble) or a debug pod.",
      "Remove the tools from the node image.",
    ),
    code("sh", "kubectl debug node/NODE -it --image=nicolaka/netshoot"),
  ),
  references: [
    K8S_DEBUG,
    attack("T1040", "Network Sniffing"),
    attack("T1046", "Network Service Discovery"),
  ],
  tags: ["T1040", "T1046"],
  enabled: true,
};

/** Health checks fetch from the container itself; the metadata service has a rule of its own. */
const FETCHES_FROM_AFAR = `size(process.args) > 0
  && !process.cmdline.containsAny(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254"])`;

export const downloadToolInContainer: Rule = {
  id: ruleId("download-tool-in-container"),
  title: "Download tool run in a container",
  class: "posture",
  severity: "low",
  scope: CONTAINER,
  matchers: [
    execOf(["curl", "wget", "aria2c", "axel", "lwp-download"], FETCHES_FROM_AFAR),
    falco("Launch Ingress Remote File Copy Tools in Container"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Scripts that fetch data run with a weekly job or deploy.",
  phrase: "{process} ran",
  why: "What is downloaded at run time bypasses review, scanning and pinning. The same tool brings in the second stage of an attack.",
  good: "Images hold what they need. Services call others through their own HTTP client, and egress is limited to known names.",
  remediation: markdown(
    steps(
      "Read the address in the samples.",
      "A file the service needs: fetch it in the build and check its digest.",
      "A call to another service: use the application's HTTP client.",
      "Remove `curl` and `wget` from the final stage; restrict egress.",
    ),
    code("dockerfile", "ADD --checksum=sha256:… https://example.com/model.bin /opt/model.bin"),
  ),
  references: [DOCKER_MULTI_STAGE, K8S_NETWORK_POLICIES, attack("T1105", "Ingress Tool Transfer")],
  tags: ["T1105", "image"],
  enabled: true,
};

export const remoteCopyInContainer: Rule = {
  id: ruleId("remote-copy-in-container"),
  title: "Remote copy tool run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    execOf(["scp", "sftp", "rsync", "rclone", "ftp", "lftp", "tftp", "s3cmd", "azcopy"]),
    falco("Launch Remote File Copy Tools in Container"),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Exports and backups run weekly; two rounds must be missing.",
  phrase: "{process} ran",
  why: "Data leaves or enters by a channel with its own credentials, outside of any interface that is authorised and logged.",
  good: "Data moves through object storage or an API with a workload identity; containers hold no ssh or ftp credentials.",
  remediation: markdown(
    steps(
      "Find the job and the target in the samples' arguments.",
      "Move the transfer to object storage with a workload identity, or to a backup tool that runs beside the workload.",
      "Remove the tool and its credentials from the image, and restrict egress.",
    ),
  ),
  references: [
    K8S_NETWORK_POLICIES,
    NIST_800_190,
    attack("T1048", "Exfiltration Over Alternative Protocol"),
  ],
  tags: ["T1048", "data"],
  enabled: true,
};
