/**
 * The D1 read model: what lists and history are read from. Actors own the truth and write here through
 * their outbox; every write is idempotent and guarded by version. Instants are epoch milliseconds.
 */
import {
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
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
    /** The first event of the episode that disproved the word that it was fixed. */
    regressedAt: integer("regressed_at"),
    /** Its roll-up (see rollup-key.ts), where its rule has a step of spread; else null. */
    spreadRollup: text("spread_rollup"),
    /** How many resources of that must have it for its severity to rise; null: it rises no further. */
    spreadNext: integer("spread_next"),
    /** Not the actor's projection's: until when it is muted, 0 or past where it is not; see {@link mutedFindings}. */
    mutedUntil: integer("muted_until").notNull().default(0),
    /** Owned by the API, as the mutes are. */
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
      .where(sql`muted_until > 0`),
    index("findings_regressed")
      .on(t.tenant, t.openedAt, t.id)
      .where(sql`regressed_at is not null`),
    index("findings_case")
      .on(t.tenant, t.caseId, t.openedAt, t.id)
      .where(sql`case_id is not null`),
    // For the sweep, over all tenants; empty where no rule in force has a step of spread.
    index("findings_spread")
      .on(t.tenant, t.spreadRollup, t.spreadNext, t.owner)
      .where(sql`status = 'open' and spread_rollup is not null`),
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
    /** As of its finding; `opened_at`, where it began as a regression. */
    regressedAt: integer("regressed_at"),
    caseId: text("case_id"),
    coverage: real(),
    version: integer().notNull(),
    /** JSON: what its certificate says, as it is signed, to the character. Null for those of before certificates. */
    certificateClaims: text("certificate_claims"),
    /** The key that has signed it; null while it waits for its signature. */
    certificateKid: text("certificate_kid"),
    /** Header and signature: the JWS without its payload (RFC 7515, appendix F). */
    certificateJws: text("certificate_jws"),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.finding, t.episode] }),
    // For the sweep, over all tenants.
    index("episodes_unsigned")
      .on(t.resolvedAt)
      .where(sql`certificate_claims is not null and certificate_jws is null`),
  ],
);

/** Public keys of certificates; the private ones are derived from the secret and their number, never kept. */
export const signingKeys = sqliteTable("signing_keys", {
  n: integer().primaryKey(),
  kid: text().notNull().unique(),
  /** JSON: the public key as a JWK. */
  jwk: text().notNull(),
  createdAt: integer("created_at").notNull(),
  /** When it signed for the last time; null for the current one. */
  retiredAt: integer("retired_at"),
  /** Since when it is not listed any more; null while it is trusted. */
  compromisedAt: integer("compromised_at"),
});

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

/** Who watches which host: one row an agent. It follows the actor, which refreshes it now and then. */
export const agents = sqliteTable(
  "agents",
  {
    tenant: text().notNull(),
    /** The actor that it reports to. */
    owner: text().notNull(),
    id: text().notNull(),
    /** What people call its host. */
    host: text().notNull(),
    kind: text().notNull(),
    ruleset: text(),
    rulesetSince: integer("ruleset_since"),
    /** The ruleset of its peers, as its actor has been told. */
    peersRuleset: text("peers_ruleset"),
    /** Null: it sends no heartbeats. */
    intervalMs: integer("interval_ms"),
    lastContactAt: integer("last_contact_at").notNull(),
    silentSince: integer("silent_since"),
    /** Until when its row must have been refreshed; null where nobody expects it. */
    dueAt: integer("due_at"),
    /** JSON: the agent as the actor shows it. */
    doc: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.owner, t.id] }),
    index("agents_silent")
      .on(t.tenant, t.owner)
      .where(sql`silent_since is not null`),
    index("agents_unexpected")
      .on(t.tenant, t.owner)
      .where(sql`interval_ms is null`),
    index("agents_drifting")
      .on(t.tenant, t.owner)
      .where(sql`peers_ruleset <> ruleset`),
    // For the comparison of rulesets, over all tenants.
    index("agents_ruleset")
      .on(t.tenant, t.kind, t.ruleset)
      .where(sql`ruleset is not null`),
    // For the sweep, over all tenants.
    index("agents_due")
      .on(t.dueAt)
      .where(sql`due_at is not null`),
    // For the retention, over all tenants.
    index("agents_contact").on(t.lastContactAt),
  ],
);

