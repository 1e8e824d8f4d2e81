/**
 * Hands what has happened to whoever wants to hear of it. Contract: a happening may be handed on again and again
 * under its id, and is told once; what one sink refuses is thrown when all have been asked, so that the caller tries
 * again later.
 */
import type { Happening } from "../schema/happening.ts";
import type { TenantId } from "../schema/ids.ts";
import { wants } from "./domain/endpoint.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import type { EndpointActor } from "./endpoint-actor.ts";

export interface PublishEnv {
  ENDPOINT_ACTOR: DurableObjectNamespace<EndpointActor>;
}

/** Whether anybody would hear of anything: to ask before happenings are made. */
export function hasListeners({ endpoints }: TenantConfig): boolean {
  return endpoints.some(({ status }) => status === "enabled");
}

/** `happenings` in the order in which they happened. */
export async function publish(
  env: PublishEnv,
  tenant: TenantId,
  { endpoints }: TenantConfig,
  happenings: readonly Happening[],
): Promise<void> {
  const told = await Promise.allSettled(
    endpoints.map(async (endpoint) => {
      const wanted = happenings.filter((happening) => wants(endpoint, happening));
      if (wanted.length > 0) await endpointActor(env, tenant, endpoint.id).enqueue(wanted);
    }),
  );
  for (const result of told) if (result.status === "rejected") throw result.reason;
}

export function endpointActor(
  { ENDPOINT_ACTOR }: PublishEnv,
  tenant: string,
  endpoint: string,
): DurableObjectStub<EndpointActor> {
  return ENDPOINT_ACTOR.getByName(`${tenant}/${endpoint}`);
}
