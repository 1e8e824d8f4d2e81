/**
 * Falco's alerts about the Kubernetes API (source `k8s_audit`). Pure.
 * Fields: falcosecurity/plugins:plugins/k8saudit/README.md; which of them rules print: its rules/k8s_audit_rules.yaml.
 * Such an alert is about what was asked of the cluster: no container did it, and Falco runs anywhere.
 */
import type { KubernetesRef, LullEvent } from "../../../schema/event.ts";
import { readString, type Notes, type Raw } from "../fields.ts";

const MAX_ACTION_CHARS = 64;

/** What was done with a pod through a subresource: the verb (`create`, `get`) says nothing of it. */
const SUBRESOURCES: ReadonlySet<unknown> = new Set([
  "attach",
  "ephemeralcontainers",
  "exec",
  "portforward",
]);

/** Resources that outlive their pods. */
const WORKLOADS: ReadonlyMap<string, string> = new Map([
  ["cronjobs", "CronJob"],
  ["daemonsets", "DaemonSet"],
  ["deployments", "Deployment"],
  ["jobs", "Job"],
  ["replicasets", "ReplicaSet"],
  ["statefulsets", "StatefulSet"],
]);

export function readFalcoAudit(fields: Raw, event: LullEvent, notes: Notes): void {
  const resource = readString(fields, "ka.target.resource", notes, "action");
  event.kind = "kubernetes";
  event.action = actionOf(fields, resource);
  // Where Falco runs is not where it happened; who runs it can name the cluster instead.
  if (event.host !== undefined) event.host.doubtful = true;
  const id = readString(fields, "ka.auditid", notes, "id");
  if (id !== undefined) event.id ??= id;
  const k8s = readTarget(fields, resource, notes);
  if (k8s !== undefined) event.k8s = k8s;
  const user = readString(fields, "ka.user.name", notes, "user.name");
  if (user !== undefined) event.user = { name: user };
}

/** `exec`, `create_pods`, `get_secrets`; the verb alone where no resource is printed. */
function actionOf(fields: Raw, resource: string | undefined): string {
  const subresource = fields["ka.target.subresource"];
  if (typeof subresource === "string" && SUBRESOURCES.has(subresource)) return subresource;
  const verb = fields["ka.verb"];
  const known = typeof verb === "string" && verb !== "" && verb !== "<NA>" ? verb : "audit";
  const action = resource === undefined ? known : `${known}_${resource}`;
  return action.toLowerCase().slice(0, MAX_ACTION_CHARS);
}

/** The object that the request named: of one that was created the answer says its name. */
function readTarget(
  fields: Raw,
  resource: string | undefined,
  notes: Notes,
): KubernetesRef | undefined {
  const name =
    readString(fields, "ka.target.name", notes, "k8s.pod") ??
    readString(fields, "ka.resp.name", notes, "k8s.pod");
  const namespace =
    readString(fields, "ka.target.namespace", notes, "k8s.namespace") ??
    (resource === "namespaces" ? name : undefined);
  const kind = resource === undefined ? undefined : WORKLOADS.get(resource);
  const ref: KubernetesRef = {};
  if (namespace !== undefined) ref.namespace = namespace;
  if (name !== undefined && resource === "pods") ref.pod = name;
  if (name !== undefined && kind !== undefined) ref.workload = { kind, name };
  return namespace === undefined && ref.pod === undefined && kind === undefined ? undefined : ref;
}