/** What became of everything received, by hour, agent key, host and agent. Written by the edge (workers/outcomes/). */
export const intakeHours = sqliteTable(
  "intake_hours",
  {
    tenant: text().notNull(),
    /** The hour's start. */
    hour: integer().notNull(),
    /** Id of the agent key. */
    key: text().notNull(),
    /** The owner of the host's actor; empty where none was named. */
    host: text().notNull(),
    /** The agent's id; empty where a request was refused before its agent was known. */
    agent: text().notNull(),
    /** See OUTCOMES in schema/outcome.ts. */
    outcome: text().notNull(),
    /** Of a rejection or a refusal; else empty. */
    code: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [
    primaryKey({
      columns: [t.tenant, t.hour, t.key, t.host, t.agent, t.outcome, t.code],
    }),
    // For the retention, over all tenants.
    index("intake_hours_hour").on(t.hour),
  ],
);

/** The same without time, host and key: it only ever grows, as counters for `/metrics` must. */
export const intakeTotals = sqliteTable(
  "intake_totals",
  {
    tenant: text().notNull(),
    /** The agent's format. */
    kind: text().notNull(),
    outcome: text().notNull(),
    code: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.kind, t.outcome, t.code] })],
);

/** Events received on a day (UTC): what the daily quota is checked against. */
export const intakeDays = sqliteTable(
  "intake_days",
  {
    tenant: text().notNull(),
    /** The day's start. */
    day: integer().notNull(),
    received: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.day] })],
);

/** Flushes of counts that have been added, so that one that is sent again adds nothing. */
export const intakeFlushes = sqliteTable(
  "intake_flushes",
  {
    id: text().primaryKey(),
    /** Which try wrote it: the one whose additions count. */
    attempt: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [index("intake_flushes_at").on(t.at)],
);

/** What rule exceptions have hidden. */
export const exceptionHits = sqliteTable(
  "exception_hits",
  {
    tenant: text().notNull(),
    exception: text().notNull(),
    n: integer().notNull(),
    lastAt: integer("last_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.exception] })],
);

/** The history of a tenant's rules: one row a version of its configuration. */
export const ruleChanges = sqliteTable(
  "rule_changes",
  {
    tenant: text().notNull(),
    /** Of the configuration after the change. */
    version: integer().notNull(),
    at: integer().notNull(),
    by: text().notNull(),
    /** See RULE_CHANGE_ACTIONS in schema/rules-api.ts. */
    action: text().notNull(),
    /** The id of the rule or exception. */
    subject: text().notNull(),
    /** JSON: what was changed. */
    detail: text().notNull(),
    /** Of the ruleset after the change. */
    hash: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.version] }),
    index("rule_changes_subject").on(t.tenant, t.subject, t.version),
  ],
);

/** Rules that are no longer in force while findings of theirs may still be open: the sweep's work. */
export const ruleRetirements = sqliteTable(
  "rule_retirements",
  {
    tenant: text().notNull(),
    rule: text().notNull(),
    /** JSON: the change that actors are told. */
    change: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.rule] })],
);

/** Decisions not to be told, in force or over: a history, of which no row is ever deleted. */
export const mutes = sqliteTable(
  "mutes",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    /** `finding` or `scope`. */
    kind: text().notNull(),
    /** The finding that it hides; null where it has a scope. */
    finding: text(),
    /** A condition in CEL over finding and resource; null where it is of one finding. */
    scope: text(),
    reason: text().notNull(),
    note: text().notNull(),
    author: text().notNull(),
    createdAt: integer("created_at").notNull(),
    until: integer().notNull(),
    /** When its end was announced. */
    announcedAt: integer("announced_at"),
    /** Null while it is in force, and until the sweep has closed one that is past its end. */
    endedAt: integer("ended_at"),
    /** Null where it has expired. */
    endedBy: text("ended_by"),
    /** See MUTE_ENDS in schema/mute.ts. */
    endKind: text("end_kind"),
    /** JSON: what happened meanwhile, as it was when it ended. */
    summary: text(),
    /** How far its beginning or its end has come through the findings; null: it is through. */
    pending: text(),
    /** What of it has been told: 0 nothing, 1 its beginning, 2 its end too. Those of before that was kept have been. */
    told: integer().notNull().default(2),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    index("mutes_in_force")
      .on(t.tenant, t.until, t.id)
      .where(sql`ended_at is null`),
    index("mutes_ended")
      .on(t.tenant, t.endedAt, t.id)
      .where(sql`ended_at is not null`),
    index("mutes_finding")
      .on(t.tenant, t.finding, t.createdAt)
      .where(sql`finding is not null`),
    // For the sweep, over all tenants.
    index("mutes_due")
      .on(t.until)
      .where(sql`ended_at is null`),
    index("mutes_pending")
      .on(t.createdAt)
      .where(sql`pending is not null`),
    index("mutes_untold")
      .on(t.createdAt)
      .where(sql`told < 1 or (told < 2 and ended_at is not null)`),
  ],
);

