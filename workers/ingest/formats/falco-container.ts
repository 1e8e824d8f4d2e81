/**
 * Where a Falco event happened. Pure.
 * `container.id` is "host" outside of containers, and empty, null or missing where Falco does not know
 * (falcosecurity/falco-website:content/en/docs/troubleshooting/missing-fields).
 */
import type { ContainerRef, KubernetesRef } from "../../../schema/event.ts";
import { bareContainerId, workloadOfPod } from "../containers.ts";
import { readString, type Notes, type Raw } from "../fields.ts";

/** The container, or undefined on the host and where nothing tells. */
export function readFalcoContainer(
  fields: Raw,
  host: string | undefined,
  notes: Notes,
): ContainerRef | undefined {
  const id = readString(fields, "container.id", notes, "container.id");
  if (id === "host") return undefined;
  const name = readString(fields, "container.name", notes, "container.name");
  const image = readImage(fields, notes);
  const identity =
    id === undefined ? describedIdentity(fields, host, name ?? image, notes) : bareContainerId(id);
  if (identity === undefined) return undefined;
  const ref: ContainerRef = { id: identity };
  if (name !== undefined) ref.name = name;
  if (image !== undefined) ref.image = image;
  const digest = readString(fields, "container.image.digest", notes, "container.imageDigest");
  if (digest !== undefined) ref.imageDigest = digest;
  return ref;
}

/**
 * What has a pod, a container's name or an image is a container also where its id is missing;
 * laid at the host's door, it would be a finding on the wrong resource. What is known tells which.
 */
function describedIdentity(
  fields: Raw,
  host: string | undefined,
  label: string | undefined,
  notes: Notes,
): string | undefined {
  const pod = readString(fields, "k8s.pod.name", notes, "k8s.pod");
  const namespace = readString(fields, "k8s.ns.name", notes, "k8s.namespace") ?? "default";
  const place = pod === undefined ? host : `${namespace}/${pod}`;
  if (pod === undefined && (label === undefined || label === "host")) return undefined;
  if (place === undefined || label === undefined) return place ?? label;
  return `${place}/${label}`;
}

function readImage(fields: Raw, notes: Notes): string | undefined {
  const repository = readString(fields, "container.image.repository", notes, "container.image");
  if (repository === undefined)
    return readString(fields, "container.image", notes, "container.image");
  const tag = readString(fields, "container.image.tag", notes, "container.image");
  return tag === undefined ? repository : `${repository}:${tag}`;
}

export function readFalcoKubernetes(fields: Raw, notes: Notes): KubernetesRef | undefined {
  const namespace =
    readString(fields, "k8s.ns.name", notes, "k8s.namespace") ??
    readString(fields, "k8smeta.ns.name", notes, "k8s.namespace");
  const pod =
    readString(fields, "k8s.pod.name", notes, "k8s.pod") ??
    readString(fields, "k8smeta.pod.name", notes, "k8s.pod");
  if (namespace === undefined && pod === undefined) return undefined;
  const ref: KubernetesRef = {};
  if (namespace !== undefined) ref.namespace = namespace;
  if (pod !== undefined) ref.pod = pod;
  const deployment =
    readString(fields, "k8smeta.deployment.name", notes, "k8s.workload.name") ??
    readString(fields, "k8s.deployment.name", notes, "k8s.workload.name");
  if (deployment !== undefined) ref.workload = { kind: "Deployment", name: deployment };
  else if (pod !== undefined) ref.workload = workloadOfPod(pod);
  return ref;
}
