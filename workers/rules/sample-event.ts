/**
 * A kept sample as the event it was taken from, for trying rules on what has been seen. Pure.
 * What a sample does not keep: the agent's tags and priority, the event's id, a container's name or a host's
 * of the time (they are the resource's of now), and the ends of long texts (schema/limits.ts, MAX_SAMPLE_…).
 */
import type { ContainerRef, HostRef, KubernetesRef, LullEvent } from "../../schema/event.ts";
import { EVENT_KINDS } from "../../schema/event.ts";
import type { Resource, Sample } from "../../durable/domain/model.ts";

/** Null where the sample's kind is none that is known, which is so of none that this version has kept. */
export function eventOfSample(sample: Sample, resource: Resource): LullEvent | null {
  const { at: time, agent: format, kind: said, image, pod, ...seen } = sample;
  const kind = EVENT_KINDS.find((known) => known === said);
  if (kind === undefined) return null;
  const event: LullEvent = { ...withoutAbsent(seen), time, format, kind };
  const host = hostOf(resource);
  if (host !== null) event.host = host;
  if (resource.type === "container") event.container = containerOf(resource, image);
  const k8s = kubernetesOf(resource, pod);
  if (k8s !== null) event.k8s = k8s;
  if (resource.service !== null) event.service = resource.service;
  return event;
}

/** Samples come from JSON, which has no undefined: what the type allows beside that does not occur. */
function withoutAbsent(seen: Omit<Sample, "at" | "agent" | "kind" | "image" | "pod">) {
  return seen as Pick<LullEvent, "action"> & Partial<LullEvent>;
}

function hostOf({ host, hostId }: Resource): HostRef | null {
  if (host === null && hostId === null) return null;
  return { ...(hostId === null ? {} : { id: hostId }), ...(host === null ? {} : { name: host }) };
}

function containerOf(resource: Resource, image: string | undefined): ContainerRef {
  const container: ContainerRef = {
    id: resource.containerId ?? resource.id.slice("container:".length),
  };
  const ofThen = image ?? resource.image;
  if (resource.name !== null) container.name = resource.name;
  if (ofThen !== null) container.image = ofThen;
  // Of the newest image; an older sample's is not known.
  if (resource.imageDigest !== null && ofThen === resource.image)
    container.imageDigest = resource.imageDigest;
  return container;
}

function kubernetesOf(resource: Resource, podOfThen: string | undefined): KubernetesRef | null {
  const { cluster, namespace, workload, workloadKind } = resource;
  const pod = podOfThen ?? resource.pod;
  const k8s: KubernetesRef = {};
  if (cluster !== null) k8s.cluster = cluster;
  if (namespace !== null) k8s.namespace = namespace;
  if (pod !== null) k8s.pod = pod;
  // Where no workload was named, the service or the image stands for it (workers/ingest/resource.ts).
  if (workload !== null && workloadKind !== "service" && workloadKind !== "image")
    k8s.workload = { name: workload, ...(workloadKind === null ? {} : { kind: workloadKind }) };
  return Object.keys(k8s).length === 0 ? null : k8s;
}
