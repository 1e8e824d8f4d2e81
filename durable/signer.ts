/**
 * Which key signs, and signing with it. D1 has the public keys of all, so that certificates stay valid when
 * another key, or another secret, takes over. Contract: keys are numbered without a gap, and the last one that
 * was begun is the only one that is not retired.
 */
import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { PublicKey } from "../schema/certificate.ts";
import { SIGNING_KEY_CACHE_MS } from "../schema/limits.ts";
import { signingKeys } from "../schema/tables.ts";
import type { EpochMs } from "../schema/time.ts";
import { deriveSigningKey, signClaims, type SigningKey } from "./signing-key.ts";

/** What a signature is made with. */
export interface Signer {
  /** Throws where the key cannot be read. */
  sign(claims: string): Promise<{ kid: string; detached: string }>;
}

/** By secret. Values, never promises: workerd lets no request wait for the I/O of another one. */
const current = new Map<string, { key: SigningKey; loadedAt: EpochMs }>();

/** Signs with the key that was current at most {@link SIGNING_KEY_CACHE_MS} ago. */
export function signerOf(d1: D1Database, secret: string): Signer {
  return {
    async sign(claims) {
      const key = await cachedKey(d1, secret, Date.now());
      return { kid: key.publicKey.kid, detached: await signClaims(key, claims) };
    },
  };
}

async function cachedKey(d1: D1Database, secret: string, now: EpochMs): Promise<SigningKey> {
  const cached = current.get(secret);
  const age = now - (cached?.loadedAt ?? 0);
  if (cached !== undefined && age >= 0 && age < SIGNING_KEY_CACHE_MS) return cached.key;
  return remember(secret, await currentKey(d1, secret, now, cached?.key), now);
}

function remember(secret: string, key: SigningKey, loadedAt: EpochMs): SigningKey {
  current.set(secret, { key, loadedAt });
  return key;
}

/** The key that D1 calls current; begins one where there is none, or where that is another secret's. */
export async function currentKey(
  d1: D1Database,
  secret: string,
  now: EpochMs,
  guess?: SigningKey,
): Promise<SigningKey> {
  const latest = await latestKey(d1);
  if (latest === null) return begin(d1, secret, 1, now);
  const key = guess?.n === latest.n ? guess : await deriveSigningKey(secret, latest.n);
  return key.publicKey.kid === latest.kid ? key : begin(d1, secret, latest.n + 1, now);
}

/** Begins the next key and retires the current one. Two that rotate at once begin one key together. */
export async function rotate(d1: D1Database, secret: string, now: EpochMs): Promise<SigningKey> {
  const { n } = await currentKey(d1, secret, now);
  return remember(secret, await begin(d1, secret, n + 1, now), now);
}

async function begin(d1: D1Database, secret: string, n: number, now: EpochMs): Promise<SigningKey> {
  const db = drizzle(d1);
  const key = await deriveSigningKey(secret, n);
  const { kid } = key.publicKey;
  const row = { n, kid, jwk: JSON.stringify(key.publicKey), createdAt: now };
  await db.batch([
    db
      .update(signingKeys)
      .set({ retiredAt: now })
      .where(and(eq(signingKeys.n, n - 1), isNull(signingKeys.retiredAt))),
    db.insert(signingKeys).values(row).onConflictDoNothing(),
  ]);
  const latest = await latestKey(d1);
  if (latest?.kid !== kid) throw new Error("another secret has begun a key at the same time");
  return key;
}

async function latestKey(d1: D1Database): Promise<{ n: number; kid: string } | null> {
  const [latest] = await drizzle(d1)
    .select({ n: signingKeys.n, kid: signingKeys.kid })
    .from(signingKeys)
    .orderBy(desc(signingKeys.n))
    .limit(1);
  return latest ?? null;
}

/** A key as the operator sees it. */
export interface KeyRow {
  n: number;
  kid: string;
  createdAt: EpochMs;
  retiredAt: EpochMs | null;
  compromisedAt: EpochMs | null;
}

/** All keys, the oldest first. */
export function listKeys(d1: D1Database): Promise<KeyRow[]> {
  const { n, kid, createdAt, retiredAt, compromisedAt } = signingKeys;
  const columns = { n, kid, createdAt, retiredAt, compromisedAt };
  return drizzle(d1).select(columns).from(signingKeys).orderBy(n);
}

/** The public keys that certificates may be checked with, the oldest first. */
export async function trustedKeys(d1: D1Database): Promise<PublicKey[]> {
  const rows = await drizzle(d1)
    .select({ jwk: signingKeys.jwk })
    .from(signingKeys)
    .where(isNull(signingKeys.compromisedAt))
    .orderBy(signingKeys.n);
  // Written by `begin` from this type.
  return rows.map(({ jwk }) => JSON.parse(jwk) as PublicKey);
}

/** From now on nothing that these keys have signed is to be believed. */
export async function distrust(
  d1: D1Database,
  kids: readonly string[],
  now: EpochMs,
): Promise<void> {
  await drizzle(d1)
    .update(signingKeys)
    .set({ compromisedAt: now })
    .where(and(inArray(signingKeys.kid, [...kids]), isNull(signingKeys.compromisedAt)));
}
