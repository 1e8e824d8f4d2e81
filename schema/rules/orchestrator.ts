/** Workloads that reach for the orchestrator or the container runtime. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  below,
  code,
  CONTAINER,
  datadog,
  days,
  execOf,
  falco,
  fileRead,
  markdown,
  onEvent,
  steps,
  tracee,
} from "./kit.ts";
import {
  attack,
  CIS_DOCKER,
  CIS_KUBERNETES,
  DOCKER_SECURITY,
  K8S_NETWORK_POLICIES,
  K8S_RBAC,
  K8S_SERVICE_ACCOUNTS,
  NIST_800_190,
} from "./references.ts";

export const clusterClientInContainer: Rule = {
  id: ruleId("cluster-client-in-container"),
  title: "Cluster or container client run in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    execOf([
      "kubectl",
      "oc",
      "helm",
      "k9s",
      "docker",
      "docker-compose",
      "podman",
      "nerdctl",
      "crictl",
      "ctr",
      "buildah",
      "skopeo",
      "etcdctl",
    ]),
    falco("Kubernetes Client Tool Launched in Container"),
    datadog("suspicious_container_client"),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Scripts that drive the cluster run with deploys and weekly jobs.",
  phrase: "{process} ran",
  why: "A workload that carries `kubectl` or `docker` usually also carries the rights to use them. Whoever takes it over can start containers elsewhere.",
  good: "Clusters are changed by a controller or a pipeline. Where a workload must talk to the API, it uses a client library and a narrow role.",
  remediation: markdown(
    steps(
      "Read the command in the samples: what does it do to the cluster?",
      "Move it into the pipeline, a CronJob of its own, or a controller.",
      "Cut the service account's rights down to what is left; often nothing.",
    ),
    code("sh", "kubectl auth can-i --list --as=system:serviceaccount:NAMESPACE:ACCOUNT"),
    code("yaml", "automountServiceAccountToken: false"),
  ),
  references: [
    K8S_RBAC,
    K8S_SERVICE_ACCOUNTS,
    CIS_KUBERNETES,
    attack("T1609", "Container Administration Command"),
    attack("T1613", "Container and Resource Discovery"),
  ],
  tags: ["T1609", "T1613", "kubernetes"],
  enabled: true,
};

export const kubernetesApiFromContainer: Rule = {
  id: ruleId("kubernetes-api-from-container"),
  title: "Kubernetes API called from a workload",
  class: "posture",
  severity: "low",
  scope: CONTAINER,
  matchers: [
    onEvent(
      "network",
      ["connect"],
      `network.hostname in ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]`,
    ),
    // The mounted name is a link into a directory with a time in its name.
    below(
      [
        "/run/secrets/kubernetes.io/serviceaccount/",
        "/var/run/secrets/kubernetes.io/serviceaccount/",
      ],
      fileRead(`file.path.endsWith("/token")`),
    ),
    falco("Contact K8S API Server From Container"),
    tracee([
      "TRC-1013",
      "k8s_api_connection",
      "TRC-13",
      "TRC-108",
      "k8s_service_account_token",
      "TRC-8",
    ]),
  ],
  quietPeriodMs: days(7),
  quietPeriodReason: "Jobs that use the API run weekly; controllers call it all the time.",
  phrase: "{process} called the Kubernetes API",
  why: "Most workloads need no access to the API, yet each pod gets a token unless told otherwise. A token in use is a token worth stealing.",
  good: "Pods mount no token by default; those that need one have an account of their own with named resources and verbs. Mute this rule for operators and controllers.",
  remediation: markdown(
    steps(
      "Does the workload need the API? If it is a controller, give it its own service account and mute the finding with that reason.",
      "If not, stop mounting the token.",
      "Block the API server's address by network policy for namespaces that never need it.",
    ),
    code(
      "yaml",
      "apiVersion: v1",
      "kind: ServiceAccount",
      "metadata: { name: default }",
      "automountServiceAccountToken: false",
    ),
  ),
  references: [
    K8S_SERVICE_ACCOUNTS,
    K8S_RBAC,
    K8S_NETWORK_POLICIES,
    attack("T1613", "Container and Resource Discovery"),
  ],
  tags: ["T1613", "kubernetes"],
  enabled: true,
};

const RUNTIME_SOCKETS = `file.path.endsWithAny([
  "/docker.sock", "/containerd.sock", "/crio.sock", "/podman.sock", "/dockershim.sock", "/cri-dockerd.sock"
])`;

export const dockerSocketAccess: Rule = {
  id: ruleId("docker-socket-access"),
  title: "Container runtime socket used from a container",
  class: "posture",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    onEvent("file", ["open", "read", "write"], RUNTIME_SOCKETS),
    onEvent("network", ["connect"], RUNTIME_SOCKETS),
    execOf(
      ["curl", "wget"],
      `process.cmdline.containsAny(["docker.sock", "containerd.sock", "crio.sock"])`,
    ),
    tracee(["TRC-1019", "docker_abuse"]),
  ],
  quietPeriodMs: days(14),
  quietPeriodReason: "Clean-up and build agents may use the socket only weekly.",
  phrase: "{process} used the runtime's socket",
  why: "The socket is root on the node: who can write to it can start a privileged container with the host's disk mounted.",
  good: "No workload mounts the socket. Images are built without a daemon, and logs and metrics come from the node's agent.",
  remediation: markdown(
    steps(
      "List the pods that mount it.",
      "CI that builds images: BuildKit rootless, or buildah.",
      "Monitoring: use the kubelet's API, or an agent that the platform team owns.",
      "Forbid the mount by Pod Security `baseline` (hostPath is not allowed).",
    ),
    code(
      "sh",
      'kubectl get pods -A -o json | jq -r \'.items[] | select(.spec.volumes[]?.hostPath.path | strings | test("(docker|containerd|crio).sock")) | .metadata.namespace + "/" + .metadata.name\'',
      "kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=baseline",
    ),
  ),
  references: [DOCKER_SECURITY, CIS_DOCKER, NIST_800_190, attack("T1611", "Escape to Host")],
  tags: ["T1611", "privilege"],
  enabled: true,
};

export const copyOutByKubectl: Rule = {
  id: ruleId("copy-out-by-kubectl"),
  title: "Files copied out of a container by kubectl",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [
    // `kubectl cp POD:path .` runs `tar cf - path`, as a child of the runtime.
    execOf(
      ["tar"],
      `process.args.exists(a, a in ["cf", "-cf", "czf", "-czf"]) && "-" in process.args
       && process.parent.name in ["runc", "crun", "conmon", "containerd-shim", "containerd-shim-runc-v2"]`,
    ),
    falco("Exfiltrating Artifacts via Kubernetes Control Plane"),
  ],
  quietPeriodMs: days(3),
  quietPeriodReason: "People copy files while they work on one problem; that takes a few days.",
  phrase: "Files were copied out",
  why: "`kubectl cp` takes any file out of a container, customer data and secrets too, without a trace in the application.",
  good: "Dumps and logs go to storage with access control. Few people hold `pods/exec`, and only for an incident.",
  remediation: markdown(
    steps(
      "Find the user in the API server's audit log (`pods/exec` with a `tar` command).",
      "Ask what they needed; send heap dumps and logs to a bucket instead.",
      "Take `pods/exec` out of everyday roles.",
    ),
  ),
  references: [
    K8S_RBAC,
    attack("T1609", "Container Administration Command"),
    attack("T1041", "Exfiltration Over C2 Channel"),
  ],
  tags: ["T1609", "T1041", "data"],
  enabled: true,
};
