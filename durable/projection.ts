/**
 * Writes to the D1 read model, through drizzle. Every statement is idempotent: a row changes only for a
 * newer version from the owner that it names (or from one that takes it over, having read it before).
 */
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { FindingId, OwnerId } from "../schema/ids.ts";
import { severityRank } from "../schema/rule.ts";
import { episodes, findings, signals } from "../schema/tables.ts";
import type { Finding, StoredFinding } from "./domain/model.ts";
import { searchText } from "./domain/shape.ts";
import type { FindingDoc, SignalDoc } from "./domain/view.ts";

/** D1 takes 100 bound parameters in a statement. */
const IDS_PER_QUERY = 90;

type Statement = Parameters<DrizzleD1Database["batch"]>[0][number];

/** Where writes come from. */
export interface Source {
  tenant: string;
  owner: OwnerId;
}

export class Projection {
  readonly #db: DrizzleD1Database;
  readonly #source: Source;

  constructor(d1: D1Database, source: Source) {
    this.#db = drizzle(d1);
    this.#source = source;
  }

  /** What D1 holds of these findings, whoever owns them. */
  async stored(ids: readonly FindingId[]): Promise<StoredFinding[]> {
    const rows: StoredFinding[] = [];
    for (let i = 0; i < ids.length; i += IDS_PER_QUERY) {
      const found = await this.#db
        .select({ owner: findings.owner, doc: findings.doc })
        .from(findings)
        .where(
          and(
            eq(findings.tenant, this.#source.tenant),
            inArray(findings.id, ids.slice(i, i + IDS_PER_QUERY)),
          ),
        );
      for (const row of found) {
        // Both were written by this class from values of these types.
        const { finding } = JSON.parse(row.doc) as FindingDoc;
        rows.push({ owner: row.owner as OwnerId, finding });
      }
    }
    return rows;
  }

  /** Runs the statements as one transaction; answers how many rows each of them changed. */
  async write(statements: Statement[]): Promise<number[]> {
    const [first, ...rest] = statements;
    if (first === undefined) return [];
    const results = await this.#db.batch([first, ...rest]);
    return results.map((result) => changes(result));
  }

  /** The whole row. */
  finding(doc: FindingDoc): Statement {
    const row = this.#row(doc);
    const { tenant: _tenant, id: _id, ...updated } = row;
    const { claim } = doc.finding;
    const mine = sql`${findings.owner} = ${row.owner} and ${findings.version} < ${row.version}`;
    const claimed =
      claim === null
        ? sql`${mine}`
        : sql`(${mine}) or (${findings.owner} = ${claim.owner} and ${findings.version} = ${claim.version})`;
    return this.#db
      .insert(findings)
      .values(row)
      .onConflictDoUpdate({
        target: [findings.tenant, findings.id],
        set: updated,
        setWhere: claimed,
      });
  }

  /** Only what moves while a finding stays open: no index is rewritten but that of the deadline. */
  refresh(doc: FindingDoc): Statement {
    const row = this.#row(doc);
    return this.#db
      .update(findings)
      .set({
        version: row.version,
        lastSeenAt: row.lastSeenAt,
        deadlineAt: row.deadlineAt,
        count: row.count,
        totalCount: row.totalCount,
        doc: row.doc,
      })
      .where(
        and(
          eq(findings.tenant, row.tenant),
          eq(findings.id, row.id),
          eq(findings.owner, row.owner),
          lt(findings.version, row.version),
        ),
      );
  }

  /** A resolved episode; written once, and only while the finding's row is this owner's. */
  episode(finding: Finding): Statement {
    const { tenant, owner } = this.#source;
    const mine = this.#db
      .select({
        tenant: findings.tenant,
        finding: findings.id,
        episode: sql<number>`${finding.episode}`.as("episode"),
        openedAt: sql<number>`${finding.firstSeenAt}`.as("opened_at"),
        lastSeenAt: sql<number>`${finding.lastSeenAt}`.as("last_seen_at"),
        resolvedAt: sql<number>`${finding.resolvedAt}`.as("resolved_at"),
        resolution: sql<string>`${finding.resolution}`.as("resolution"),
        count: sql<number>`${finding.count}`.as("count"),
        severity: sql<string>`${finding.severity}`.as("severity"),
        quietPeriodMs: sql<number>`${finding.quietPeriodMs}`.as("quiet_period_ms"),
        caseId: findings.caseId,
        coverage: sql<number | null>`${finding.coverage}`.as("coverage"),
        version: sql<number>`${finding.version}`.as("version"),
      })
      .from(findings)
      .where(
        and(eq(findings.tenant, tenant), eq(findings.id, finding.id), eq(findings.owner, owner)),
      );
    return this.#db.insert(episodes).select(mine).onConflictDoNothing();
  }

  signal(doc: SignalDoc): Statement {
    const { signal, resource } = doc;
    const row = {
      tenant: this.#source.tenant,
      id: signal.id,
      version: signal.version,
      rule: signal.ruleId,
      severity: signal.severity,
      resource: signal.resourceId,
      host: resource.host,
      namespace: resource.namespace,
      workload: resource.workload,
      search: searchText(signal, resource),
      firstSeenAt: signal.firstSeenAt,
      lastSeenAt: signal.lastSeenAt,
      count: signal.count,
      doc: JSON.stringify(doc),
    };
    const { tenant: _tenant, id: _id, ...updated } = row;
    return this.#db
      .insert(signals)
      .values(row)
      .onConflictDoUpdate({
        target: [signals.tenant, signals.id],
        set: updated,
        setWhere: sql`${signals.version} < ${row.version}`,
      });
  }

  #row(doc: FindingDoc): Omit<typeof findings.$inferInsert, "muted" | "caseId"> {
    const { finding, resource, quiet } = doc;
    return {
      tenant: this.#source.tenant,
      id: finding.id,
      owner: this.#source.owner,
      version: finding.version,
      status: finding.status,
      rule: finding.ruleId,
      severity: finding.severity,
      severityRank: severityRank(finding.severity),
      resource: finding.resourceId,
      resourceType: resource.type,
      host: resource.host,
      namespace: resource.namespace,
      workload: resource.workload,
      service: resource.service,
      search: searchText(finding, resource),
      episode: finding.episode,
      openedAt: finding.firstSeenAt,
      lastSeenAt: finding.lastSeenAt,
      deadlineAt: finding.status === "open" ? quiet.deadlineAt : null,
      resolvedAt: finding.resolvedAt,
      count: finding.count,
      totalCount: finding.totalCount,
      doc: JSON.stringify(doc),
    };
  }
}

function changes(result: unknown): number {
  if (typeof result === "object" && result !== null && "meta" in result) {
    const { meta } = result;
    if (typeof meta === "object" && meta !== null && "changes" in meta) return Number(meta.changes);
  }
  throw new Error("D1 answered a write without its changes");
}
