/**
 * The D1 read model: what lists and history are read from. Actors own the truth and write here through
 * their outbox; every write is idempotent and guarded by version. Instants are epoch milliseconds.
 */
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";

/** One row a finding, with its current or last episode. */
export const findings = sqliteTable(
  "findings",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    /** The actor that holds it; a write by another one is refused. */
    owner: text().notNull(),
    version: integer().notNull(),
    status: text().notNull(),
    rule: text().notNull(),
    severity: text().notNull(),
    /** 1 (critical) to 5 (info), for ordering. */
    severityRank: integer("severity_rank").notNull(),
    resource: text().notNull(),
    resourceType: text("resource_type").notNull(),
    host: text(),
    namespace: text(),
    workload: text(),
    service: text(),
    /** Lower-case text that `q` looks through. */
    search: text().notNull(),
    episode: integer().notNull(),
    /** The first event of the episode; rows are listed by it, since it does not move while they are read. */
    openedAt: integer("opened_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    deadlineAt: integer("deadline_at"),
    resolvedAt: integer("resolved_at"),
    count: integer().notNull(),
    totalCount: integer("total_count").notNull(),
    /** Owned by the API, not by the actor's projection. */
    muted: integer({ mode: "boolean" }).notNull().default(false),
    caseId: text("case_id"),
    /** JSON: the finding and its resource as the actor holds them, and how far it was watched. */
    doc: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index("findings_opened").on(t.tenant, t.openedAt, t.id),
    index("findings_status").on(t.tenant, t.status, t.openedAt, t.id),
    index("findings_severity").on(t.tenant, t.severity, t.openedAt, t.id),
    index("findings_rule").on(t.tenant, t.rule, t.openedAt, t.id),
    index("findings_resource_type").on(t.tenant, t.resourceType, t.openedAt, t.id),
    index("findings_resource").on(t.tenant, t.resource, t.openedAt, t.id),
    index("findings_host").on(t.tenant, t.host, t.openedAt, t.id),
    // A host is asked for by its id too, which is what its owner is called.
    index("findings_owner").on(t.tenant, t.owner, t.openedAt, t.id),
    index("findings_namespace").on(t.tenant, t.namespace, t.openedAt, t.id),
    index("findings_workload").on(t.tenant, t.workload, t.openedAt, t.id),
    index("findings_service").on(t.tenant, t.service, t.openedAt, t.id),
    index("findings_muted")
      .on(t.tenant, t.openedAt, t.id)
      .where(sql`muted = 1`),
    index("findings_case")
      .on(t.tenant, t.caseId, t.openedAt, t.id)
      .where(sql`case_id is not null`),
    // For the sweep, over all tenants.
    index("findings_deadline")
      .on(t.deadlineAt)
      .where(sql`status = 'open'`),
  ],
);

/** The resolved history: one row an episode, written once. */
export const episodes = sqliteTable(
  "episodes",
  {
    tenant: text().notNull(),
    finding: text().notNull(),
    episode: integer().notNull(),
    openedAt: integer("opened_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    resolvedAt: integer("resolved_at").notNull(),
    resolution: text().notNull(),
    count: integer().notNull(),
    severity: text().notNull(),
    quietPeriodMs: integer("quiet_period_ms").notNull(),
    caseId: text("case_id"),
    coverage: real(),
    version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.finding, t.episode] })],
);

/** Threat detections. */
export const signals = sqliteTable(
  "signals",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    version: integer().notNull(),
    rule: text().notNull(),
    severity: text().notNull(),
    resource: text().notNull(),
    host: text(),
    namespace: text(),
    workload: text(),
    search: text().notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    count: integer().notNull(),
    /** JSON: the signal and its resource. */
    doc: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index("signals_seen").on(t.tenant, t.firstSeenAt, t.id),
    index("signals_severity").on(t.tenant, t.severity, t.firstSeenAt, t.id),
    index("signals_rule").on(t.tenant, t.rule, t.firstSeenAt, t.id),
    index("signals_resource").on(t.tenant, t.resource, t.firstSeenAt, t.id),
    index("signals_host").on(t.tenant, t.host, t.firstSeenAt, t.id),
    index("signals_namespace").on(t.tenant, t.namespace, t.firstSeenAt, t.id),
    index("signals_workload").on(t.tenant, t.workload, t.firstSeenAt, t.id),
  ],
);
