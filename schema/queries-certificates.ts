/** Reads of certificates. */
import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "./ids.ts";
import { episodes, findings } from "./tables.ts";

/** What there is of the certificate of a resolved episode. */
export function selectCertificate(
  db: DrizzleD1Database,
  tenant: TenantId,
  finding: string,
  episode: number,
) {
  return db
    .select({ claims: episodes.certificateClaims, detached: episodes.certificateJws })
    .from(episodes)
    .where(
      and(
        eq(episodes.tenant, tenant),
        eq(episodes.finding, finding),
        eq(episodes.episode, episode),
      ),
    )
    .limit(1);
}

/** The current or last episode of a finding. */
export function selectCurrentEpisode(db: DrizzleD1Database, tenant: TenantId, finding: string) {
  return db
    .select({ status: findings.status, episode: findings.episode })
    .from(findings)
    .where(and(eq(findings.tenant, tenant), eq(findings.id, finding)))
    .limit(1);
}

/** Episodes whose certificate has no signature yet. */
export const UNSIGNED = and(isNotNull(episodes.certificateClaims), isNull(episodes.certificateJws));

/** Those that wait for a signature, over all tenants, the oldest first. */
export function selectUnsigned(db: DrizzleD1Database, limit: number) {
  return db
    .select({
      tenant: episodes.tenant,
      finding: episodes.finding,
      episode: episodes.episode,
      claims: episodes.certificateClaims,
    })
    .from(episodes)
    .where(UNSIGNED)
    .orderBy(episodes.resolvedAt)
    .limit(limit);
}
