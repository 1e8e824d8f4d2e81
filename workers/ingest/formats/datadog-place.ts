/**
 * Where a Datadog runtime security event happened. Pure.
 * Only the container's id is in the event; the Agent's tagger adds the rest as tags
 * (DataDog/documentation:content/en/containers/kubernetes/tag.md, containers/docker/tag.md).
 */
import type {
  ContainerRef,
  HostRef,
  KubernetesRef,
  LullEvent,
  WorkloadRef,
} from "../../../schema/event.ts";
import { bareContainerId, imageDigestOf, workloadOfPod } from "../containers.ts";
import { cleanText, readObject, readString, type Notes } from "../fields.ts";
import { SOURCE, tagOf, type DatadogParts } from "./datadog-envelope.ts";

/** From what lasts to what it makes: a CronJob's pod carries the tag of its Job too. */
const WORKLOADS: readonly (readonly [tag: string, kind: string])[] = [
  ["kube_deployment", "Deployment"],
  ["kube_stateful_set", "StatefulSet"],
  ["kube_daemon_set", "DaemonSet"],
  ["kube_cronjob", "CronJob"],
  ["kube_job", "Job"],
  ["kube_replica_set", "ReplicaSet"],
];

/** The name under which the Agent knows its host: an instance id, a node's name, a host name. */
export function readDatadogHost(parts: DatadogParts, notes: Notes): HostRef | undefined {
  const { inner, outer, tags } = parts;
  const name =
    readString(outer, "hostname", notes, "host.name") ??
    readString(inner, "hostname", notes, "host.name") ??
    readString(outer, "host", notes, "host.name") ??
    tagOf(tags, "host");
  return name === undefined ? undefined : { name };
}

export function readDatadogPlace(parts: DatadogParts, event: LullEvent, notes: Notes): void {
  const { tags } = parts;
  const container = readContainer(parts, notes);
  if (container !== undefined) event.container = container;
  const k8s = readKubernetes(tags, container !== undefined, notes);
  if (k8s !== undefined) event.k8s = k8s;
  const service = readService(parts, notes);
  if (service !== undefined) event.service = service;
}

function readContainer({ inner, tags }: DatadogParts, notes: Notes): ContainerRef | undefined {
  const process = readObject(inner, "process");
  const place = readObject(inner, "container") ?? (process && readObject(process, "container"));
  const id =
    (place && readString(place, "id", notes, "container.id")) ??
    cleaned(tagOf(tags, "container_id"), notes, "container.id");
  if (id === undefined) return undefined;
  const ref: ContainerRef = { id: bareContainerId(id) };
  const name = tagOf(tags, "kube_container_name", "container_name");
  if (name !== undefined) ref.name = name;
  const image = imageOf(tags);
  if (image !== undefined) ref.image = image;
  const digest = imageDigestOf(tagOf(tags, "image_id") ?? "");
  if (digest !== undefined) ref.imageDigest = digest;
  return ref;
}

/** `docker_image` holds name and tag; the others hold one of them each. */
function imageOf(tags: readonly string[]): string | undefined {
  const whole = tagOf(tags, "docker_image");
  if (whole !== undefined) return whole;
  const name = tagOf(tags, "image_name", "short_image");
  const tag = tagOf(tags, "image_tag");
  return name === undefined || tag === undefined ? name : `${name}:${tag}`;
}

/** An event of the host carries the tags of the host: its cluster, but no pod of its own. */
function readKubernetes(
  tags: readonly string[],
  contained: boolean,
  notes: Notes,
): KubernetesRef | undefined {
  const ref: KubernetesRef = {};
  const cluster = cleaned(tagOf(tags, "kube_cluster_name", "cluster_name"), notes, "k8s.cluster");
  if (cluster !== undefined) ref.cluster = cluster;
  if (contained) {
    const namespace = cleaned(tagOf(tags, "kube_namespace"), notes, "k8s.namespace");
    if (namespace !== undefined) ref.namespace = namespace;
    const pod = cleaned(tagOf(tags, "pod_name"), notes, "k8s.pod");
    if (pod !== undefined) ref.pod = pod;
    const workload = workloadOf(tags) ?? (pod === undefined ? undefined : workloadOfPod(pod));
    if (workload !== undefined) ref.workload = workload;
  }
  return Object.keys(ref).length === 0 ? undefined : ref;
}

function workloadOf(tags: readonly string[]): WorkloadRef | undefined {
  for (const [tag, kind] of WORKLOADS) {
    const name = tagOf(tags, tag);
    if (name !== undefined) return { kind, name };
  }
  const name = tagOf(tags, "kube_ownerref_name");
  const kind = tagOf(tags, "kube_ownerref_kind");
  // The tagger writes the kind in lower case.
  const known = WORKLOADS.find(([, one]) => one.toLowerCase() === kind?.toLowerCase());
  if (name === undefined) return undefined;
  return known === undefined ? { name } : { kind: known[1], name };
}

/** The Agent names itself as the service of what has none. */
function readService({ inner, outer, tags }: DatadogParts, notes: Notes): string | undefined {
  const names = [
    tagOf(tags, "service"),
    readString(outer, "service", notes, "service"),
    readString(inner, "service", notes, "service"),
  ];
  return names.find((name) => name !== undefined && name !== SOURCE);
}

function cleaned(text: string | undefined, notes: Notes, field: string): string | undefined {
  return text === undefined ? undefined : cleanText(text, notes, field);
}
