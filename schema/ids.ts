/**
 * Branded identifiers and the only functions that make them.
 * Contract: a value of a branded type has passed its parser; nothing else may cast to one.
 */

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

export type TenantId = Branded<string, "TenantId">;
export type RuleId = Branded<string, "RuleId">;
/** `host:<name>` or `container:<identity>`; see {@link hostResourceId} and {@link containerResourceId}. */
export type ResourceId = Branded<string, "ResourceId">;
export type FindingId = Branded<string, "FindingId">;
export type SignalId = Branded<string, "SignalId">;
export type AgentId = Branded<string, "AgentId">;
/** The idempotency key of one batch, scoped to the agent key that sent it. */
export type BatchId = Branded<string, "BatchId">;
/** The actor that owns a resource, unique within the tenant: the id of the host resource, or of a container whose host nobody names. */
export type OwnerId = ResourceId;

const TENANT = /^[a-z0-9][a-z0-9-]{0,31}$/;
const RULE = /^[a-z0-9][a-z0-9-]{0,63}$/;
const FINDING = /^f[a-z0-9]{24}$/;
const SIGNAL = /^s[a-z0-9]{24}$/;
const RESOURCE = /^(?:host|container):.{1,253}$/su;
const RUNTIME_PREFIX = /^[a-z0-9-]+:\/\//;
const HEX_CONTAINER = /^[0-9a-f]{12,64}$/;

type Parser<T extends string> = (value: string) => T | null;

/** The parser of a brand: what passes the pattern is what the brand stands for. */
function parser<T extends string>(pattern: RegExp): Parser<T> {
  return (value) => (pattern.test(value) ? (value as T) : null);
}

/** Lower-case letters, digits and hyphens, at most 32; no underscore, since keys use it as separator. */
export const parseTenantId = parser<TenantId>(TENANT);
export const parseRuleId = parser<RuleId>(RULE);
export const parseFindingId = parser<FindingId>(FINDING);
export const parseSignalId = parser<SignalId>(SIGNAL);
export const parseResourceId = parser<ResourceId>(RESOURCE);

/** For literals in the built-in rule pack. Throws on a bad id: that is a bug, not input. */
export function ruleId(value: string): RuleId {
  const id = parseRuleId(value);
  if (id === null) throw new Error(`not a rule id: ${value}`);
  return id;
}

/** Trims and bounds what an agent calls itself. */
export function agentId(value: string): AgentId {
  return value.trim().slice(0, 128) as AgentId;
}

/** Trims and bounds an idempotency key; the caller prefixes it with the key id. */
export function batchId(value: string): BatchId {
  return value.slice(0, 256) as BatchId;
}

/**
 * What identifies a container: agents name the same one by 64 or by its first 12 hex digits,
 * with or without `docker://` or `containerd://`. The identity is the first 12 hex digits;
 * an id that is not hexadecimal (ECS, Nomad) is its own identity.
 */
export function containerIdentity(id: string): string {
  const bare = id.trim().replace(RUNTIME_PREFIX, "");
  const lower = bare.toLowerCase();
  return HEX_CONTAINER.test(lower) ? lower.slice(0, 12) : bare.slice(0, 128);
}

/** Whether a host name is really a container id, as Falco reports in Docker without FALCO_HOSTNAME. */
export function looksLikeContainerId(name: string): boolean {
  return /^(?:[0-9a-f]{12}|[0-9a-f]{64})$/.test(name);
}

export function containerResourceId(id: string): ResourceId {
  return `container:${containerIdentity(id)}` as ResourceId;
}

/** Host names are case-insensitive (RFC 4343); ids are kept as they are but for surrounding space. */
export function hostResourceId(nameOrId: string): ResourceId {
  return `host:${nameOrId.trim().toLowerCase().slice(0, 253)}` as ResourceId;
}

export type ResourceType = "host" | "container";

export function resourceTypeOf(id: ResourceId): ResourceType {
  return id.startsWith("host:") ? "host" : "container";
}
