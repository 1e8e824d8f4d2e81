/** What may be done with a case, and what becomes of it: by examples, and by any sequence of requests and events. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CASE_ACTIONS,
  CASE_PRIORITIES,
  CASE_REASONS,
  CASE_STATUSES,
  type CasePatch,
} from "../../../schema/case.ts";
import { parseFindingId } from "../../../schema/ids.ts";
import { REGRESSION_WINDOW_MS } from "../../../schema/limits.ts";
import { ROLES } from "../../../schema/member.ts";
import {
  actionsFor,
  actionTo,
  CASE_ACTION_RULES,
  MUTING_REASONS,
  priorityOf,
  refusalOf,
} from "../../../durable/domain/case.ts";
import { CASE_SLA_MS } from "../../../schema/limits.ts";
import { planPatch } from "../../../durable/domain/case-patch.ts";
import { judge, proofView, type Watched } from "../../../durable/domain/case-proof.ts";
import type { CaseRow } from "../../../durable/domain/case-row.ts";

const id = parseFindingId("f".padEnd(25, "0")) ?? expect.unreachable();

const NEW: CaseRow = {
  tenant: "acme",
  id: "LULL-1",
  n: 1,
  version: 1,
  change: "",
  status: "open",
  title: "a",
  description: "",
  priority: "P3",
  assignee: null,
  team: null,
  dueAt: null,
  dueSet: false,
  labels: "[]",
  rollup: null,
  automation: null,
  fixedAt: null,
  fixedBy: null,
  regressedAt: null,
  duty: null,
  closeReason: null,
  closedAt: null,
  closedBy: null,
  createdAt: 0,
  createdBy: null,
  updatedAt: 0,
  sweptAt: 0,
  search: "",
  idempotency: null,
  digest: null,
};

const quiet = (fields: Partial<Watched> = {}): Watched => ({
  id,
  status: "resolved",
  episode: 1,
  resolution: "quiet",
  firstSeenAt: 10,
  lastSeenAt: 20,
  ...fields,
});
const fixed = { status: "fixed", fixedAt: 100, closedAt: null, closeReason: null } as const;
const verified = {
  status: "closed",
  fixedAt: 100,
  closedAt: 1_000,
  closeReason: "verified",
} as const;

describe("the word that it is fixed", () => {
  test("is verified when each finding has ended as quiet", () => {
    expect(judge(fixed, [quiet(), quiet()])).toEqual({ type: "verified" });
    expect(judge(fixed, [])).toEqual({ type: "none" });
    expect(judge(fixed, [quiet(), quiet({ status: "open", resolution: null })]).type).toBe("none");
    for (const resolution of ["quiet_unverified", "resource_gone", "rule_retired"] as const) {
      expect(judge(fixed, [quiet({ resolution })]).type).toBe("none");
      expect(proofView(fixed, [quiet({ resolution })]).state).toBe("unproven");
    }
    const gone = quiet({ resolution: "resource_gone" });
    expect(judge(fixed, [gone], new Set([id])).type).toBe("verified");
  });

  test("is disproved by the first event of after it, within the window also once it is closed", () => {
    const again = quiet({ status: "open", firstSeenAt: 150, lastSeenAt: 200, resolution: null });
    const regressed = { type: "regressed", finding: id, episode: 1, at: 150 };
    expect(judge(fixed, [quiet(), again])).toEqual(regressed);
    expect(judge(verified, [again])).toEqual(regressed);
    const late = quiet({ firstSeenAt: 1_000 + REGRESSION_WINDOW_MS + 1, lastSeenAt: 1e12 });
    expect(judge(verified, [late]).type).toBe("none");
    expect(judge(fixed, [late]).type).toBe("regressed");
    const accepted = { ...verified, closeReason: "risk_accepted" } as const;
    expect(judge(accepted, [again]).type).toBe("none");
  });

  test("is not disproved by an event as old as it", () => {
    expect(judge(fixed, [quiet({ lastSeenAt: 100 })]).type).toBe("verified");
  });
});

test("each refusal has its reason, and who only reads may do nothing", () => {
  for (const status of CASE_STATUSES) {
    for (const { allowed, why } of actionsFor({ status }, "responder"))
      expect(why === null).toBe(allowed);
    expect(actionsFor({ status }, "viewer").some(({ allowed }) => allowed)).toBe(false);
  }
});

test("no two actions lead from one status to another", () => {
  for (const from of CASE_STATUSES)
    for (const to of CASE_STATUSES) {
      const leading = CASE_ACTIONS.filter((action) => {
        const rule = CASE_ACTION_RULES[action];
        return rule.to === to && rule.from.includes(from);
      });
      expect(leading.length).toBeLessThan(2);
      expect(actionTo(from, to)).toBe(leading[0] ?? null);
    }
});

test("the worst finding gives the priority", () => {
  expect(priorityOf(["low", "critical", "info"])).toBe("P1");
  expect(priorityOf(["low"])).toBe("P4");
  expect(priorityOf([])).toBe("P3");
});

const patches: fc.Arbitrary<CasePatch> = fc.record(
  {
    status: fc.constantFrom(...CASE_STATUSES),
    closeReason: fc.constantFrom(
      "risk_accepted",
      "false_positive",
      "duplicate",
      "no_fix",
      "unproven",
      "other",
    ),
    until: fc.integer({ min: 1, max: 9 }),
    title: fc.constantFrom("a", "b"),
    priority: fc.constantFrom(...CASE_PRIORITIES),
    assignee: fc.constantFrom(null, "ana"),
    labels: fc.constantFrom([], ["x"]),
  },
  { requiredKeys: [] },
);

/** A request, or what the finding has done. */
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.record({ patch: patches, role: fc.constantFrom(...ROLES) }) },
  fc.record({ finding: fc.constantFrom("quiet", "unproven", "event") }),
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** As workers/cases/change.ts and durable/cases/settle.ts do. */
function stepped(row: CaseRow, step: Step, now: number): CaseRow {
  if ("patch" in step) {
    const plan = planPatch(row, step.patch, { by: "ana", role: step.role, now, sla: CASE_SLA_MS });
    if (!plan.ok) return row;
    expect(step.role === "viewer" && plan.entries.length > 0).toBe(false);
    if (plan.action !== null) {
      expect(refusalOf(row.status, plan.action, step.role)).toBeNull();
      expect(CASE_ACTION_RULES[plan.action].to).toBe(plan.set.status);
    }
    // What is sent again is done.
    const after = { ...row, ...plan.set };
    const { closeReason: _, until: __, ...repeated } = step.patch;
    const again = planPatch(after, repeated, { by: "ana", role: step.role, now, sla: CASE_SLA_MS });
    expect(again).toMatchObject(again.ok ? { entries: [] } : { code: "action_not_allowed" });
    return after;
  }
  const resolution = step.finding === "unproven" ? "resource_gone" : "quiet";
  const lastSeenAt = step.finding === "event" ? now : 0;
  const verdict = judge(row, [quiet({ firstSeenAt: 0, lastSeenAt, resolution })]);
  if (verdict.type === "verified")
    return { ...row, status: "closed", closeReason: "verified", closedAt: now };
  if (verdict.type === "none") return row;
  const open = { closeReason: null, closedAt: null, fixedAt: null, fixedBy: null };
  return { ...row, ...open, status: "in_progress", regressedAt: verdict.at };
}

test("whatever is asked and happens, a case is in one of its states, whole", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 40 }), (sequence) => {
      let row = NEW;
      for (const [i, step] of sequence.entries()) {
        row = stepped(row, step, i + 1);
        const isClosed = row.status === "closed";
        expect(row.closeReason !== null).toBe(isClosed);
        expect(row.closedAt !== null).toBe(isClosed);
        const isClaimed =
          row.status === "fixed" ||
          row.closeReason === "verified" ||
          row.closeReason === "unproven";
        expect(row.fixedAt !== null).toBe(isClaimed);
        if (row.closeReason !== null) expect(CASE_REASONS).toContain(row.closeReason);
      }
    }),
    { numRuns: 500 },
  );
  expect(MUTING_REASONS.has("risk_accepted")).toBe(true);
});