/** What each mute hides or has hidden, and what had happened before it did. */
export const mutedFindings = sqliteTable(
  "muted_findings",
  {
    tenant: text().notNull(),
    mute: text().notNull(),
    finding: text().notNull(),
    since: integer().notNull(),
    /** The mute's end. */
    until: integer().notNull(),
    baseTotalCount: integer("base_total_count").notNull(),
    /** Episodes that had opened. */
    baseEpisode: integer("base_episode").notNull(),
    /** Episodes that had ended. */
    baseEnded: integer("base_ended").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.mute, t.finding] }),
    index("muted_findings_finding").on(t.tenant, t.finding, t.until),
  ],
);

/** The ledger for reading: copied from LedgerActors, inserted once, never changed. */
export const ledger = sqliteTable(
  "ledger",
  {
    tenant: text().notNull(),
    seq: integer().notNull(),
    /** When it happened; entries may be written down in another order. */
    at: integer().notNull(),
    /** The id of who did it. */
    actor: text().notNull(),
    action: text().notNull(),
    /** The id of what it was done to. */
    subject: text().notNull(),
    /** Lower-case text that `q` looks through. */
    search: text().notNull(),
    /** JSON: the entry, canonical, with its hash. */
    doc: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.seq] }),
    index("ledger_at").on(t.tenant, t.at, t.seq),
    index("ledger_actor").on(t.tenant, t.actor, t.at, t.seq),
    index("ledger_action").on(t.tenant, t.action, t.at, t.seq),
    index("ledger_subject").on(t.tenant, t.subject, t.at, t.seq),
  ],
);

/** Acts that were made in D1, in the same batch, until the ledger has them. */
export const ledgerActs = sqliteTable(
  "ledger_acts",
  {
    tenant: text().notNull(),
    /** Of the occurrence, as in the ledger. */
    id: text().notNull(),
    at: integer().notNull(),
    /** JSON: what is to be written down. */
    doc: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.id] }), index("ledger_acts_at").on(t.at, t.id)],
);

/** The human work on findings; one row a case. Every change is one batch that names the version it has seen. */
export const cases = sqliteTable(
  "cases",
  {
    tenant: text().notNull(),
    /** `LULL-` and its number. */
    id: text().notNull(),
    n: integer().notNull(),
    version: integer().notNull(),
    /** The latest change, by a random id: statements of its batch look for it. */
    change: text().notNull(),
    status: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    /** `P1` to `P5`. */
    priority: text().notNull(),
    assignee: text(),
    team: text(),
    dueAt: integer("due_at"),
    /** Whether somebody has said when: then it does not follow the priority. */
    dueSet: integer("due_set", { mode: "boolean" }).notNull().default(false),
    /** JSON: an array. */
    labels: text().notNull(),
    /** See rollup-key.ts: whose findings link themselves; null where it is none's. */
    rollup: text(),
    /** The automation rule that has made it. */
    automation: text(),
    /** The word that it is fixed; it stays when the case is closed, and goes when that is disproved or taken back. */
    fixedAt: integer("fixed_at"),
    fixedBy: text("fixed_by"),
    regressedAt: integer("regressed_at"),
    /** What owners of its findings, or mutes, must still be told; null: nothing. See CaseDuty in durable/cases/write.ts. */
    duty: text(),
    closeReason: text("close_reason"),
    closedAt: integer("closed_at"),
    closedBy: text("closed_by"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    updatedAt: integer("updated_at").notNull(),
    /** When the sweep looked at it last. */
    sweptAt: integer("swept_at").notNull(),
    /** Lower-case text that `q` looks through. */
    search: text().notNull(),
    /** Of the request that made it: a hash of author and `Idempotency-Key`, and of its content. */
    idempotency: text(),
    digest: text(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    uniqueIndex("cases_n").on(t.tenant, t.n),
    index("cases_status").on(t.tenant, t.status, t.n),
    index("cases_priority").on(t.tenant, t.priority, t.n),
    index("cases_assignee").on(t.tenant, t.assignee, t.n),
    index("cases_team").on(t.tenant, t.team, t.n),
    index("cases_due")
      .on(t.tenant, t.dueAt, t.n)
      .where(sql`status <> 'closed'`),
    index("cases_updated").on(t.tenant, t.updatedAt, t.n),
    // One that is not closed for a roll-up, whoever makes it.
    uniqueIndex("cases_of_rollup")
      .on(t.tenant, t.rollup)
      .where(sql`rollup is not null and status <> 'closed'`),
    index("cases_automation")
      .on(t.tenant, t.automation, t.createdAt)
      .where(sql`automation is not null`),
    index("cases_rollup")
      .on(t.tenant, t.rollup, t.n)
      .where(sql`rollup is not null`),
    uniqueIndex("cases_idempotency")
      .on(t.tenant, t.idempotency)
      .where(sql`idempotency is not null`),
    // For the sweep, over all tenants.
    index("cases_claimed")
      .on(t.sweptAt)
      .where(sql`status = 'fixed'`),
    index("cases_duty")
      .on(t.sweptAt)
      .where(sql`duty is not null`),
  ],
);

/** Which findings a case is or was about. The case that a finding is in now also stands in its row. */
export const caseFindings = sqliteTable(
  "case_findings",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    finding: text().notNull(),
    linkedAt: integer("linked_at").notNull(),
    /** Null: Lull itself. */
    linkedBy: text("linked_by"),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.finding] })],
);

