/** How containers are configured: what they may do, mount and be. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import {
  code,
  CONTAINER,
  datadog,
  days,
  falco,
  markdown,
  onEvent,
  steps,
  tetragon,
} from "./kit.ts";
import {
  attack,
  CIS_DOCKER,
  CIS_KUBERNETES,
  K8S_ADMISSION,
  K8S_POD_SECURITY,
  K8S_SECURITY_CONTEXT,
  K8S_VOLUMES,
  NIST_800_190,
} from "./references.ts";

/** A configuration shows only when a container starts, and long-lived ones start rarely. */
const CONFIG_QUIET = {
  quietPeriodMs: days(30),
  quietPeriodReason: "It shows only when a container starts, and some start once a month.",
} as const satisfies Partial<Rule>;

/** A start whose agent names what is special about it. */
const startTagged = (tag: string) =>
  onEvent("container", ["start", "create", "run"], `"${tag}" in event.tags`);

const ENFORCE_BASELINE = code(
  "sh",
  "kubectl label namespace NAMESPACE pod-security.kubernetes.io/warn=baseline",
  "# when nothing warns any more:",
  "kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=baseline",
);

export const privilegedContainer: Rule = {
  id: ruleId("privileged-container"),
  title: "Container with the host's privileges",
  class: "posture",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    startTagged("privileged"),
    falco("Launch Privileged Container", "Launch Excessively Capable Container"),
    tetragon(["deny-privileged-pod-start"]),
    // Tetragon says of every program in which kind of container it runs.
    onEvent("process", ["exec"], `event.format == "tetragon" && "privileged" in event.tags`),
    datadog("deploy_priv_container"),
  ],
  ...CONFIG_QUIET,
  phrase: "A privileged container started",
  why: "A privileged container has every capability and every device of its host. A bug in it is a bug in the node, and from the node the whole cluster is near.",
  good: "No workload is privileged; the few agents that need rights have single capabilities, in a namespace of their own.",
  remediation: markdown(
    steps(
      "Find out which capability it really needs: drop ALL, and add back what fails.",
      "Replace device access by a device plugin, kernel settings by node configuration.",
      "Enforce Pod Security `baseline` on the namespace.",
    ),
    code(
      "yaml",
      "securityContext:",
      "  privileged: false",
      "  allowPrivilegeEscalation: false",
      "  capabilities:",
      "    drop: [ALL]",
      "    add: [NET_BIND_SERVICE]",
    ),
    ENFORCE_BASELINE,
  ),
  references: [
    K8S_POD_SECURITY,
    K8S_SECURITY_CONTEXT,
    CIS_KUBERNETES,
    CIS_DOCKER,
    NIST_800_190,
    attack("T1610", "Deploy Container"),
    attack("T1611", "Escape to Host"),
  ],
  tags: ["T1610", "T1611", "privilege"],
  enabled: true,
};

export const sensitiveHostMount: Rule = {
  id: ruleId("sensitive-host-mount"),
  title: "Sensitive host path mounted into a container",
  class: "posture",
  severity: "high",
  scope: CONTAINER,
  matchers: [
    startTagged("sensitive-mount"),
    falco("Launch Sensitive Mount Container", "Container Access to Host Sensitive Paths"),
  ],
  ...CONFIG_QUIET,
  phrase: "A container with a sensitive host path ran",
  why: "A mount of `/`, `/proc`, `/etc` or `/var/lib/kubelet` lets the container read every secret on the node, and often write what root will run.",
  good: "Workloads mount volumes, not host paths. Agents mount single paths, read-only.",
  remediation: markdown(
    steps(
      "List the `hostPath` volumes of the workload.",
      "Replace them: `emptyDir` for scratch space, a PersistentVolume for data, a projected volume for configuration.",
      "What must stay: the narrowest path, `readOnly: true`.",
      "Enforce Pod Security `baseline`, which forbids `hostPath`.",
    ),
    code(
      "sh",
      'kubectl get pods -A -o json | jq -r \'.items[] | .metadata.namespace + "/" + .metadata.name + " " + (.spec.volumes[]?.hostPath.path | strings)\'',
    ),
    ENFORCE_BASELINE,
  ),
  references: [
    K8S_VOLUMES,
    K8S_POD_SECURITY,
    CIS_DOCKER,
    NIST_800_190,
    attack("T1611", "Escape to Host"),
  ],
  tags: ["T1611", "privilege"],
  enabled: true,
};

export const disallowedImage: Rule = {
  id: ruleId("disallowed-image"),
  title: "Container from an image that is not allowed",
  class: "posture",
  severity: "high",
  scope: CONTAINER,
  matchers: [startTagged("disallowed-image"), falco("Launch Disallowed Container")],
  ...CONFIG_QUIET,
  phrase: "A disallowed image started",
  why: "An image from outside of the allowed registries was neither scanned nor signed by you, and its tag may mean something else tomorrow.",
  good: "Only images from your registry run, by digest, and admission control refuses the rest.",
  remediation: markdown(
    steps(
      "Mirror the image into your registry, scan it, and pin its digest.",
      "Change the workload to that reference, and redeploy it.",
      "Refuse other registries at admission.",
    ),
    code(
      "yaml",
      "# ValidatingAdmissionPolicy",
      "validations:",
      "  - expression: object.spec.containers.all(c, c.image.startsWith('registry.example.com/'))",
      "    message: images must come from registry.example.com",
    ),
  ),
  references: [K8S_ADMISSION, NIST_800_190, attack("T1610", "Deploy Container")],
  tags: ["T1610", "image", "supply-chain"],
  enabled: true,
};

export const containerRunsAsRoot: Rule = {
  id: ruleId("container-runs-as-root"),
  title: "Container run as root",
  class: "posture",
  severity: "low",
  scope: CONTAINER,
  matchers: [startTagged("root-user"), falco("Container Run as Root User")],
  ...CONFIG_QUIET,
  phrase: "A container started as root",
  why: "Root in a container is root on the node as soon as one isolation layer fails, and it may change everything in its own image.",
  good: "Images set a numeric `USER`; pods set `runAsNonRoot`.",
  remediation: markdown(
    steps(
      "Create a user in the Dockerfile, and give it the directories that it writes to.",
      "Listen on a port above 1023.",
      "Set `runAsNonRoot`; with Kubernetes 1.33 or later also try user namespaces (`hostUsers: false`).",
    ),
    code("dockerfile", "RUN useradd --uid 10001 --no-create-home app", "USER 10001"),
    code("yaml", "securityContext:", "  runAsNonRoot: true", "  runAsUser: 10001"),
  ),
  references: [K8S_SECURITY_CONTEXT, K8S_POD_SECURITY, CIS_DOCKER, NIST_800_190],
  tags: ["privilege", "image"],
  enabled: true,
};
