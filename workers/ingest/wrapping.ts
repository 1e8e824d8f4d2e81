/**
 * What a transport says of the event that it carries: CloudEvents' attributes, OpenTelemetry's resource, the
 * document of a Beat. Pure. It fills in what the event itself does not say, and overrules nothing.
 */
import type { HostRef, LullEvent, Normalised } from "../../schema/event.ts";
import { isDoubtful } from "./resource.ts";

export interface Wrapping {
  /** The transport's own id of the event, unique within what it comes from. */
  id?: string;
  /** The host on which the event was picked up. */
  host?: HostRef;
  /** The Kubernetes cluster of that host. */
  cluster?: string;
}

/** For one of several events that came under one id: the id is not theirs. */
export function withoutId(wrapping: Wrapping): Wrapping {
  const rest = { ...wrapping };
  delete rest.id;
  return rest;
}

/** Completes what a normaliser has made. */
export function fillIn(item: Normalised, wrapping: Wrapping): void {
  if (item.type === "event") return fillEvent(item.event, wrapping);
  if (item.type === "contact" && wrapping.host !== undefined && isUnsaid(item.host))
    item.host = wrapping.host;
}

function fillEvent(event: LullEvent, { id, host, cluster }: Wrapping): void {
  if (id !== undefined) event.id ??= id;
  if (host !== undefined && isUnsaid(event.host)) event.host = host;
  const inCluster = event.container !== undefined || event.k8s !== undefined;
  if (cluster !== undefined && inCluster) (event.k8s ??= {}).cluster ??= cluster;
}

function isUnsaid(host: HostRef | undefined): boolean {
  return host === undefined || isDoubtful(host);
}
