/**
 * Who did it and where, in a Tetragon event. Pure.
 * Fields: cilium/tetragon:docs/content/en/docs/reference/grpc-api.md (Process, Pod, Container); how `arguments` is joined:
 * pkg/process/args.go. No pod and no docker id: the host.
 */
import type { ContainerRef, KubernetesRef, ProcessRef, UserRef } from "../../../schema/event.ts";
import { bareContainerId, imageDigestOf, imageRepositoryOf, workloadOfPod } from "../containers.ts";
import {
  baseName,
  cutArgs,
  readInteger,
  readObject,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";

export function readTetragonProcess(
  process: Raw,
  parent: Raw | undefined,
  notes: Notes,
): ProcessRef {
  const ref: ProcessRef = {};
  const exe = readString(process, "binary", notes, "process.exe");
  if (exe !== undefined) {
    ref.exe = exe;
    ref.name = baseName(exe);
  }
  const args = process["arguments"];
  const list =
    typeof args === "string" && args !== "" ? cutArgs(splitArguments(args), notes) : undefined;
  if (list !== undefined) ref.args = list;
  const pid = readInteger(process, "pid");
  if (pid !== undefined) ref.pid = pid;
  const cwd = readString(process, "cwd", notes, "process.cwd");
  if (cwd !== undefined) ref.cwd = cwd;
  const parentExe = parent && readString(parent, "binary", notes, "process.parent.exe");
  if (parentExe !== undefined) ref.parent = { exe: parentExe, name: baseName(parentExe) };
  return ref;
}

/**
 * Undoes Tetragon's joining: an argument with a space in it stands between double quotes, nothing is escaped.
 * So a quoted argument ends at the first quote that is followed by a space or the end.
 */
export function splitArguments(text: string): string[] {
  const args: string[] = [];
  const end = text.length;
  let at = text.startsWith(" ") ? 1 : 0;
  // Where nothing closes any more nothing is looked for: that would be done again for every quote.
  const lastClosing = text.endsWith('"') ? end - 1 : text.lastIndexOf('" ');
  while (at < end) {
    const quoted = text.charCodeAt(at) === 34 && at < lastClosing ? closingQuote(text, at) : -1;
    if (quoted !== -1) {
      args.push(text.slice(at + 1, quoted));
      at = quoted + 2;
      continue;
    }
    const space = text.indexOf(" ", at);
    const stop = space === -1 ? end : space;
    args.push(text.slice(at, stop));
    at = stop + 1;
  }
  return args;
}

/** Where the argument that opens at `open` closes; -1 if it never does, or holds no space and was not quoted by Tetragon. */
function closingQuote(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote !== -1 && quote + 1 < text.length && text.charCodeAt(quote + 1) !== 32)
    quote = text.indexOf('"', quote + 1);
  const space = text.indexOf(" ", open);
  return quote !== -1 && space !== -1 && space < quote ? quote : -1;
}

export function readTetragonUser(process: Raw, notes: Notes): UserRef | undefined {
  const user = readObject(process, "user");
  const name = user && readString(user, "name", notes, "user.name");
  const uid = readUid(process, "uid");
  const loginUid = readUid(process, "auid");
  if (name === undefined && uid === undefined && loginUid === undefined) return undefined;
  const ref: UserRef = {};
  if (name !== undefined) ref.name = name;
  if (uid !== undefined) ref.uid = uid;
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return ref;
}

/** `docker` holds the first digits of the id only; the pod's container has all of them. */
export function readTetragonContainer(
  process: Raw,
  pod: Raw | undefined,
  notes: Notes,
): ContainerRef | undefined {
  const container = pod && readObject(pod, "container");
  const id =
    (container && readString(container, "id", notes, "container.id")) ??
    readString(process, "docker", notes, "container.id");
  const name = container && readString(container, "name", notes, "container.name");
  const identity = id === undefined ? podIdentity(pod, name, notes) : bareContainerId(id);
  if (identity === undefined || identity === "") return undefined;
  const ref: ContainerRef = { id: identity };
  if (name !== undefined) ref.name = name;
  const image = container && readObject(container, "image");
  if (image !== undefined) readImage(ref, image, notes);
  return ref;
}

/** A pod whose container Tetragon could not tell is a container all the same. */
function podIdentity(
  pod: Raw | undefined,
  name: string | undefined,
  notes: Notes,
): string | undefined {
  const podName = pod && readString(pod, "name", notes, "k8s.pod");
  if (pod === undefined || podName === undefined) return undefined;
  const namespace = readString(pod, "namespace", notes, "k8s.namespace") ?? "default";
  return name === undefined ? `${namespace}/${podName}` : `${namespace}/${podName}/${name}`;
}

/** `image.id` is `repo@sha256:…` or a bare digest; `image.name` may be a digest too, where the image has no tag. */
function readImage(ref: ContainerRef, image: Raw, notes: Notes): void {
  const id = readString(image, "id", notes, "container.imageDigest");
  const name = readString(image, "name", notes, "container.image");
  const repository = id && imageRepositoryOf(id);
  if (name !== undefined && !name.startsWith("sha256:")) ref.image = name;
  else if (repository !== undefined && repository !== "") ref.image = repository;
  const digest = (id && imageDigestOf(id)) ?? (name && imageDigestOf(name));
  if (digest !== undefined && digest !== "") ref.imageDigest = digest;
}

export function readTetragonKubernetes(
  event: Raw,
  pod: Raw | undefined,
  notes: Notes,
): KubernetesRef | undefined {
  const cluster = readString(event, "cluster_name", notes, "k8s.cluster");
  if (pod === undefined) return cluster === undefined ? undefined : { cluster };
  const ref: KubernetesRef = {};
  if (cluster !== undefined) ref.cluster = cluster;
  const namespace = readString(pod, "namespace", notes, "k8s.namespace");
  if (namespace !== undefined) ref.namespace = namespace;
  const name = readString(pod, "name", notes, "k8s.pod");
  if (name !== undefined) ref.pod = name;
  const workload = readString(pod, "workload", notes, "k8s.workload.name");
  const kind = readString(pod, "workload_kind", notes, "k8s.workload.kind");
  if (workload !== undefined)
    ref.workload = kind === undefined ? { name: workload } : { kind, name: workload };
  else if (name !== undefined) ref.workload = workloadOfPod(name);
  return ref;
}

/** The service that the pod's labels name. */
export function readTetragonService(pod: Raw | undefined, notes: Notes): string | undefined {
  const labels = pod && readObject(pod, "pod_labels");
  if (labels === undefined) return undefined;
  return (
    readString(labels, "app.kubernetes.io/name", notes, "service") ??
    readString(labels, "app", notes, "service") ??
    readString(labels, "k8s-app", notes, "service")
  );
}
