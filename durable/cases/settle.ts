/**
 * Lets quiet close a case that is said to be fixed, and events disprove it. It looks at what D1 holds of the findings,
 * so that it may be asked again and again; who comes second finds nothing to do.
 */
import { drizzle } from "drizzle-orm/d1";
import type { CaseRegression } from "../../schema/case.ts";
import type { TenantId } from "../../schema/ids.ts";
import { SYSTEM } from "../../schema/ledger.ts";
import { CASE_TRIES } from "../../schema/limits.ts";
import { selectCasesOfRollups, selectFindingsOfCase } from "../../schema/queries-cases.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { judge, proofView, type Verdict } from "../domain/case-proof.ts";
import { headline } from "../domain/headline.ts";
import type { FindingDoc } from "../domain/view.ts";
import { findingDocOf } from "../finding-doc.ts";
import { loadCase } from "./read.ts";
import { changeCase, type CaseChange, type CaseState } from "./write.ts";

type Regressed = Extract<Verdict, { type: "regressed" }>;

/** `proven`: findings whose container is gone, and whose workload is shown to be fixed. True: it has moved. */
export async function settleCase(
  d1: D1Database,
  tenant: TenantId,
  id: string,
  now: EpochMs,
  proven?: ReadonlySet<string>,
): Promise<boolean> {
  const db = drizzle(d1);
  for (let tries = 0; tries < CASE_TRIES; tries++) {
    const state = await loadCase(db, tenant, id);
    if (state === null || state.row.fixedAt === null) return false;
    const rows = await selectFindingsOfCase(db, tenant, id);
    // One that has been put into a later case since is that one's.
    const docs = rows.filter((row) => row.caseId === id).map((row) => findingDocOf(row.doc));
    const findings = docs.map(({ finding }) => finding);
    const verdict = judge(state.row, findings, proven);
    if (verdict.type === "none") return false;
    if (verdict.type === "regressed" && (await isReplaced(d1, tenant, state))) return false;
    const doc = verdict.type === "regressed" ? docOf(docs, verdict) : undefined;
    const change =
      verdict.type === "regressed"
        ? regression(verdict, doc, now)
        : verification(state, docs, now, proven);
    if ((await changeCase(db, state, change, now)) !== null) return true;
  }
  throw new Error(`case ${id} is changed again and again`);
}

/** A case of its roll-up has been made since it was closed: that one is about what comes now. */
async function isReplaced(d1: D1Database, tenant: TenantId, { row }: CaseState): Promise<boolean> {
  if (row.status !== "closed" || row.rollup === null) return false;
  const [latest] = await selectCasesOfRollups(drizzle(d1), tenant, [row.rollup]);
  return latest !== undefined && latest.row.id !== row.id;
}

function docOf(docs: readonly FindingDoc[], verdict: Regressed): FindingDoc | undefined {
  return docs.find(({ finding }) => finding.id === verdict.finding);
}

/** Back to work on the same case, with the evidence. */
export function regression(
  { finding, episode, at }: Regressed,
  doc: FindingDoc | undefined,
  now: EpochMs,
): CaseChange {
  const sample = doc?.finding.samples.latest.at(-1) ?? doc?.finding.samples.first.at(-1);
  const evidence: CaseRegression = {
    finding,
    episode,
    eventAt: formatInstant(at),
    headline: doc === undefined ? null : headline(doc.finding, doc.resource, now),
    sample: sample === undefined ? null : { ...sample, at: formatInstant(sample.at) },
  };
  return {
    set: {
      status: "in_progress",
      fixedAt: null,
      fixedBy: null,
      regressedAt: at,
      closeReason: null,
      closedAt: null,
      closedBy: null,
    },
    entries: [{ at: now, by: null, kind: "case.regressed", data: evidence }],
    doer: SYSTEM,
    news: "case.regressed",
    evidence,
  };
}

function verification(
  { row }: CaseState,
  docs: readonly FindingDoc[],
  now: EpochMs,
  proven?: ReadonlySet<string>,
): CaseChange {
  const findings = docs.map(({ finding }) => finding);
  const { findings: proofs } = proofView(row, findings, proven);
  return {
    set: { status: "closed", closeReason: "verified", closedAt: now, closedBy: null },
    entries: [{ at: now, by: null, kind: "case.verified", data: { findings: proofs } }],
    doer: SYSTEM,
    news: "case.closed",
  };
}
