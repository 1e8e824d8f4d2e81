/**
 * Who did it and where, in each generation of Tracee's events. Pure.
 * trace.Event (aquasecurity/tracee:types/trace/trace.go): flat fields, later `container` and `kubernetes` beside them.
 * v1beta1 (api/v1beta1/event.proto): `workload`; its documentation wraps numbers as `{ value }`.
 * `hostName` is the name in the process's UTS namespace: in a container that is the pod's, and no host.
 */
import type { ContainerRef, KubernetesRef, LullEvent, ProcessRef } from "../../../schema/event.ts";
import { bareContainerId, imageDigestOf, workloadOfPod } from "../containers.ts";
import {
  baseName,
  isRaw,
  readInteger,
  readObject,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";

const NOTHING: Raw = {};
/** Tracee copies 16 bytes of the name, the last of them a zero. */
const MAX_HOST_NAME_CHARS = 15;

/** trace.Event: up to 0.23, and the `Context` of the rules engine. */
export function readTracePlace(raw: Raw, event: LullEvent, notes: Notes): void {
  const kubernetes = readObject(raw, "kubernetes") ?? NOTHING;
  const pod =
    readString(kubernetes, "podName", notes, "k8s.pod") ??
    readString(raw, "podName", notes, "k8s.pod");
  const namespace =
    readString(kubernetes, "podNamespace", notes, "k8s.namespace") ??
    readString(raw, "podNamespace", notes, "k8s.namespace");
  setKubernetes(event, pod, namespace);
  const container = readObject(raw, "container") ?? NOTHING;
  setContainer(event, {
    id:
      readString(container, "id", notes, "container.id") ??
      readString(raw, "containerId", notes, "container.id"),
    name:
      readString(container, "name", notes, "container.name") ??
      readString(raw, "containerName", notes, "container.name"),
    image:
      readString(container, "image", notes, "container.image") ??
      readString(raw, "containerImage", notes, "container.image"),
    digest: readString(container, "imageDigest", notes, "container.imageDigest"),
  });
  const host =
    event.container === undefined ? readString(raw, "hostName", notes, "host.name") : undefined;
  if (host !== undefined) {
    event.host = { name: host };
    // Two hosts whose names begin alike would be one.
    if (host.length === MAX_HOST_NAME_CHARS) event.host.doubtful = true;
  }
  const uid = readUid(raw, "userId");
  if (uid !== undefined) event.user = { uid };
  const executable = readObject(raw, "executable") ?? NOTHING;
  const process = processOf(
    readString(executable, "path", notes, "process.exe"),
    readString(raw, "processName", notes, "process.name"),
    readInteger(raw, "hostProcessId") ?? readInteger(raw, "processId"),
  );
  if (process !== undefined) event.process = process;
}

/** v1beta1 names no host. */
export function readWorkloadPlace(workload: Raw, event: LullEvent, notes: Notes): void {
  const k8s = readObject(workload, "k8s") ?? NOTHING;
  const pod = readObject(k8s, "pod") ?? NOTHING;
  const namespace = readObject(k8s, "namespace") ?? NOTHING;
  setKubernetes(
    event,
    readString(pod, "name", notes, "k8s.pod"),
    readString(namespace, "name", notes, "k8s.namespace"),
  );
  const service = readService(readObject(pod, "labels") ?? NOTHING, notes);
  if (service !== undefined) event.service = service;
  const container = readObject(workload, "container") ?? NOTHING;
  const image = readObject(container, "image") ?? NOTHING;
  const digests = image["repo_digests"];
  const first: unknown = Array.isArray(digests) ? digests[0] : undefined;
  setContainer(event, {
    id: readString(container, "id", notes, "container.id"),
    name: readString(container, "name", notes, "container.name"),
    image: readString(image, "name", notes, "container.image"),
    digest: typeof first === "string" ? first : undefined,
  });
  const process = readObject(workload, "process");
  if (process !== undefined) readWorkloadProcess(process, event, notes);
}

function readWorkloadProcess(process: Raw, event: LullEvent, notes: Notes): void {
  const user = readObject(process, "real_user") ?? NOTHING;
  const uid = readUid(wrapped(user, "id"), "id");
  if (uid !== undefined) event.user = { uid };
  const { exe, name } = nameOf(process, "process", notes);
  const ref = processOf(
    exe,
    name,
    readInteger(wrapped(process, "host_pid"), "host_pid") ??
      readInteger(wrapped(process, "pid"), "pid"),
  );
  const ancestors = process["ancestors"];
  const first: unknown = Array.isArray(ancestors) ? ancestors[0] : undefined;
  const parent = nameOf(isRaw(first) ? first : NOTHING, "process.parent", notes);
  if (ref === undefined) return;
  if (parent.exe !== undefined || parent.name !== undefined) ref.parent = parent;
  event.process = ref;
}

function nameOf(process: Raw, field: string, notes: Notes): { exe?: string; name?: string } {
  const exe = readString(
    readObject(process, "executable") ?? NOTHING,
    "path",
    notes,
    `${field}.exe`,
  );
  const thread = readString(
    readObject(process, "thread") ?? NOTHING,
    "name",
    notes,
    `${field}.name`,
  );
  const name = thread ?? (exe === undefined ? undefined : baseName(exe));
  return { ...(exe === undefined ? {} : { exe }), ...(name === undefined ? {} : { name }) };
}

/** What holds the number `key`: the object itself, or one made of `{ key: { value } }`. */
function wrapped(raw: Raw, key: string): Raw {
  const inner = readObject(raw, key);
  return inner === undefined ? raw : { [key]: inner["value"] };
}

function processOf(
  exe: string | undefined,
  comm: string | undefined,
  pid: number | undefined,
): ProcessRef | undefined {
  const name = comm ?? (exe === undefined ? undefined : baseName(exe));
  if (name === undefined && (pid === undefined || pid === 0)) return undefined;
  const ref: ProcessRef = {};
  if (exe !== undefined) ref.exe = exe;
  if (name !== undefined) ref.name = name;
  if (pid !== undefined && pid > 0) ref.pid = pid;
  return ref;
}

function setKubernetes(
  event: LullEvent,
  pod: string | undefined,
  namespace: string | undefined,
): void {
  if (pod === undefined && namespace === undefined) return;
  const ref: KubernetesRef = {};
  if (namespace !== undefined) ref.namespace = namespace;
  if (pod !== undefined) {
    ref.pod = pod;
    ref.workload = workloadOfPod(pod);
  }
  event.k8s = ref;
}

interface ContainerFields {
  id: string | undefined;
  name: string | undefined;
  image: string | undefined;
  digest: string | undefined;
}

/** No id and no pod: the host. A pod whose container Tracee does not know yet is a container all the same. */
function setContainer(event: LullEvent, { id, name, image, digest }: ContainerFields): void {
  const { namespace = "default", pod } = event.k8s ?? {};
  const label = name === undefined ? "" : `/${name}`;
  const described = pod === undefined ? undefined : `${namespace}/${pod}${label}`;
  const identity = id === undefined ? described : bareContainerId(id);
  if (identity === undefined) return;
  const ref: ContainerRef = { id: identity };
  if (name !== undefined) ref.name = name;
  if (image !== undefined) ref.image = image;
  const sha = digest === undefined ? undefined : imageDigestOf(digest);
  if (sha !== undefined) ref.imageDigest = sha;
  event.container = ref;
}

function readService(labels: Raw, notes: Notes): string | undefined {
  return (
    readString(labels, "app.kubernetes.io/name", notes, "service") ??
    readString(labels, "app", notes, "service") ??
    readString(labels, "k8s-app", notes, "service")
  );
}
