/** A roll-up from D1: its state, with its images, its findings and what shows that it is fixed. */
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { Resolution } from "../schema/finding.ts";
import type { TenantId } from "../schema/ids.ts";
import { MAX_ROLLUP_TIMELINES } from "../schema/limits.ts";
import {
  selectContainers,
  selectEarlierEpisodes,
  selectRollupFindings,
  selectRollupImages,
  selectRollups,
  selectWitnesses,
  workloadText,
} from "../schema/queries-rollups.ts";
import { parseRollupId, rollupId } from "../schema/rollup-id.ts";
import { rollupKeyText } from "../schema/rollup-key.ts";
import type {
  ImageRef,
  RollupDetail,
  RollupImage,
  RollupKey,
  RollupSummary,
  Timeline,
} from "../schema/rollup.ts";
import { SEVERITIES } from "../schema/rule.ts";
import { formatDuration, formatInstant, type EpochMs } from "../schema/time.ts";
import { fixOf, rollupHeadline } from "./domain/rollup.ts";
import { type FindingDoc, findingSummary, whenOf } from "./domain/view.ts";
import { findingDocOf } from "./finding-doc.ts";

type RollupRow = Awaited<ReturnType<typeof selectRollups>>[number];
type ContainerRow = Awaited<ReturnType<typeof selectContainers>>[number];
type ImageRow = Awaited<ReturnType<typeof selectRollupImages>>[number];

/** Null if no finding is its. */
export async function readRollup(
  d1: D1Database,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<RollupDetail | null> {
  const key = parseRollupId(id);
  if (key === null) return null;
  const db = drizzle(d1);
  const [[found], images, rows] = await Promise.all([
    summariesOf(db, tenant, [key], now),
    selectRollupImages(db, tenant, key),
    selectRollupFindings(db, tenant, key),
  ]);
  if (found === undefined) return null;
  const members = rows.map((row) => ({ row, doc: findingDocOf(row.doc) }));
  const [timelines, fix] = await Promise.all([
    timelinesOf(
      db,
      tenant,
      members.slice(0, MAX_ROLLUP_TIMELINES).map(({ doc }) => doc),
    ),
    fixIn(db, tenant, key, { ...found, images, members }, now),
  ]);
  return {
    ...found.summary,
    imagesSeen: images.map(imageView),
    findings: members.map(({ row, doc }) => findingSummary(doc, row, now)),
    timelines,
    fix,
  };
}

/** In the order of the findings. */
async function timelinesOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  docs: readonly FindingDoc[],
): Promise<Timeline[]> {
  const current = docs.map(({ finding }) => ({ finding: finding.id, episode: finding.episode }));
  const earlier = Map.groupBy(
    await selectEarlierEpisodes(db, tenant, current),
    (row) => row.finding,
  );
  return docs.map((doc) => ({
    finding: doc.finding.id,
    ...whenOf(doc),
    episodes: (earlier.get(doc.finding.id) ?? []).map((row) => ({
      episode: row.episode,
      openedAt: formatInstant(row.openedAt),
      resolvedAt: formatInstant(row.resolvedAt),
      // Written from this type.
      resolution: row.resolution as Resolution,
    })),
  }));
}

function imageView({ image, digest, containers, hit, affected, ...at }: ImageRow): RollupImage {
  return {
    image,
    digest,
    firstSeenAt: formatInstant(at.firstSeenAt),
    lastSeenAt: formatInstant(at.lastSeenAt),
    containers,
    hit,
    affected,
  };
}

/** In the order of the keys. */
export async function summariesOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  keys: readonly RollupKey[],
  now: EpochMs,
): Promise<{ summary: RollupSummary; row: RollupRow }[]> {
  if (keys.length === 0) return [];
  const [rows, containers] = await Promise.all([
    selectRollups(db, tenant, keys, now),
    selectContainers(db, tenant, keys),
  ]);
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const containersOf = new Map(containers.map((row) => [row.workload, row]));
  return keys.flatMap((key) => {
    const row = rowOf.get(rollupKeyText(key));
    if (row === undefined) return [];
    return [{ row, summary: summaryOf(key, row, containersOf.get(workloadText(key)), now) }];
  });
}

function summaryOf(
  key: RollupKey,
  row: RollupRow,
  known: ContainerRow | undefined,
  now: EpochMs,
): RollupSummary {
  const gone = known?.gone ?? 0;
  const containers = {
    affected: row.affected,
    total: (known?.known ?? row.hit) - gone,
    gone,
    hit: row.hit,
  };
  return {
    id: rollupId(key),
    status: row.status,
    rule: key.rule,
    title: row.title,
    headline: rollupHeadline({ ...row, containers }, key, now),
    severity: SEVERITIES[row.severityRank - 1] ?? "info",
    workload: {
      name: key.workload,
      kind: key.kind,
      namespace: key.namespace,
      cluster: key.cluster,
    },
    containers,
    images: row.images,
    count: row.count,
    oldestOpenedAt: formatInstant(row.oldestOpenedAt),
    newestEventAt: formatInstant(row.newestEventAt),
    quietPeriod: formatDuration(row.quietPeriodMs),
    quietAt: formatInstant(row.newestEventAt + row.quietPeriodMs),
    ended: {
      quiet: row.quiet,
      quiet_unverified: row.quietUnverified,
      resource_gone: row.resourceGone,
      rule_retired: row.ruleRetired,
    },
  };
}

/** Asks for containers of newer images only where there is something to prove. */
async function fixIn(
  db: DrizzleD1Database,
  tenant: TenantId,
  key: RollupKey,
  found: {
    summary: RollupSummary;
    row: RollupRow;
    images: readonly ImageRow[];
    members: readonly { doc: FindingDoc }[];
  },
  now: EpochMs,
) {
  const { row, summary, members } = found;
  if (row.status === "open") return null;
  const last = imageOfNewestEvent(found.images);
  const witnesses = await selectWitnesses(db, tenant, key, {
    from: last?.firstSeenAt ?? row.oldestOpenedAt,
    seenAfter: row.newestEventAt,
  });
  const samples = members.flatMap(({ doc }) => Object.values(doc.finding.samples).flat());
  return fixOf(
    {
      status: row.status,
      ended: summary.ended,
      quietPeriodMs: row.quietPeriodMs,
      quietAt: row.newestEventAt + row.quietPeriodMs,
      before: last === undefined ? null : imageRef(last),
      formats: new Set(samples.map((sample) => sample.agent)),
      witnesses: witnesses.map((witness) => findingDocOf(witness.doc)),
    },
    now,
  );
}

function imageOfNewestEvent(images: readonly ImageRow[]): ImageRow | undefined {
  return images
    .filter((image) => image.lastHitAt !== null && (image.image ?? image.digest) !== null)
    .toSorted((a, b) => (b.lastHitAt ?? 0) - (a.lastHitAt ?? 0))[0];
}

function imageRef({ image, digest }: ImageRow): ImageRef {
  return { image, digest };
}