export const caseSignals = sqliteTable(
  "case_signals",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    signal: text().notNull(),
    linkedAt: integer("linked_at").notNull(),
    linkedBy: text("linked_by"),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.signal] })],
);

/** What happened to a case and its findings. Only ever added to. */
export const caseTimeline = sqliteTable(
  "case_timeline",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    /** Of the occurrence, so that what is told again stands there once. */
    id: text().notNull(),
    at: integer().notNull(),
    /** Null: Lull itself. */
    by: text(),
    /** See TIMELINE_KINDS in schema/case.ts. */
    kind: text().notNull(),
    /** JSON. */
    data: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.case, t.id] }),
    index("case_timeline_at").on(t.tenant, t.case, t.at, t.id),
  ],
);

/** Notes as they are; what they were before stands in the timeline. */
export const caseNotes = sqliteTable(
  "case_notes",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    id: text().notNull(),
    body: text().notNull(),
    author: text().notNull(),
    createdAt: integer("created_at").notNull(),
    editedAt: integer("edited_at"),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.id] })],
);

export const caseChecklist = sqliteTable(
  "case_checklist",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    id: text().notNull(),
    position: integer().notNull(),
    text: text().notNull(),
    doneAt: integer("done_at"),
    doneBy: text("done_by"),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.id] })],
);

/** What is to be told of cases; gone when it has been. */
export const caseOutbox = sqliteTable(
  "case_outbox",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    /** Of the case after the change that it tells of. */
    version: integer().notNull(),
    /** See CASE_NEWS in schema/case.ts. */
    type: text().notNull(),
    at: integer().notNull(),
    /** JSON: the case as it was then, and the note or the event that it is about. */
    doc: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.version] }), index("case_outbox_at").on(t.at)],
);

/** The tickets of cases: copied from EndpointActors, which know more of them. */
export const caseTickets = sqliteTable(
  "case_tickets",
  {
    tenant: text().notNull(),
    case: text().notNull(),
    endpoint: text().notNull(),
    /** See TRACKER_FORMATS in schema/endpoint-formats.ts. */
    format: text().notNull(),
    /** What people call it. */
    key: text().notNull(),
    url: text().notNull(),
    /** As Lull knows it: `open`, `in_progress`, `done`. */
    state: text().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.case, t.endpoint] })],
);

/** What verified hooks of trackers mean for cases; kept when it has taken effect, so that it does once. */
export const trackerInbox = sqliteTable(
  "tracker_inbox",
  {
    tenant: text().notNull(),
    endpoint: text().notNull(),
    /** Of the tracker's delivery: the same when it comes again. */
    id: text().notNull(),
    case: text().notNull(),
    /** When the ticket's status or its assignee changed, by the tracker's clock; null: it did not. */
    statusAt: integer("status_at"),
    assigneeAt: integer("assignee_at"),
    receivedAt: integer("received_at").notNull(),
    /** JSON: see TicketChange in durable/endpoint-hooks.ts. */
    doc: text().notNull(),
    appliedAt: integer("applied_at"),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.endpoint, t.id] }),
    index("tracker_inbox_case").on(t.tenant, t.case, t.endpoint, t.receivedAt),
    // For the sweep, over all tenants.
    index("tracker_inbox_waiting")
      .on(t.receivedAt)
      .where(sql`applied_at is null`),
    index("tracker_inbox_applied")
      .on(t.appliedAt)
      .where(sql`applied_at is not null`),
  ],
);
