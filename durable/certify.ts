/**
 * Certificates in D1: an episode is written with what is certified of it, signed where that can be done at
 * once; what it has no signature for, the sweep signs. Contract: a failing signature delays no episode.
 */
import { and, eq, gt, inArray, isNotNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CertificateClaims, EpisodeFacts } from "../schema/certificate.ts";
import type { LedgerHead } from "../schema/ledger.ts";
import { selectUnsigned, UNSIGNED } from "../schema/queries-certificates.ts";
import { episodes, findings, signingKeys } from "../schema/tables.ts";
import type { EpochMs } from "../schema/time.ts";
import { sent, sentRows } from "./json-rows.ts";
import { errorText, log } from "./log.ts";
import type { Signer } from "./signer.ts";
import type { Write } from "./write-groups.ts";

type EpisodeWrite = Extract<Write, { kind: "episode" }>;

/** What makes certificates. */
export interface Certifier {
  signer: Signer;
  /** Where the tenant's ledger stands; throws where it does not answer. */
  anchor: () => Promise<LedgerHead>;
}

/** The same writes, with the certificates of the episodes among them. */
export async function withCertificates(
  d1: D1Database,
  { signer, anchor }: Certifier,
  writes: readonly Write[],
): Promise<Write[]> {
  const ended = writes.filter((write) => write.kind === "episode" && write.facts !== undefined);
  if (ended.length === 0) return [...writes];
  const [cases, ledger] = await Promise.all([
    casesOf(d1, ended.filter(isEpisode)),
    anchorIfPossible(anchor),
  ]);
  const known = { cases, ledger };
  return Promise.all(
    writes.map(async (write) => (isEpisode(write) ? certified(signer, write, known) : write)),
  );
}

/** What the actor does not know of the episodes. */
interface Known {
  /** By finding. */
  cases: ReadonlyMap<string, string>;
  ledger: LedgerHead | null;
}

async function anchorIfPossible(anchor: Certifier["anchor"]): Promise<LedgerHead | null> {
  try {
    const { seq, hash } = await anchor();
    return { seq, hash };
  } catch (error) {
    log("warn", "certificate.not_anchored", { error: errorText(error) });
    return null;
  }
}

function isEpisode(write: Write): write is EpisodeWrite {
  return write.kind === "episode";
}

async function certified(
  signer: Signer,
  write: EpisodeWrite,
  { cases, ledger }: Known,
): Promise<EpisodeWrite> {
  const { row, facts } = write;
  if (facts === undefined) return write;
  const claims = claimsOf(facts, row.tenant, cases.get(row.finding) ?? null, ledger);
  const signed = await signedIfPossible(signer, claims);
  return {
    ...write,
    row: {
      ...row,
      certificateClaims: claims,
      certificateKid: signed?.kid ?? null,
      certificateJws: signed?.detached ?? null,
    },
  };
}

function claimsOf(
  facts: EpisodeFacts,
  tenant: string,
  caseId: string | null,
  ledger: LedgerHead | null,
): string {
  const { format, jti, iat, episode, ...rest } = facts;
  const claims: CertificateClaims = {
    format,
    jti,
    iat,
    tenant,
    ...rest,
    episode: { ...episode, case: caseId },
    ledger,
  };
  return JSON.stringify(claims);
}

async function signedIfPossible(signer: Signer, claims: string) {
  try {
    return await signer.sign(claims);
  } catch (error) {
    log("error", "certificate.not_signed", { error: errorText(error) });
    return null;
  }
}

/** Which of the findings belong to a case: D1 alone knows. All are of one tenant. */
async function casesOf(
  d1: D1Database,
  ended: readonly EpisodeWrite[],
): Promise<ReadonlyMap<string, string>> {
  const [first] = ended;
  if (first === undefined) return new Map();
  const ids = JSON.stringify(ended.map(({ row }) => row.finding));
  const rows = await drizzle(d1)
    .select({ id: findings.id, caseId: findings.caseId })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, first.row.tenant),
        inArray(findings.id, sql`(select value from json_each(${ids}))`),
        isNotNull(findings.caseId),
      ),
    );
  return new Map(rows.map(({ id, caseId }) => [id, caseId ?? ""]));
}

/** Signs what waits for it, at most `limit`, the oldest first; answers how many those were. */
export async function signWaiting(d1: D1Database, signer: Signer, limit: number): Promise<number> {
  const db = drizzle(d1);
  const { tenant, finding, episode } = episodes;
  const waiting = await selectUnsigned(db, limit);
  const signed = await Promise.all(
    waiting.map(async ({ claims, ...key }) => ({ ...key, ...(await signer.sign(claims ?? "")) })),
  );
  if (signed.length === 0) return 0;
  await db
    .update(episodes)
    .set({ certificateKid: sent("kid"), certificateJws: sent("detached") })
    .from(sentRows(JSON.stringify(signed)))
    .where(
      and(
        eq(tenant, sent("tenant")),
        eq(finding, sent("finding")),
        eq(episode, sent("episode")),
        UNSIGNED,
      ),
    );
  return waiting.length;
}

/** Takes the signatures of keys away that are distrusted since the instant; they are signed anew. */
export async function voidDistrusted(d1: D1Database, since: EpochMs): Promise<void> {
  const db = drizzle(d1);
  // All certificates are read for it, so only where there is something to find.
  if ((await distrustedSince(d1, since).limit(1)).length === 0) return;
  await db
    .update(episodes)
    .set({ certificateKid: null, certificateJws: null })
    .where(inArray(episodes.certificateKid, distrustedSince(d1, since)));
}

function distrustedSince(d1: D1Database, since: EpochMs) {
  return drizzle(d1)
    .select({ kid: signingKeys.kid })
    .from(signingKeys)
    .where(gt(signingKeys.compromisedAt, since));
}
