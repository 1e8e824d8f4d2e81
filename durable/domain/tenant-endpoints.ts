/** Changes of a tenant's endpoints, each with what its history says of it. Pure. Contract: what is repeated changes nothing. */
import { MAX_ENDPOINTS, MAX_ENDPOINTS_CHARS } from "../../schema/limits.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import type { EndpointRecord } from "./endpoint.ts";
import { refuse, unchanged, type Planned } from "./tenant-rules.ts";
import { changed, type TenantConfig } from "./tenant.ts";

/** What may change of an endpoint. */
export type EndpointFields = Partial<
  Pick<
    EndpointRecord,
    | "url"
    | "description"
    | "events"
    | "filter"
    | "format"
    | "settings"
    | "credentialAt"
    | "status"
    | "disabledReason"
  >
>;

export function createEndpoint(config: TenantConfig, endpoint: EndpointRecord): Planned {
  if (config.endpoints.some(({ id }) => id === endpoint.id)) return unchanged(config);
  if (config.endpoints.length >= MAX_ENDPOINTS) return refuse("too_many_endpoints", MAX_ENDPOINTS);
  return planned(
    changed(config, { endpoints: [...config.endpoints, endpoint] }),
    "endpoint.created",
    endpoint.id,
    asMade(endpoint),
  );
}

export function changeEndpoint(
  config: TenantConfig,
  id: string,
  fields: EndpointFields,
  by: string,
  now: EpochMs,
): Planned {
  const before = config.endpoints.find((known) => known.id === id);
  if (before === undefined) return refuse("not_found");
  const different = Object.entries(fields).filter(
    // Of the same shape, and made in the same order.
    ([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(before[name as keyof EndpointFields]),
  );
  if (different.length === 0) return unchanged(config);
  const after: EndpointRecord = { ...before, ...fields, updatedBy: by, updatedAt: now };
  const endpoints = config.endpoints.map((known) => (known === before ? after : known));
  return planned(
    changed(config, { endpoints }),
    "endpoint.changed",
    id,
    Object.fromEntries(different),
    Object.fromEntries(different.map(([name]) => [name, before[name as keyof EndpointFields]])),
  );
}

export function deleteEndpoint(config: TenantConfig, id: string): Planned {
  const endpoint = config.endpoints.find((known) => known.id === id);
  if (endpoint === undefined) return refuse("not_found");
  const endpoints = config.endpoints.filter((known) => known !== endpoint);
  return planned(
    changed(config, { endpoints }),
    "endpoint.deleted",
    id,
    { url: endpoint.url },
    asMade(endpoint),
  );
}

/** What its history says of it as a whole. */
function asMade({ url, events, format, settings, credentialAt, filter }: EndpointRecord) {
  const needs = Object.keys(settings).length > 0 ? { settings } : {};
  const has = credentialAt === null ? {} : { credentialAt };
  return { url, events, format, ...needs, ...has, filter };
}

function planned(
  config: TenantConfig,
  action: "endpoint.created" | "endpoint.changed" | "endpoint.deleted",
  subject: string,
  fields: Record<string, unknown>,
  before?: Record<string, unknown>,
): Planned {
  if (JSON.stringify(config.endpoints).length > MAX_ENDPOINTS_CHARS)
    return refuse("endpoints_too_large", MAX_ENDPOINTS_CHARS);
  const record = { action, subject, detail: told(fields), force: null };
  return {
    ok: true,
    config,
    record: before === undefined ? record : { ...record, before: told(before) },
  };
}

/**
 * The path of an address may be a secret; history and ledger are read by more people than the endpoint. Of a
 * credential they say since when there is one.
 */
function told({ url, credentialAt, ...fields }: Record<string, unknown>): Record<string, unknown> {
  const since = typeof credentialAt === "number" ? formatInstant(credentialAt) : null;
  return {
    ...(typeof url === "string" ? { host: hostOf(url) } : {}),
    ...fields,
    ...(credentialAt === undefined ? {} : { credentialSince: since }),
  };
}

/** Of an address, what is no secret. */
export function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? "";
}
