/** Credentials of the cluster and of the cloud, taken by those that they are not for. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  ANYWHERE,
  below,
  code,
  datadog,
  execOf,
  fileRead,
  markdown,
  NEVER_OPEN,
  steps,
  tracee,
} from "./kit.ts";
import { attack, AWS_IMDS_OPTIONS, AWS_IRSA, CIS_KUBERNETES, K8S_RBAC } from "./references.ts";

/** Keys by which a node or an administrator speaks to the API server and to etcd. */
const CONTROL_PLANE_KEYS = [
  "/etc/kubernetes/pki/",
  "/etc/kubernetes/admin.conf",
  "/etc/kubernetes/super-admin.conf",
  "/etc/kubernetes/controller-manager.conf",
  "/etc/kubernetes/scheduler.conf",
  "/etc/kubernetes/kubelet.conf",
  "/var/lib/kubelet/pki/",
  "/var/lib/kubelet/kubeconfig",
  "/var/lib/etcd/",
  "/etc/rancher/k3s/k3s.yaml",
  "/var/lib/rancher/k3s/server/",
];

/** Those that the keys are for. The kernel cuts names at 15 characters, and agents may know no path. */
const OWNERS = `process.name.startsWithAny(["kube-", "kubelet", "kubeadm", "kubectl", "etcd", "k3s", "rke2", "kops", "nodeup"])`;

export const controlPlaneCredentialsRead: Rule = {
  id: ruleId("control-plane-credentials-read"),
  title: "Keys of the control plane read",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    below(CONTROL_PLANE_KEYS, fileRead(`!(${OWNERS}) && !file.path.endsWith("ca.crt")`)),
    tracee(["TRC-1018", "k8s_cert_theft", "TRC-10"]),
  ],
  ...NEVER_OPEN,
  phrase: "{process} read {file}",
  why: "These keys are a node's or an administrator's identity. With the cluster's CA key or etcd's data, whoever read them can become anyone in the cluster, and revoking that takes a new CA.",
  good: "Only the kubelet, the control plane and etcd open these files. Backups of etcd are taken by `etcdctl snapshot` and encrypted.",
  remediation: markdown(
    steps(
      "A backup or a monitoring agent? Let it use `etcdctl snapshot`, or a certificate of its own with narrow rights.",
      "Otherwise isolate the node, and search the API server's audit log for the stolen identity from other addresses.",
      "Renew the certificates that were read; if it was a CA key, rotate the CA.",
      "Find how a stranger came to root on this node or to a mount of its disk.",
    ),
    code("sh", "sudo kubeadm certs check-expiration", "sudo kubeadm certs renew all"),
  ),
  references: [
    CIS_KUBERNETES,
    K8S_RBAC,
    attack("T1552.004", "Private Keys"),
    attack("T1528", "Steal Application Access Token"),
  ],
  tags: ["T1552.004", "T1528", "kubernetes", "credentials"],
  enabled: true,
};

/** The metadata services of AWS (also of its containers), Google Cloud and Azure. */
const ASKS_METADATA = `process.cmdline.containsAny(["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "metadata.google.internal", "100.100.100.200"])`;
/** Only these answers are credentials; a region or an instance id is not. */
const FOR_CREDENTIALS = `process.cmdline.containsAny([
  "/iam/security-credentials/", "/v2/credentials/", "/identity-credentials/ec2/", "/metadata/identity/oauth2/token", "/ram/security-credentials/"
]) || (process.cmdline.contains("/service-accounts/") && process.cmdline.containsAny(["/token", "/identity"]))`;

export const instanceCredentialsTaken: Rule = {
  id: ruleId("instance-credentials-taken"),
  title: "Cloud credentials taken from the metadata service by hand",
  class: "threat",
  severity: "critical",
  scope: ANYWHERE,
  matchers: [
    execOf(
      ["curl", "wget", "http", "xh", "lynx", "aria2c", "nc"],
      `${ASKS_METADATA} && (${FOR_CREDENTIALS})`,
    ),
    datadog("aws_imds", "azure_imds", "gcp_imds"),
  ],
  ...NEVER_OPEN,
  phrase: "{process} took the instance's credentials",
  why: "SDKs fetch role credentials by themselves; a command line that asks for them prints them for someone to carry away. They work from anywhere until they run out.",
  good: "Workloads have a role of their own, and cannot reach the instance's metadata (hop limit 1, or an egress policy).",
  remediation: markdown(
    steps(
      "A script of yours? Let it call the cloud's CLI or SDK, which keeps the credentials to itself.",
      "Otherwise revoke the role's active sessions at once, and search the cloud's audit log for its use from other addresses.",
      "Isolate the resource, and find who ran the command.",
      "Require IMDSv2 with a hop limit of 1; cut the role down to what is needed.",
    ),
    code(
      "sh",
      "aws ec2 modify-instance-metadata-options --instance-id i-… \\",
      "  --http-tokens required --http-put-response-hop-limit 1",
    ),
  ),
  references: [AWS_IMDS_OPTIONS, AWS_IRSA, attack("T1552.005", "Cloud Instance Metadata API")],
  tags: ["T1552.005", "credentials", "cloud"],
  enabled: true,
};
