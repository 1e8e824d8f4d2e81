/** Every read of D1 goes along an index: rows that are read are billed, and a tenant must not pay for others. */
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, test } from "vitest";
import {
  FINDING_SORTS,
  findingsQuerySchema,
  GROUPINGS,
  rollupsQuerySchema,
  signalsQuerySchema,
} from "../../schema/api.ts";
import { selectResources } from "../../schema/queries-resources.ts";
import { resourcesQuerySchema } from "../../schema/resource.ts";
import { ruleChangesQuerySchema } from "../../schema/rules-api.ts";
import { parseFindingId, parseTenantId } from "../../schema/ids.ts";
import {
  countOpenedSince,
  type Cursor,
  selectCounts,
  selectEpisodes,
  selectFinding,
  selectFindings,
  selectGroups,
  selectOverdueOwners,
  selectOwnersOfRule,
  selectOwnersOfSpread,
  selectSignal,
  selectSignals,
  selectSpreads,
} from "../../schema/queries.ts";
import { mutesQuerySchema } from "../../schema/mutes-api.ts";
import {
  selectBase,
  selectDocs,
  selectExpired,
  selectHiddenBy,
  selectHiddenIds,
  selectLatestOwnMute,
  selectMeanwhile,
  selectMute,
  selectMuteCounts,
  selectMuteOf,
  selectMutes,
  selectOpenSubjects,
  selectPending,
  selectToAnnounce,
} from "../../schema/queries-mutes.ts";
import {
  deleteUnheardAgents,
  selectAgentsOf,
  selectCoveredOwners,
  selectOpenOf,
  selectRulesets,
  selectUnproven,
  selectUnheardOwners,
  selectUntoldPeers,
} from "../../schema/queries-coverage.ts";
import { casesQuerySchema } from "../../schema/case.ts";
import {
  selectCase,
  selectCaseByKey,
  selectCaseCounts,
  selectCaseNews,
  selectCases,
  selectCasesOfRollups,
  selectCasesOnDuty,
  selectChecklist,
  selectClaimedCases,
  selectEpisodesOfCase,
  selectFindingsOfCase,
  selectLedgerOfCase,
  selectNotes,
  selectOpenOfRollup,
  selectOpenWithoutCase,
  selectSignalIds,
  selectSignalsOfCase,
  selectTimeline,
  selectWithCases,
} from "../../schema/queries-cases.ts";
import { coverageQuerySchema } from "../../schema/coverage.ts";
import {
  selectContainers,
  selectEarlierEpisodes,
  selectRollupFindings,
  selectRollupImages,
  selectRollupKeys,
  selectRollups,
  selectWitnesses,
} from "../../schema/queries-rollups.ts";
import {
  selectExceptionHits,
  selectFindingSamples,
  selectFindingStates,
  selectOpenOfRule,
  selectRuleChanges,
  selectSignalSamples,
} from "../../schema/queries-rules.ts";

import { auditQuerySchema } from "../../schema/audit.ts";
import { selectChain, selectLedger } from "../../schema/queries-ledger.ts";

import { selectMadeToday } from "../../durable/cases/automate.ts";

const db = drizzle(env.DB);
const tenant = parseTenantId("acme") ?? expect.unreachable();
const CURSOR: Cursor = [3, "f0"];
const NOW = 7;

interface Query {
  toSQL(): { sql: string; params: unknown[] };
}

/** The steps of SQLite's plan. */
async function planOf(query: Query): Promise<string[]> {
  const { sql, params } = query.toSQL();
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  return results.map((row) => row.detail);
}

/** No step reads a whole table; where an index is named, one of them must be it. */
async function expectIndexed(query: Query, index?: string): Promise<void> {
  const plan = await planOf(query);
  const { sql } = query.toSQL();
  expect(
    plan.filter((step) => step.startsWith("SCAN")),
    `${sql}\n${plan.join("\n")}`,
  ).toEqual([]);
  if (index !== undefined) expect(plan.join("\n"), sql).toContain(index);
}

/** And the index gives the order too, so that a page costs what it shows. */
async function expectInOrder(query: Query, index: string): Promise<void> {
  await expectIndexed(query, index);
  expect((await planOf(query)).join("\n")).not.toContain("TEMP B-TREE");
}

