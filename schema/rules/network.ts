/** Network use that nobody has declared. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  CONTAINER,
  code,
  days,
  falco,
  markdown,
  onEvent,
  steps,
  tetragon,
} from "./kit.ts";
import {
  attack,
  CIS_KUBERNETES,
  K8S_NETWORK_POLICIES,
  K8S_POD_SECURITY,
  K8S_SECURITY_CONTEXT,
  NIST_800_190,
} from "./references.ts";

export const rawSocketInContainer: Rule = {
  id: ruleId("raw-socket-in-container"),
  title: "Raw or packet socket in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    onEvent("network", ["socket", "bind"], `network.protocol in ["raw", "packet", "af_packet"]`),
    falco("Packet socket created in container"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Probes that ping run all the time, captures by hand follow the week.",
  phrase: "{process} opened a raw socket",
  why: "With CAP_NET_RAW a container can read and forge packets of its neighbours: ARP and DNS spoofing within the node.",
  good: "All capabilities are dropped. `ping` works without them where `net.ipv4.ping_group_range` allows it.",
  remediation: markdown(
    steps(
      "See which program opens the socket: `ping`, `tcpdump`, keepalived, a DHCP client.",
      "Replace pings by TCP or HTTP probes; move captures to a debug pod.",
      "Drop NET_RAW, best with all other capabilities.",
    ),
    code("yaml", "securityContext:", "  capabilities:", "    drop: [ALL]"),
  ),
  references: [
    K8S_SECURITY_CONTEXT,
    K8S_POD_SECURITY,
    CIS_KUBERNETES,
    attack("T1557.002", "ARP Cache Poisoning"),
    attack("T1040", "Network Sniffing"),
  ],
  tags: ["T1557.002", "T1040", "capabilities"],
  enabled: true,
};

export const unexpectedEgress: Rule = {
  id: ruleId("unexpected-egress"),
  title: "Outbound traffic outside of the allowed range",
  class: "posture",
  severity: "low",
  scope: ANYWHERE,
  matchers: [
    // What is allowed only the agent's own lists know, so there is no matcher for plain connects.
    falco(
      "Network Connection outside Local Subnet",
      "Unexpected UDP Traffic",
      "System procs network activity",
      "Program run with disallowed http proxy env",
      "Interpreted procs outbound network activity",
    ),
    tetragon([
      "monitor-network-activity-outside-cluster-cidr-range",
      "enforce-network-activity-outside-cluster-cidr-range",
      "connect-only-local-addrs",
      "connect-only-private-addrs",
      "dns-only-specified-servers",
    ]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Weekly jobs and certificate renewals call out once a week.",
  phrase: "{process} called {peer}",
  why: "Egress that nobody declared is where data leaves and where command and control answers. A list of the real destinations is the first step to closing the rest.",
  good: "Each workload has an egress policy that names its destinations, and DNS goes to the cluster's resolver only.",
  remediation: markdown(
    steps(
      "Collect the peers from the samples, and ask the owner which of them are meant.",
      "Write an egress policy with these; add them to the agent's allow list.",
      "Deny the rest by default, first in a test namespace.",
    ),
    code(
      "yaml",
      "apiVersion: networking.k8s.io/v1",
      "kind: NetworkPolicy",
      "metadata: { name: default-deny-egress }",
      "spec:",
      "  podSelector: {}",
      "  policyTypes: [Egress]",
      "  egress:",
      "    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]",
      "      ports: [{ protocol: UDP, port: 53 }]",
    ),
  ),
  references: [K8S_NETWORK_POLICIES, NIST_800_190, attack("T1071", "Application Layer Protocol")],
  tags: ["T1071", "egress"],
  enabled: true,
};

export const unexpectedInbound: Rule = {
  id: ruleId("unexpected-inbound"),
  title: "Inbound traffic or listener that nobody declared",
  class: "posture",
  severity: "low",
  scope: ANYWHERE,
  matchers: [
    falco(
      "Unexpected inbound connection source",
      "Interpreted procs inbound network activity",
      "Unexpected K8s NodePort Connection",
    ),
    tetragon(["tcp-listen"]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Scans and scheduled pulls come weekly.",
  phrase: "{process} took unexpected traffic",
  why: "A port that is open without need is reachable by every pod in a flat cluster network, and by more if it is a NodePort.",
  good: "Workloads listen on the ports in their manifest only, and ingress policies name who may call.",
  remediation: markdown(
    steps(
      "Find the listening process and whether someone needs it (debug and metrics ports are the usual ones).",
      "Bind it to localhost, or turn it off.",
      "Allow ingress by policy from the callers only; replace NodePorts by a load balancer.",
    ),
  ),
  references: [K8S_NETWORK_POLICIES, CIS_KUBERNETES, attack("T1133", "External Remote Services")],
  tags: ["T1133", "ingress"],
  enabled: true,
};
