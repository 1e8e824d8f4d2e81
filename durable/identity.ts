/** Ids that follow from what they name: the same finding has the same id wherever it is computed. */
import { createHash } from "node:crypto";
import {
  parseFindingId,
  parseSignalId,
  type FindingId,
  type ResourceId,
  type RuleId,
  type SignalId,
  type TenantId,
} from "../schema/ids.ts";

/** 96 bits: a tenant with a billion findings meets a collision once in 10^11 worlds. */
const ID_HEX = 24;
/** Hashing costs a few microseconds, and a fleet repeats itself. */
const CACHE_ENTRIES = 20_000;

const findingIds = new Map<string, FindingId>();

/** The identity of a finding: tenant × rule × resource. */
export function findingId(tenant: TenantId, rule: RuleId, resource: ResourceId): FindingId {
  const name = `${tenant}\0${rule}\0${resource}`;
  const known = findingIds.get(name);
  if (known !== undefined) return known;
  const id = parseFindingId(`f${hash(name)}`);
  if (id === null) throw new Error("a hash is not a finding id");
  if (findingIds.size >= CACHE_ENTRIES) findingIds.clear();
  findingIds.set(name, id);
  return id;
}

/** The identity of a signal: what was detected where and how, within one hour. */
export function signalId(tenant: TenantId, parts: readonly string[]): SignalId {
  const id = parseSignalId(`s${hash([tenant, ...parts].join("\0"))}`);
  if (id === null) throw new Error("a hash is not a signal id");
  return id;
}

const RANDOM_BYTES = 10;

/** An id for something new: 80 random bits in hex. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hash(text: string): string {
  return sha256(text).slice(0, ID_HEX);
}
