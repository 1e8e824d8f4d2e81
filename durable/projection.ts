/**
 * Writes to the D1 read model, through drizzle. Every write is idempotent: a row changes only for a newer
 * version from the owner that it names (or from one that takes it over, having read it before).
 * Rows of one kind share a statement, whose text depends on none of them: with a statement for each row,
 * building, sending and parsing its text cost more than the write.
 */
import { and, eq, inArray, lt, sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import type { EpisodeFacts } from "../schema/certificate.ts";
import type { FindingId, OwnerId } from "../schema/ids.ts";
import { severityRank } from "../schema/rule.ts";
import { agents, episodes, findings, signals } from "../schema/tables.ts";
import { withCertificates, type Certifier } from "./certify.ts";
import type { Finding, StoredFinding } from "./domain/model.ts";
import { spreadingOf } from "./domain/rise.ts";
import { searchText } from "./domain/shape.ts";
import type { AgentDoc } from "./domain/agent-view.ts";
import { upgradeFinding } from "./domain/upgrade.ts";
import type { FindingDoc, SignalDoc } from "./domain/view.ts";
import { excluded, excludedBut, sent, sentJson, sentRows, valuesOf } from "./json-rows.ts";
import { groupsOf, type Group, type Write } from "./write-groups.ts";

/** An answer must fit in memory, and in the 32 MiB of a call: 1,000 rows of at most 24 KiB do. */
const IDS_PER_QUERY = 1_000;

/** Answers with the keys of the rows that it changed. */
type Statement = RunnableQuery<{ key: string }[], "sqlite">;

const FINDING_VALUES = valuesOf(findings, {
  mutedUntil: sql`0`,
  caseId: sql`null`,
  doc: sentJson("doc"),
});
const FINDING_CHANGES = excludedBut(findings, ["tenant", "id", "mutedUntil", "caseId"]);
const EPISODE_VALUES = valuesOf(episodes, { caseId: sql`${findings.caseId}` });
const EPISODE_KEY = sql<string>`${episodes.finding} || ' ' || ${episodes.episode}`;
const SIGNAL_VALUES = valuesOf(signals, { doc: sentJson("doc") });
const AGENT_VALUES = valuesOf(agents, { doc: sentJson("doc") });
const AGENT_CHANGES = excludedBut(agents, ["tenant", "owner", "id"]);
const SIGNAL_CHANGES = excludedBut(signals, ["tenant", "id"]);

/** Where writes come from. */
export interface Source {
  tenant: string;
  owner: OwnerId;
}

export class Projection {
  readonly #db: DrizzleD1Database;
  readonly #source: Source;
  readonly #d1: D1Database;
  readonly #certifier: Certifier;

  constructor(d1: D1Database, source: Source, certifier: Certifier) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#source = source;
    this.#certifier = certifier;
  }

  /** What D1 holds of these findings, whoever owns them. */
  async stored(ids: readonly FindingId[]): Promise<StoredFinding[]> {
    const rows: StoredFinding[] = [];
    for (let i = 0; i < ids.length; i += IDS_PER_QUERY) {
      const asked = JSON.stringify(ids.slice(i, i + IDS_PER_QUERY));
      const found = await this.#db
        .select({ owner: findings.owner, doc: findings.doc })
        .from(findings)
        .where(
          and(
            eq(findings.tenant, this.#source.tenant),
            inArray(findings.id, sql`(select value from json_each(${asked}))`),
          ),
        );
      for (const row of found) {
        // Both were written by this class from values of these types.
        const { finding } = JSON.parse(row.doc) as FindingDoc;
        rows.push({ owner: row.owner as OwnerId, finding: upgradeFinding(finding) });
      }
    }
    return rows;
  }

  /**
   * Runs the writes as one transaction, findings first, with certificates for episodes; answers how many rows
   * each of them changed.
   */
  async write(writes: readonly Write[]): Promise<number[]> {
    const groups = groupsOf(await withCertificates(this.#d1, this.#certifier, writes));
    const [first, ...rest] = groups.map((group) => this.#statement(group));
    if (first === undefined) return [];
    const answers = await this.#db.batch([first, ...rest]);
    const changed = writes.map(() => 0);
    for (const [i, { places }] of groups.entries()) {
      for (const { key } of answers[i] ?? []) {
        const place = places.get(key);
        if (place === undefined) throw new Error("D1 answered a write with a row it was not sent");
        changed[place] = 1;
      }
    }
    return changed;
  }

  /** The whole row. */
  finding(doc: FindingDoc): Write {
    const { finding, resource, quiet } = doc;
    const spreading = spreadingOf(finding, resource);
    const row = {
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
      regressedAt: finding.regressed?.at ?? null,
      spreadRollup: spreading?.rollup ?? null,
      spreadNext: spreading?.next ?? null,
      doc,
    };
    return { kind: "finding", row, claim: finding.claim };
  }

  /** Only what moves while a finding stays open: no index is rewritten but that of the deadline. */
  refresh(doc: FindingDoc): Write {
    const { finding, quiet } = doc;
    const row = {
      tenant: this.#source.tenant,
      id: finding.id,
      owner: this.#source.owner,
      version: finding.version,
      lastSeenAt: finding.lastSeenAt,
      deadlineAt: finding.status === "open" ? quiet.deadlineAt : null,
      count: finding.count,
      totalCount: finding.totalCount,
      doc,
    };
    return { kind: "refresh", row };
  }

  /** A resolved episode; written once, and only while the finding's row is this owner's. */
  episode(finding: Finding, facts?: EpisodeFacts): Write {
    const row = {
      tenant: this.#source.tenant,
      owner: this.#source.owner,
      finding: finding.id,
      episode: finding.episode,
      openedAt: finding.firstSeenAt,
      lastSeenAt: finding.lastSeenAt,
      resolvedAt: finding.resolvedAt,
      resolution: finding.resolution,
      count: finding.count,
      severity: finding.severity,
      quietPeriodMs: finding.quietPeriodMs,
      regressedAt: finding.regressed?.at ?? null,
      coverage: finding.coverage,
      version: finding.version,
      certificateClaims: null,
      certificateKid: null,
      certificateJws: null,
    };
    return { kind: "episode", row, facts };
  }

  signal(doc: SignalDoc): Write {
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
      doc,
    };
    return { kind: "signal", row };
  }

  agent(doc: AgentDoc): Write {
    const { tenant, owner } = this.#source;
    const { agent, host, dueAt } = doc;
    if (agent.goneAt !== undefined)
      return { kind: "agentGone", row: { tenant, owner, id: agent.id } };
    const row = {
      tenant,
      owner,
      id: agent.id,
      host,
      kind: agent.kind,
      ruleset: agent.ruleset,
      rulesetSince: agent.rulesetSince ?? null,
      peersRuleset: agent.peers?.ruleset ?? null,
      intervalMs: agent.intervalMs,
      lastContactAt: agent.lastContactAt,
      silentSince: agent.silentSince ?? null,
      dueAt,
      doc,
    };
    return { kind: "agent", row };
  }

  #statement({ kind, claim, rows }: Group): Statement {
    const from = sentRows(`[${rows.join(",")}]`);
    switch (kind) {
      case "finding":
        return this.#findings(from, claim);
      case "refresh":
        return this.#refreshes(from);
      case "episode":
        return this.#episodes(from);
      case "signal":
        return this.#signals(from);
      case "agent":
        return this.#agents(from);
      case "agentGone":
        return this.#agentsGone(from);
    }
  }

  #findings(from: SQL, claim: Finding["claim"]): Statement {
    const { owner, version } = findings;
    const mine = sql`${owner} = ${excluded(owner)} and ${version} < ${excluded(version)}`;
    const claimed =
      claim === null
        ? mine
        : sql`(${mine}) or (${owner} = ${claim.owner} and ${version} = ${claim.version})`;
    return this.#db
      .insert(findings)
      .select(sql`select ${FINDING_VALUES} from ${from} where true`)
      .onConflictDoUpdate({
        target: [findings.tenant, findings.id],
        set: FINDING_CHANGES,
        setWhere: claimed,
      })
      .returning({ key: findings.id });
  }

  #refreshes(from: SQL): Statement {
    return this.#db
      .update(findings)
      .set({
        version: sent("version"),
        lastSeenAt: sent("lastSeenAt"),
        deadlineAt: sent("deadlineAt"),
        count: sent("count"),
        totalCount: sent("totalCount"),
        doc: sentJson("doc"),
      })
      .from(from)
      .where(and(isOfSent("id"), lt(findings.version, sent("version"))))
      .returning({ key: findings.id });
  }

  #episodes(from: SQL): Statement {
    return this.#db
      .insert(episodes)
      .select(
        sql`select ${EPISODE_VALUES} from ${from} cross join ${findings} where ${isOfSent("finding")}`,
      )
      .onConflictDoNothing()
      .returning({ key: EPISODE_KEY });
  }

  #signals(from: SQL): Statement {
    return this.#db
      .insert(signals)
      .select(sql`select ${SIGNAL_VALUES} from ${from} where true`)
      .onConflictDoUpdate({
        target: [signals.tenant, signals.id],
        set: SIGNAL_CHANGES,
        setWhere: lt(signals.version, excluded(signals.version)),
      })
      .returning({ key: signals.id });
  }

  #agents(from: SQL): Statement {
    return this.#db
      .insert(agents)
      .select(sql`select ${AGENT_VALUES} from ${from} where true`)
      .onConflictDoUpdate({
        target: [agents.tenant, agents.owner, agents.id],
        set: AGENT_CHANGES,
      })
      .returning({ key: agents.id });
  }

  #agentsGone(from: SQL): Statement {
    const { tenant, owner, id } = agents;
    const gone = sql`(select ${sent("tenant")}, ${sent("owner")}, ${sent("id")} from ${from})`;
    return this.#db
      .delete(agents)
      .where(sql`(${tenant}, ${owner}, ${id}) in ${gone}`)
      .returning({ key: id });
  }
}

/** The finding's row that a sent row names by this property, where that is still the owner's. */
function isOfSent(id: "id" | "finding"): SQL {
  const { tenant, owner } = findings;
  return sql`${tenant} = ${sent("tenant")} and ${findings.id} = ${sent(id)} and ${owner} = ${sent("owner")}`;
}
