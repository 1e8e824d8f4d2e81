/**
 * What the events of one batch say of one resource. Pure.
 * Contract: the newest event that says something of a field decides it; older ones only fill holes.
 */
import type { ContainerRef, KubernetesRef, LullEvent } from "../../schema/event.ts";
import type { Resource } from "../../durable/domain/model.ts";
import { resourceOf, type Host } from "./resource.ts";

export class Description {
  #resource: Resource;
  /** The last event that went into the resource; most others of a batch say the same. */
  #event: LullEvent;
  #host: Host | null;
  /** Whether it was the newest, so that all it says stands in the resource. */
  #leads = true;

  constructor(event: LullEvent, host: Host | null) {
    this.#resource = resourceOf(event, host);
    this.#event = event;
    this.#host = host;
  }

  get resource(): Resource {
    return this.#resource;
  }

  add(event: LullEvent, host: Host | null): void {
    const known = this.#resource;
    const isNewer = event.time > known.seenAt;
    const isLate = event.time < known.seenAt;
    // Late, it has filled what holes it can; else it leads as the one before it did.
    if (host === this.#host && describesAlike(event, this.#event) && (this.#leads || isLate)) {
      if (isNewer) known.seenAt = event.time;
      return;
    }
    const hasHoles = known.pod === null || known.image === null || known.name === null;
    if (!isNewer && !hasHoles) return;
    this.#leads = !isLate;
    this.#resource = filled(known, resourceOf(event, host));
    this.#event = event;
    this.#host = host;
  }
}

/** Whether two events say the same of where they happened, but for the host. */
function describesAlike(a: LullEvent, b: LullEvent): boolean {
  return a.service === b.service && isSame(a.container, b.container) && isSameIn(a.k8s, b.k8s);
}

function isSame(a: ContainerRef | undefined, b: ContainerRef | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.name === b.name && a.image === b.image && a.imageDigest === b.imageDigest && a.id === b.id
  );
}

function isSameIn(a: KubernetesRef | undefined, b: KubernetesRef | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.pod === b.pod &&
    a.namespace === b.namespace &&
    a.cluster === b.cluster &&
    a.workload?.name === b.workload?.name &&
    a.workload?.kind === b.workload?.kind
  );
}

function filled(known: Resource, more: Resource): Resource {
  const [old, fresh] = more.seenAt >= known.seenAt ? [known, more] : [more, known];
  return {
    ...fresh,
    name: fresh.name ?? old.name,
    image: fresh.image ?? old.image,
    imageDigest: fresh.imageDigest ?? old.imageDigest,
    cluster: fresh.cluster ?? old.cluster,
    namespace: fresh.namespace ?? old.namespace,
    pod: fresh.pod ?? old.pod,
    workload: fresh.workload ?? old.workload,
    workloadKind: fresh.workloadKind ?? old.workloadKind,
    service: fresh.service ?? old.service,
  };
}