const FILTERS: [filter: Record<string, string>, index: string][] = [
  [{}, "findings_opened"],
  [{ status: "open" }, "findings_status"],
  [{ severity: "high" }, "findings_severity"],
  [{ rule: "r" }, "findings_rule"],
  [{ resourceType: "host" }, "findings_resource_type"],
  [{ namespace: "n" }, "findings_namespace"],
  [{ workload: "w" }, "findings_workload"],
  [{ service: "s" }, "findings_service"],
  [{ muted: "true" }, "findings_muted"],
  [{ regressed: "true" }, "findings_regressed"],
  [{ case: "c" }, "findings_case"],
];

const MORE_FILTERS: [filter: Record<string, string>, index: string][] = [
  [{ status: "open,resolved" }, "findings_"],
  [{ severity: "high,critical" }, "findings_"],
  [{ resource: "host:h" }, "findings_resource"],
  [{ resource: "c0ffee" }, "findings_resource"],
  [{ host: "h" }, "findings_host"],
  [{ muted: "false" }, "findings_"],
  [{ regressed: "false" }, "findings_"],
  [{ q: "text" }, "findings_opened"],
  [{ status: "open", severity: "high", namespace: "n", q: "text" }, "findings_"],
];

describe("findings", () => {
  test.each(FILTERS)("by %o are a walk along the index %s", async (filter, index) => {
    const query = findingsQuerySchema.parse(filter);
    await expectInOrder(selectFindings(db, tenant, query, null, NOW), index);
    await expectInOrder(selectFindings(db, tenant, query, CURSOR, NOW), index);
  });

  test.each(MORE_FILTERS)("by %o use an index (%s)", async (filter, index) => {
    const query = findingsQuerySchema.parse(filter);
    await expectIndexed(selectFindings(db, tenant, query, null, NOW), index);
    await expectIndexed(selectFindings(db, tenant, query, CURSOR, NOW), index);
  });

  test("by host read that host's rows alone", async () => {
    const query = findingsQuerySchema.parse({ host: "h" });
    const plan = (await planOf(selectFindings(db, tenant, query, CURSOR, NOW))).join("\n");
    expect(plan).toMatch(/findings_host \(tenant=\? AND host=\?/);
    expect(plan).toMatch(/findings_owner \(tenant=\? AND owner=\?/);
  });

  test.each(FINDING_SORTS)("sorted by %s, under any filter, never scan", async (sort) => {
    for (const [filter] of [...FILTERS, ...MORE_FILTERS]) {
      const query = findingsQuerySchema.parse({ ...filter, sort });
      await expectIndexed(selectFindings(db, tenant, query, null, NOW));
      await expectIndexed(selectFindings(db, tenant, query, CURSOR, NOW));
    }
  });

  test.each(GROUPINGS)("grouped by %s use the filter's index", async (groupBy) => {
    for (const [filter, index] of [...FILTERS, ...MORE_FILTERS]) {
      const query = findingsQuerySchema.parse({ ...filter, groupBy });
      const wanted = index === "findings_opened" ? "findings_" : index;
      await expectIndexed(selectGroups(db, tenant, query, groupBy, null, NOW), wanted);
      await expectIndexed(selectGroups(db, tenant, query, groupBy, CURSOR, NOW), wanted);
    }
  });

  test("counted use the filter's index", async () => {
    for (const [filter, index] of [...FILTERS, ...MORE_FILTERS]) {
      const query = findingsQuerySchema.parse(filter);
      // Counts are of every status.
      const wanted = ["findings_opened", "findings_status"].includes(index) ? undefined : index;
      await expectIndexed(selectCounts(db, tenant, query, NOW), wanted);
      await expectIndexed(countOpenedSince(db, tenant, query, 3, NOW));
    }
  });

  test("one by its id", async () => {
    await expectIndexed(selectFinding(db, tenant, "f0"), "sqlite_autoindex_findings");
  });
});

test("episodes of a finding are a walk along its key", async () => {
  for (const cursor of [null, CURSOR])
    await expectInOrder(selectEpisodes(db, tenant, "f0", 10, cursor), "sqlite_autoindex_episodes");
});

describe("signals", () => {
  const filters: [Record<string, string>, string][] = [
    [{}, "signals_seen"],
    [{ severity: "high" }, "signals_severity"],
    [{ rule: "r" }, "signals_rule"],
    [{ resource: "host:h" }, "signals_resource"],
    [{ host: "h" }, "signals_host"],
    [{ namespace: "n" }, "signals_namespace"],
    [{ workload: "w" }, "signals_workload"],
    [{ q: "text" }, "signals_seen"],
  ];
  test.each(filters)("by %o are a walk along the index %s", async (filter, index) => {
    const query = signalsQuerySchema.parse(filter);
    await expectInOrder(selectSignals(db, tenant, query, null), index);
    await expectInOrder(selectSignals(db, tenant, query, CURSOR), index);
  });

  test("by several severities or spellings never scan", async () => {
    for (const filter of [{ severity: "high,critical" }, { resource: "c0ffee" }])
      await expectIndexed(selectSignals(db, tenant, signalsQuerySchema.parse(filter), CURSOR));
  });
});

describe("roll-ups", () => {
  const key = { rule: "r", cluster: null, namespace: "n", kind: null, workload: "w" };
  const OF_WORKLOAD = "findings_workload (tenant=? AND workload=?";

  test("that are open are found among open findings, others among those of a filter", async () => {
    const filters: [Record<string, string>, string][] = [
      [{ status: "open" }, "findings_status (tenant=? AND status=?"],
      [{ status: "open", severity: "high", q: "text" }, "findings_status (tenant=? AND status=?"],
      [{ status: "ended", rule: "r" }, "findings_rule (tenant=? AND rule=?"],
      [{ namespace: "n" }, "findings_namespace (tenant=? AND namespace=?"],
      [{ status: "quiet", workload: "w" }, OF_WORKLOAD],
      [{}, "(tenant=?"],
    ];
    for (const [filter, index] of filters) {
      const query = rollupsQuerySchema.parse(filter);
      for (const cursor of [null, CURSOR])
        await expectIndexed(selectRollupKeys(db, tenant, query, cursor, 3), index);
    }
  });

  test("read the rows of the workloads that a page shows alone", async () => {
    for (const query of [
      selectRollups(db, tenant, [key], 3),
      selectContainers(db, tenant, [key]),
    ]) {
      const plan = (await planOf(query)).join("\n");
      expect(plan).toContain(OF_WORKLOAD);
      // What is walked besides is the list of workloads, and what the first step left.
      expect(plan.match(/SCAN (?!json_each|containers)/g), plan).toBeNull();
    }
  });

  test("earlier episodes are read finding by finding, along their key", async () => {
    const query = selectEarlierEpisodes(db, tenant, [{ finding: "f0", episode: 12 }]);
    const plan = (await planOf(query)).join("\n");
    expect(plan).toContain("SEARCH episodes USING INDEX sqlite_autoindex_episodes_1");
    expect(plan).toMatch(/\(tenant=\? AND finding=\? AND episode>\? AND episode<\?\)/);
    expect(plan.match(/SCAN (?!asked)/g), plan).toBeNull();
  });

  test("one of them reads its workload alone", async () => {
    await expectIndexed(selectRollupImages(db, tenant, key), OF_WORKLOAD);
    await expectIndexed(selectRollupFindings(db, tenant, key), OF_WORKLOAD);
    await expectIndexed(selectWitnesses(db, tenant, key, { from: 1, seenAfter: 2 }), OF_WORKLOAD);
  });
});

test("one signal by its id", async () => {
  await expectIndexed(selectSignal(db, tenant, "s0"), "sqlite_autoindex_signals");
});

describe("rules", () => {
  test("have a history that is a walk along its key, or along its subject's index", async () => {
    for (const cursor of [null, CURSOR]) {
      const all = ruleChangesQuerySchema.parse({});
      await expectInOrder(
        selectRuleChanges(db, tenant, all, cursor),
        "sqlite_autoindex_rule_changes",
      );
      const one = ruleChangesQuerySchema.parse({ subject: "r" });
      await expectInOrder(selectRuleChanges(db, tenant, one, cursor), "rule_changes_subject");
    }
  });

  test("are tried on the newest samples alone", async () => {
    await expectInOrder(selectFindingSamples(db, tenant, 10), "findings_opened");
    await expectInOrder(selectSignalSamples(db, tenant, 10), "signals_seen");
    await expectInOrder(selectOpenOfRule(db, tenant, "r", 10), "findings_rule");
    const ids = [parseFindingId("f".padEnd(25, "0")) ?? expect.unreachable()];
    const states = await planOf(selectFindingStates(db, tenant, ids));
    expect(states.join("\n")).toMatch(/SEARCH findings USING INDEX sqlite_autoindex_findings/);
  });

  test("have exceptions whose hits are found by the tenant", async () => {
    await expectIndexed(selectExceptionHits(db, tenant), "sqlite_autoindex_exception_hits");
  });
});

describe("hosts and their agents", () => {
  const filters: [Record<string, string>, string][] = [
    [{}, "sqlite_autoindex_agents"],
    [{ state: "silent" }, "agents_silent"],
    [{ state: "no_heartbeats" }, "agents_unexpected"],
    [{ state: "watching", kind: "falco" }, "agents"],
    [{ drift: "true" }, "agents_drifting"],
    [{ q: "node" }, "sqlite_autoindex_agents"],
  ];
  test.each(filters)("by %o are a walk along the index %s", async (filter, index) => {
    const query = coverageQuerySchema.parse(filter);
    for (const after of [null, "host:h"])
      await expectIndexed(selectCoveredOwners(db, tenant, query, after), index);
  });

  test("are read by the host", async () => {
    const agents = (await planOf(selectAgentsOf(db, tenant, ["host:h"]))).join("\n");
    expect(agents).toMatch(/SEARCH agents USING INDEX sqlite_autoindex_agents/);
    const open = (await planOf(selectOpenOf(db, tenant, ["host:h"]))).join("\n");
    expect(open).toContain("findings_owner (tenant=? AND owner=?");
  });

  test.each([
    [{}, "findings_resource (tenant=?"],
    [{ q: "gcc" }, "findings_resource (tenant=?"],
    [{ namespace: "shop" }, "findings_namespace (tenant=?"],
    [{ namespace: "shop", workload: "api" }, "findings_workload (tenant=?"],
    [{ host: "node-7" }, "findings_host (tenant=?"],
  ])("and the resources under %j are found along an index", async (filter, index) => {
    const query = resourcesQuerySchema.parse(filter);
    for (const after of [null, "container:c0ffee000001"]) {
      const plan = (await planOf(selectResources(db, tenant, query, after, 3))).join("\n");
      expect(plan).toContain(index);
      expect(plan).toContain("findings_resource (tenant=? AND resource=?)");
      expect(plan).not.toContain("SCAN findings");
    }
  });

  test("have open findings that only silence would end, counted among the open ones", async () => {
    await expectIndexed(selectUnproven(db, tenant), "findings_status (tenant=? AND status=?");
  });

  test("are compared, missed and forgotten by indexes of their own", async () => {
    const peers = { tenant: "acme", kind: "falco", ruleset: "sha256:new" };
    const plan = (await planOf(selectRulesets(db))).join("\n");
    expect(plan).toContain("SCAN agents USING INDEX agents_ruleset");
    expect(plan).not.toContain("TEMP B-TREE");
    await expectIndexed(selectUntoldPeers(db, peers, 3, 10), "agents_ruleset (tenant=? AND kind=?");
    await expectIndexed(selectUnheardOwners(db, 3, 10), "agents_due (due_at");
    await expectIndexed(deleteUnheardAgents(db, 3), "agents_contact (last_contact_at<?)");
  });
});

describe("mutes", () => {
  test("are listed along the index of their state", async () => {
    for (const cursor of [null, CURSOR]) {
      const inForce = mutesQuerySchema.parse({});
      await expectInOrder(selectMutes(db, tenant, inForce, cursor), "mutes_in_force");
      const ended = mutesQuerySchema.parse({ state: "ended" });
      await expectInOrder(selectMutes(db, tenant, ended, cursor), "mutes_ended");
    }
    await expectIndexed(selectMuteCounts(db, tenant, NOW, 9), "mutes_in_force");
    await expectIndexed(selectMute(db, tenant, "m0"), "sqlite_autoindex_mutes");
  });

  test("of a finding are found by the finding", async () => {
    await expectInOrder(selectLatestOwnMute(db, tenant, "f0"), "mutes_finding");
    await expectInOrder(selectMuteOf(db, tenant, "f0", NOW), "muted_findings_finding");
    await expectIndexed(selectBase(db, tenant, "m0", "f0"), "sqlite_autoindex_muted_findings");
  });

  test("read what they hide alone", async () => {
    const ofMute = "sqlite_autoindex_muted_findings_1 (tenant=? AND mute=?";
    await expectIndexed(selectHiddenBy(db, tenant, "m0", 10), ofMute);
    await expectInOrder(selectHiddenIds(db, tenant, "m0", "f0", 10), ofMute);
    for (const query of [selectMeanwhile(db, tenant, ["m0"]), selectDocs(db, tenant, ["f0"])]) {
      const plan = (await planOf(query)).join("\n");
      expect(plan.match(/SCAN (?!asked)/g), plan).toBeNull();
    }
  });

  test("go through open findings in order", async () => {
    for (const cursor of [null, CURSOR])
      await expectInOrder(selectOpenSubjects(db, tenant, cursor, 10), "findings_status");
  });

  test("that the sweep looks for are found among those alone", async () => {
    await expectIndexed(selectExpired(db, NOW, 10), "mutes_due (until<?)");
    await expectIndexed(selectToAnnounce(db, NOW, 10), "mutes_due (until>? AND until<?)");
    // A walk of an index that is empty nearly always.
    expect(await planOf(selectPending(db, 10))).toEqual(["SCAN mutes USING INDEX mutes_pending"]);
  });
});

describe("cases", () => {
  const filters: [Record<string, string>, string][] = [
    [{}, "cases_n"],
    [{ status: "open" }, "cases_status"],
    [{ priority: "P1" }, "cases_priority"],
    [{ assignee: "a" }, "cases_assignee"],
    [{ assignee: "none" }, "cases_assignee"],
    [{ team: "t" }, "cases_team"],
    [{ label: "l" }, "cases_n"],
    [{ q: "text" }, "cases_n"],
  ];
  test.each(filters)("by %o are a walk along the index %s", async (filter, index) => {
    const query = casesQuerySchema.parse(filter);
    for (const cursor of [null, CURSOR]) {
      const plan = (await planOf(selectCases(db, tenant, query, cursor, NOW))).join("\n");
      expect(plan).toContain(`SEARCH cases USING INDEX ${index}`);
      expect(plan.match(/SCAN (?!json_each)|TEMP B-TREE/g), plan).toBeNull();
    }
  });

  test.each([
    ["updated", "cases_updated"],
    ["priority", "cases_priority"],
    ["due", "cases_due"],
  ])("by %s are in the order of the index %s", async (sort, index) => {
    const query = casesQuerySchema.parse({ sort, ...(sort === "due" && { status: "open,fixed" }) });
    for (const cursor of [null, CURSOR]) {
      const plan = (await planOf(selectCases(db, tenant, query, cursor, NOW))).join("\n");
      expect(plan).toContain(`SEARCH cases USING INDEX ${index}`);
      if (sort !== "due") expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  test("that are overdue are found by their due date, or in their status", async () => {
    const query = casesQuerySchema.parse({ overdue: "true" });
    await expectIndexed(
      selectCases(db, tenant, query, null, NOW),
      "cases_due (tenant=? AND due_at",
    );
    const alive = casesQuerySchema.parse({ status: "open,fixed" });
    await expectIndexed(selectCaseCounts(db, tenant, query, "m", NOW), "cases_");
    await expectIndexed(selectCaseCounts(db, tenant, alive, "m", NOW), "cases_status");
    await expectIndexed(selectCases(db, tenant, alive, CURSOR, NOW), "cases_");
  });

  test("read what belongs to them alone", async () => {
    await expectIndexed(selectCase(db, tenant, "LULL-1"), "sqlite_autoindex_cases_1");
    await expectIndexed(selectCaseByKey(db, tenant, "k"), "cases_idempotency");
    await expectIndexed(selectFindingsOfCase(db, tenant, "LULL-1"), "autoindex_case_findings_1");
    await expectIndexed(selectSignalsOfCase(db, tenant, "LULL-1"), "autoindex_case_signals_1");
    await expectIndexed(selectEpisodesOfCase(db, tenant, "LULL-1"), "autoindex_case_findings_1");
    await expectIndexed(selectLedgerOfCase(db, tenant, "LULL-1"), "ledger_subject");
    await expectIndexed(selectNotes(db, tenant, "LULL-1"), "sqlite_autoindex_case_notes_1");
    await expectIndexed(selectChecklist(db, tenant, "LULL-1"), "autoindex_case_checklist_1");
    for (const cursor of [null, CURSOR])
      for (const first of ["oldest", "newest"] as const) {
        const timeline = selectTimeline(db, tenant, "LULL-1", cursor, 3, first);
        await expectInOrder(timeline, "case_timeline_at");
      }
  });

  test("are found by their findings and roll-ups", async () => {
    const plans = await Promise.all([
      planOf(selectWithCases(db, tenant, ["f0"])),
      planOf(selectCasesOfRollups(db, tenant, ["[]"])),
      planOf(selectSignalIds(db, tenant, ["s0"])),
    ]);
    for (const plan of plans)
      expect(plan.join("\n").match(/SCAN (?!asked|json_each)/g), plan.join("\n")).toBeNull();
    const key = { rule: "r", cluster: null, namespace: "n", kind: null, workload: "w" };
    await expectInOrder(selectOpenWithoutCase(db, tenant, 3), "findings_status");
    const own = "cases_automation (tenant=? AND automation=? AND created_at>?)";
    expect((await planOf(selectMadeToday(db, tenant, "a", NOW))).join("\n")).toContain(own);
    await expectIndexed(
      selectOpenOfRollup(db, tenant, key),
      "findings_workload (tenant=? AND workload=?",
    );
  });

  test("that the sweep looks for are found among those alone", async () => {
    expect((await planOf(selectClaimedCases(db, 3))).join("\n")).toContain("cases_claimed");
    expect((await planOf(selectCasesOnDuty(db, 3))).join("\n")).toContain("cases_duty");
    expect((await planOf(selectCaseNews(db, null, 3))).join("\n")).toContain("case_outbox_at");
    const one = { tenant, id: "LULL-1" };
    await expectInOrder(selectCaseNews(db, one, 3), "sqlite_autoindex_case_outbox_1");
  });
});

describe("over all tenants or owners", () => {
  test("overdue findings are found by their deadline", async () => {
    await expectIndexed(selectOverdueOwners(db, 3, 10), "findings_deadline (deadline_at<?)");
  });

  test("what has spread is found in an index that holds nothing else", async () => {
    const plan = await planOf(selectSpreads(db, 10));
    expect(plan).toEqual(["SCAN findings USING COVERING INDEX findings_spread"]);
    const spread = { rollup: "[]", resources: 3 };
    await expectIndexed(
      selectOwnersOfSpread(db, tenant, spread, 10),
      "COVERING INDEX findings_spread (tenant=? AND spread_rollup=? AND spread_next<?)",
    );
  });

  test("the owners of a rule's findings by the rule", async () => {
    for (const before of [null, 3])
      await expectIndexed(
        selectOwnersOfRule(db, tenant, "r", before, 10),
        "findings_rule (tenant=? AND rule=?",
      );
  });
});

describe("the ledger", () => {
  test.each([
    [{}, "ledger_at"],
    [{ from: "2031-03-01T10:00:00Z", to: "2031-03-02T10:00:00Z" }, "ledger_at"],
    [{ actor: "a" }, "ledger_actor"],
    [{ action: "rule.changed" }, "ledger_action"],
    [{ subject: "s", from: "2031-03-01T10:00:00Z" }, "ledger_subject"],
    [{ subject: "s", action: "rule.changed", q: "text" }, "ledger_"],
  ])("by %o is a walk along the index %s", async (filter, index) => {
    for (const cursor of [null, [3, "4"] as const])
      await expectInOrder(
        selectLedger(db, tenant, auditQuerySchema.parse(filter), cursor && [...cursor]),
        index,
      );
  });

  test("is exported and checked along its key", async () => {
    await expectInOrder(selectChain(db, tenant, {}, 0, 500), "sqlite_autoindex_ledger");
    const range = { fromSeq: 3, toSeq: 9 };
    await expectInOrder(selectChain(db, tenant, range, 2, 500), "sqlite_autoindex_ledger");
  });
});
