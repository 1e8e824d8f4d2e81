/**
 * Roll-ups as D1 tells them: aggregates over the findings of a rule and a workload. A page is two steps, so that
 * the usual list (what is open) reads the open findings and those of the workloads it shows, not the tenant's.
 */
import { and, asc, desc, eq, gt, gte, isNotNull, ne, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { RollupsQuery } from "./api.ts";
import type { TenantId } from "./ids.ts";
import {
  MAX_ROLLUP_FINDINGS,
  MAX_ROLLUP_IMAGES,
  MAX_ROLLUP_WITNESSES,
  MAX_TIMELINE_EPISODES,
} from "./limits.ts";
import { type Cursor, unindexed } from "./queries.ts";
import { rollupKeyText } from "./rollup-key.ts";
import type { RollupKey, RollupStatus } from "./rollup.ts";
import { severityRank } from "./rule.ts";
import { episodes, findings } from "./tables.ts";
import type { EpochMs } from "./time.ts";

const CLUSTER = sql`${findings.doc} ->> '$.resource.cluster'`;
const KIND = sql`${findings.doc} ->> '$.resource.workloadKind'`;
const IMAGE = sql<string | null>`${findings.doc} ->> '$.resource.image'`;
const DIGEST = sql<string | null>`${findings.doc} ->> '$.resource.imageDigest'`;
const RESOLUTION = sql`${findings.doc} ->> '$.finding.resolution'`;
const OPEN = sql`${findings.status} = 'open'`;

/** See rollupKeyText. */
const KEY = sql<string>`json_array(${findings.rule}, ${CLUSTER}, ${findings.namespace}, ${KIND}, ${findings.workload})`;
/** The same without the rule. */
const WORKLOAD = sql<string>`json_array(${CLUSTER}, ${findings.namespace}, ${KIND}, ${findings.workload})`;

export function workloadText(key: RollupKey): string {
  return JSON.stringify([key.cluster, key.namespace, key.kind, key.workload]);
}

/** Of the open findings, else of all. */
const RANK = sql<number>`coalesce(min(case when ${OPEN} then ${findings.severityRank} end), min(${findings.severityRank}))`;
/** A late event is not counted for an episode, but it shows that there was no quiet. */
const NEWEST = sql<number>`max(max(${findings.lastSeenAt}, coalesce(${findings.doc} ->> '$.finding.lateSeenAt', 0)))`;
const LONGEST_PERIOD = sql<number>`max(${findings.doc} ->> '$.finding.quietPeriodMs')`;
const ended = (how: string) =>
  sql<number>`sum(${findings.status} = 'resolved' and ${RESOLUTION} = ${how})`;

/**
 * The status of a group, as ROLLUP_STATUSES says. Proof of quiet must be younger than the newest event of all:
 * that one container was quiet before another one emitted shows nothing. Nor does a rule that was turned off.
 */
function statusAt(now: EpochMs): SQL<RollupStatus> {
  const provenAt = sql`max(case when ${RESOLUTION} = 'quiet' then ${findings.resolvedAt} end)`;
  return sql<RollupStatus>`case when sum(${OPEN}) > 0 then 'open'
    when ${provenAt} >= ${NEWEST} and ${NEWEST} + ${LONGEST_PERIOD} <= ${now}
      and ${ended("rule_retired")} = 0 then 'quiet'
    else 'ended' end`;
}

/** Step one: which roll-ups a page shows, by worst severity, then by key; the cursor is over both. */
export function selectRollupKeys(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: RollupsQuery,
  cursor: Cursor | null,
  now: EpochMs,
) {
  const where: SQL[] = [eq(findings.tenant, tenant), isNotNull(unindexed(findings.workload))];
  if (query.rule) where.push(eq(findings.rule, query.rule));
  if (query.namespace) where.push(eq(findings.namespace, query.namespace));
  if (query.workload) where.push(eq(findings.workload, query.workload));
  const having: SQL[] = [];
  if (isOnlyOpen(query)) where.push(eq(findings.status, "open"));
  else if (query.status.length > 0) having.push(sql`${statusAt(now)} in ${query.status}`);
  // Of the whole roll-up, so that one is not torn apart by what its findings differ in.
  if (query.severity.length > 0) having.push(sql`${RANK} in ${query.severity.map(severityRank)}`);
  if (query.q) having.push(sql`max(instr(${findings.search}, ${query.q.toLowerCase()})) > 0`);
  if (cursor !== null) having.push(sql`(${RANK}, ${KEY}) > (${cursor[0]}, ${cursor[1]})`);
  return db
    .select({ key: KEY, severityRank: RANK })
    .from(findings)
    .where(and(...where))
    .groupBy(KEY)
    .having(and(...having))
    .orderBy(asc(RANK), asc(KEY))
    .limit(query.limit + 1);
}

/** What is open can be seen from open findings alone. */
function isOnlyOpen(query: RollupsQuery): boolean {
  return query.status.length > 0 && query.status.every((status) => status === "open");
}

/** The rows of these workloads, of any rule. One parameter however many they are: D1 takes 100 a statement. */
function ofWorkloads(tenant: TenantId, keys: readonly RollupKey[]): SQL[] {
  return [
    eq(findings.tenant, tenant),
    sql`${findings.workload} in (select value from json_each(${JSON.stringify(keys.map((key) => key.workload))}))`,
  ];
}

/** The text of the newest row. Its instant is put before it, in digits that sort as numbers do. */
const newestText = (path: string) =>
  sql<string>`substr(max(printf('%016d', ${findings.lastSeenAt}) || (${findings.doc} ->> ${path})), 17)`;

/** Step two: what the roll-ups of these keys are. */
export function selectRollups(
  db: DrizzleD1Database,
  tenant: TenantId,
  keys: readonly RollupKey[],
  now: EpochMs,
) {
  const texts = JSON.stringify(keys.map(rollupKeyText));
  return db
    .select({
      key: KEY,
      status: statusAt(now),
      severityRank: RANK,
      title: newestText("$.finding.title"),
      subject: newestText("$.finding.subject"),
      // A container has one row of a rule.
      hit: sql<number>`count(*)`,
      affected: sql<number>`sum(${OPEN})`,
      images: sql<number>`count(distinct json_array(${IMAGE}, ${DIGEST}))`,
      count: sql<number>`sum(${findings.totalCount})`,
      oldestOpenedAt: sql<number>`min(${findings.openedAt})`,
      newestEventAt: NEWEST,
      quietPeriodMs: LONGEST_PERIOD,
      quiet: ended("quiet"),
      quietUnverified: ended("quiet_unverified"),
      resourceGone: ended("resource_gone"),
      ruleRetired: ended("rule_retired"),
    })
    .from(findings)
    .where(
      and(...ofWorkloads(tenant, keys), sql`${KEY} in (select value from json_each(${texts}))`),
    )
    .groupBy(KEY);
}

/** Containers of these workloads that a finding of any rule was about, and how many of them are gone. */
export function selectContainers(
  db: DrizzleD1Database,
  tenant: TenantId,
  keys: readonly RollupKey[],
) {
  const goneAt = sql`max(case when ${RESOLUTION} = 'resource_gone' then ${findings.resolvedAt} end)`;
  const containers = db
    .select({
      workload: WORKLOAD.as("of_workload"),
      gone: sql<number>`sum(${OPEN}) = 0 and coalesce(${goneAt} >= max(${findings.lastSeenAt}), 0)`.as(
        "gone",
      ),
    })
    .from(findings)
    .where(and(...ofWorkloads(tenant, keys)))
    .groupBy(WORKLOAD, unindexed(findings.resource))
    .as("containers");
  return db
    .select({
      workload: containers.workload,
      known: sql<number>`count(*)`,
      gone: sql<number>`sum(${containers.gone})`,
    })
    .from(containers)
    .groupBy(sql`${containers.workload}`);
}

/** All rows of the key's workload, whatever their rule. */
export function ofWorkload(tenant: TenantId, key: RollupKey): SQL[] {
  return [
    eq(findings.tenant, tenant),
    eq(findings.workload, key.workload),
    sql`${WORKLOAD} = ${workloadText(key)}`,
  ];
}

/** The images of the key's workload, the one seen last first. */
export function selectRollupImages(db: DrizzleD1Database, tenant: TenantId, key: RollupKey) {
  const ofRule = sql`${findings.rule} = ${key.rule}`;
  const lastSeenAt = sql<number>`max(${findings.lastSeenAt})`;
  return db
    .select({
      image: IMAGE,
      digest: DIGEST,
      firstSeenAt: sql<number>`min(${findings.openedAt})`,
      lastSeenAt,
      /** The newest event of the rule in it; null where there is none. */
      lastHitAt: sql<number | null>`max(case when ${ofRule} then ${findings.lastSeenAt} end)`,
      containers: sql<number>`count(distinct ${findings.resource})`,
      hit: sql<number>`sum(${ofRule})`,
      affected: sql<number>`sum(${ofRule} and ${OPEN})`,
    })
    .from(findings)
    .where(and(...ofWorkload(tenant, key)))
    .groupBy(IMAGE, DIGEST)
    .orderBy(desc(lastSeenAt))
    .limit(MAX_ROLLUP_IMAGES);
}

/** The findings of a roll-up, those with the newest events first. */
export function selectRollupFindings(db: DrizzleD1Database, tenant: TenantId, key: RollupKey) {
  return db
    .select({ mutedUntil: findings.mutedUntil, caseId: findings.caseId, doc: findings.doc })
    .from(findings)
    .where(and(...ofWorkload(tenant, key), eq(unindexed(findings.rule), key.rule)))
    .orderBy(desc(findings.lastSeenAt), desc(findings.id))
    .limit(MAX_ROLLUP_FINDINGS);
}

/** The episodes of these findings before the one that each is in, the latest of each. */
export function selectEarlierEpisodes(
  db: DrizzleD1Database,
  tenant: TenantId,
  current: readonly { finding: string; episode: number }[],
) {
  const asked = JSON.stringify(
    current.map((it) => [it.finding, it.episode - MAX_TIMELINE_EPISODES, it.episode]),
  );
  return (
    db
      .select({
        finding: episodes.finding,
        episode: episodes.episode,
        openedAt: episodes.openedAt,
        resolvedAt: episodes.resolvedAt,
        resolution: episodes.resolution,
      })
      .from(sql`json_each(${asked}) as asked`)
      // In this order: the planner would read all episodes of the tenant.
      .crossJoin(episodes)
      .where(
        and(
          eq(episodes.tenant, tenant),
          sql`${episodes.finding} = asked.value ->> 0`,
          sql`${episodes.episode} >= asked.value ->> 1`,
          sql`${episodes.episode} < asked.value ->> 2`,
        ),
      )
      .orderBy(desc(episodes.episode))
  );
}

/** Findings of other rules in containers that have none of this one, known not before `from` and seen after `seenAfter`. */
export function selectWitnesses(
  db: DrizzleD1Database,
  tenant: TenantId,
  key: RollupKey,
  { from, seenAfter }: { from: EpochMs; seenAfter: EpochMs },
) {
  const hit = db
    .select({ resource: findings.resource })
    .from(findings)
    .where(and(...ofWorkload(tenant, key), eq(unindexed(findings.rule), key.rule)));
  return db
    .select({ doc: findings.doc })
    .from(findings)
    .where(
      and(
        ...ofWorkload(tenant, key),
        ne(unindexed(findings.rule), key.rule),
        gte(unindexed(findings.openedAt), from),
        gt(findings.lastSeenAt, seenAfter),
        sql`${unindexed(findings.resource)} not in ${hit}`,
      ),
    )
    .orderBy(desc(findings.lastSeenAt), desc(findings.id))
    .limit(MAX_ROLLUP_WITNESSES);
}
