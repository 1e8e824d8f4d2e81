/**
 * Hands what has happened to whoever wants to hear of it. Contract: a happening may be handed on again and again
 * under its id, and is told once; what one sink refuses is thrown when all have been asked, so that the caller tries
 * again later.
 */
import type { Happening } from "../schema/happening.ts";
import type { TenantId } from "../schema/ids.ts";
import { channelOf } from "./channels/channels.ts";
import { wants, type EndpointRecord } from "./domain/endpoint.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import type { EndpointActor } from "./endpoint-actor.ts";
import { ledgerState, type LedgerEnv } from "./ledger.ts";
import { errorText, log } from "./log.ts";

export interface PublishEnv extends LedgerEnv {
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
  const wanted = endpoints
    .map((endpoint) => ({ endpoint, news: happenings.filter((it) => isTold(endpoint, it)) }))
    .filter(({ news }) => news.length > 0);
  if (wanted.length === 0) return;
  const anchor = await anchorOf(env, tenant);
  const told = await Promise.allSettled(
    wanted.map(({ endpoint, news }) =>
      endpointActor(env, tenant, endpoint.id).enqueue(news.map((it) => ({ ...it, ...anchor }))),
    ),
  );
  for (const result of told) if (result.status === "rejected") throw result.reason;
}

/** It wants to hear of it, and its format has something to say of it. */
function isTold(endpoint: EndpointRecord, happening: Happening): boolean {
  const { tells } = channelOf(endpoint.format);
  return wants(endpoint, happening) && (tells?.(happening) ?? true);
}

/** Endpoints hear of it also where the ledger does not answer. */
async function anchorOf(env: LedgerEnv, tenant: TenantId): Promise<Pick<Happening, "ledger">> {
  try {
    const { seq, hash } = await ledgerState(env, tenant);
    return { ledger: { seq, hash } };
  } catch (error) {
    log("warn", "happening.not_anchored", { tenant, error: errorText(error) });
    return {};
  }
}

export function endpointActor(
  { ENDPOINT_ACTOR }: PublishEnv,
  tenant: string,
  endpoint: string,
): DurableObjectStub<EndpointActor> {
  return ENDPOINT_ACTOR.getByName(`${tenant}/${endpoint}`);
}
