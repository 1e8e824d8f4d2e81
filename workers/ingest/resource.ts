/** Which resource an event is about, and which actor owns it. Pure. */
import type { HostRef, LullEvent } from "../../schema/event.ts";
import {
  containerResourceId,
  hostResourceId,
  looksLikeContainerId,
  type OwnerId,
  type ResourceId,
} from "../../schema/ids.ts";
import type { Resource } from "../../durable/domain/model.ts";

/** The host an event belongs to. */
export interface Host {
  owner: OwnerId;
  name: string | null;
  id: string | null;
}

/**
 * The event's own host, else the batch's, else the one that the key or the request names.
 * One that is in doubt (see {@link isDoubtful}) comes after all of these.
 */
export function hostOf(
  event: HostRef | undefined,
  batch: HostRef | undefined,
  named: string | null,
): Host | null {
  return (
    certain(event) ??
    certain(batch) ??
    (named === null ? null : hostFrom({ name: named })) ??
    identified(event) ??
    identified(batch)
  );
}

/**
 * Whether a host's name may be another's: the agent says so, or it looks like a container id, which is
 * Falco's own container in Docker.
 */
export function isDoubtful({ id, name, doubtful }: HostRef): boolean {
  return doubtful === true || (!id?.trim() && looksLikeContainerId(name?.trim() ?? ""));
}

function certain(host: HostRef | undefined): Host | null {
  return host === undefined || isDoubtful(host) ? null : identified(host);
}

function identified(host: HostRef | undefined): Host | null {
  return host === undefined || (!host.id?.trim() && !host.name?.trim()) ? null : hostFrom(host);
}

/** A stable id identifies a host before its name does: names repeat between clusters. */
function hostFrom(host: HostRef): Host {
  const id = host.id?.trim() || null;
  const name = host.name?.trim() || null;
  return { owner: hostResourceId(id ?? name ?? ""), name: name ?? id, id };
}

/** The resource of an event, described as far as the event does. */
export function resourceOf(event: LullEvent, host: Host | null): Resource {
  const { container, k8s } = event;
  const service = event.service ?? null;
  const image = container?.image ?? null;
  const workload = workloadOf(k8s?.workload, service, image);
  const id = resourceIdOf(event, host);
  return {
    id,
    type: container === undefined ? "host" : "container",
    name: (container === undefined ? host?.name : container.name) ?? null,
    host: host?.name ?? null,
    hostId: host?.id ?? null,
    containerId: container?.id ?? null,
    image,
    imageDigest: container?.imageDigest ?? null,
    cluster: k8s?.cluster ?? null,
    namespace: k8s?.namespace ?? null,
    pod: k8s?.pod ?? null,
    workload: container === undefined ? null : workload.name,
    workloadKind: container === undefined ? null : workload.kind,
    service,
    seenAt: event.time,
  };
}

export function resourceIdOf(event: LullEvent, host: Host | null): ResourceId {
  if (event.container !== undefined) return containerResourceId(event.container.id);
  if (host === null) throw new Error("an event without container and host has no resource");
  return host.owner;
}

/** What outlives the container: the workload, else the service, else the image's repository. */
function workloadOf(
  workload: { kind?: string; name: string } | undefined,
  service: string | null,
  image: string | null,
): { name: string | null; kind: string | null } {
  if (workload !== undefined) return { name: workload.name, kind: workload.kind ?? null };
  if (service !== null) return { name: service, kind: "service" };
  return image === null ? { name: null, kind: null } : { name: repository(image), kind: "image" };
}

/** `registry:5000/shop/api:1.4@sha256:…` is `registry:5000/shop/api`. */
function repository(image: string): string {
  const bare = image.split("@")[0] ?? image;
  const colon = bare.lastIndexOf(":");
  return colon > bare.lastIndexOf("/") ? bare.slice(0, colon) : bare;
}
