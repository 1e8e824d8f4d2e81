/** Puts findings and signals into a case, and takes them out. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CaseLink } from "../../schema/case.ts";
import { MAX_FINDINGS_OF_CASE } from "../../schema/limits.ts";
import { selectFindingsOfCase, selectSignalsOfCase } from "../../schema/queries-cases.ts";
import { caseFindings, caseSignals, findings } from "../../schema/tables.ts";
import { linkingOf } from "../../durable/cases/link.ts";
import { settleCase } from "../../durable/cases/settle.ts";
import {
  linkSignals,
  type CaseChange,
  type CaseState,
  type Changed,
  type Statement,
} from "../../durable/cases/write.ts";
import { signalDocOf } from "../api/reads.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { alterCase, type Alteration } from "./alter.ts";
import { attemptClaims } from "./duty.ts";
import { linkableFindings, linkableSignals, taken } from "./linkable.ts";
import { tellCaseNews } from "../../durable/cases/news.ts";

/** What is there already stays; what an event of after the word "fixed" has disproved puts the case back to work. */
export async function linkToCase(
  editor: Editor,
  id: string,
  input: CaseLink,
): Promise<Answer<CaseState>> {
  const { env, tenant, now } = editor;
  const asked = { id, action: "link" as const, version: null };
  const altered = await alterCase(editor, asked, (state) => linking(editor, state, input));
  if (!altered.ok) return altered;
  const { state, value } = altered.value;
  await attemptClaims(env, tenant, state.row, value, editor.doer);
  if (await settleCase(env.DB, tenant.id, id, now))
    await tellCaseNews(env, { tenant: tenant.id, id }, now);
  return { ok: true, value: state };
}

/** The value: findings that are put into it. */
async function linking(
  { env, tenant, by, doer, now }: Editor,
  state: CaseState,
  input: CaseLink,
): Promise<Answer<Alteration<string[]>>> {
  const { row, counts } = state;
  const db = drizzle(env.DB);
  const docs = await linkableFindings(env, tenant.id, input.findings, row.id);
  if (!docs.ok) return docs;
  const signals = await linkableSignals(env, tenant.id, input.signals);
  if (!signals.ok) return signals;
  const known = new Set(
    (await selectSignalsOfCase(db, tenant.id, row.id)).map(({ doc }) => signalDocOf(doc).signal.id),
  );
  const added = signals.value.filter((signal) => !known.has(signal as never));
  const total = Math.max(counts.findings + docs.value.length, counts.signals + added.length);
  if (total > MAX_FINDINGS_OF_CASE) return full();
  const ids = docs.value.map(({ finding }) => finding.id);
  if (ids.length + added.length === 0) return { ok: true, value: { change: null, value: [] } };
  const link = linkingOf(db, tenant.id, state, docs.value, { at: now, by, doer }, now);
  const entries = added.map((signal) => ({
    kind: "signal.linked" as const,
    at: now,
    by,
    data: { signal },
  }));
  const change: CaseChange = {
    ...link.change,
    entries: [...link.change.entries, ...entries],
    counts: { ...link.change.counts, signals: counts.signals + added.length },
  };
  const more = (changed: Changed) => [
    ...link.more(changed),
    linkSignals(db, tenant.id, added, { at: now, by, doer }, changed),
  ];
  return {
    ok: true,
    value: { change, more, value: ids, otherwise: taken(ids[0] ?? "", "a case") },
  };
}

function full() {
  const limit = MAX_FINDINGS_OF_CASE;
  const detail = `A case has at most ${limit} findings, and as many signals. Make another one.`;
  return refuse({ status: 409, code: "case_full", detail, limit });
}

/** Its findings, which are known by `f…`, and its signals. */
export async function unlinkFromCase(
  editor: Editor,
  id: string,
  what: { finding: string } | { signal: string },
): Promise<Answer<CaseState>> {
  const asked = { id, action: "unlink" as const, version: null };
  const altered = await alterCase(editor, asked, (state) =>
    "finding" in what
      ? unlinkFinding(editor, state, what.finding)
      : unlinkSignal(editor, state, what.signal),
  );
  if (!altered.ok) return altered;
  const { env, tenant, now } = editor;
  // Those that are left may all be quiet.
  if (await settleCase(env.DB, tenant.id, id, now))
    await tellCaseNews(env, { tenant: tenant.id, id }, now);
  return { ok: true, value: altered.value.state };
}

async function unlinkFinding(
  editor: Editor,
  { row, counts }: CaseState,
  finding: string,
): Promise<Answer<Alteration<null>>> {
  const { env, tenant, by, doer, now } = editor;
  const db = drizzle(env.DB);
  const rows = await selectFindingsOfCase(db, tenant.id, row.id);
  const found = rows.find((it) => it.id === finding);
  if (found === undefined) return notLinked();
  const entries = [{ kind: "finding.unlinked" as const, at: now, by, data: { finding } }];
  const open = counts.open - (found.status === "open" ? 1 : 0);
  const after = { ...counts, findings: counts.findings - 1, open };
  const more = (changed: Changed): Statement[] => [
    db
      .delete(caseFindings)
      .where(
        and(
          eq(caseFindings.tenant, tenant.id),
          eq(caseFindings.case, row.id),
          eq(caseFindings.finding, finding),
          sql`exists ${changed}`,
        ),
      ),
    db
      .update(findings)
      .set({ caseId: null })
      .where(
        and(
          eq(findings.tenant, tenant.id),
          eq(findings.id, finding),
          eq(findings.caseId, row.id),
          sql`exists ${changed}`,
        ),
      ),
  ];
  const change: CaseChange = { set: {}, entries, doer, news: "case.updated", counts: after };
  return { ok: true, value: { change, more, value: null } };
}

async function unlinkSignal(
  { env, tenant, by, doer, now }: Editor,
  { row, counts }: CaseState,
  signal: string,
): Promise<Answer<Alteration<null>>> {
  const db = drizzle(env.DB);
  const rows = await selectSignalsOfCase(db, tenant.id, row.id);
  if (!rows.some(({ doc }) => signalDocOf(doc).signal.id === signal)) return notLinked();
  const entries = [{ kind: "signal.unlinked" as const, at: now, by, data: { signal } }];
  const one = [eq(caseSignals.tenant, tenant.id), eq(caseSignals.case, row.id)];
  const more = (changed: Changed): Statement[] => [
    db
      .delete(caseSignals)
      .where(and(...one, eq(caseSignals.signal, signal), sql`exists ${changed}`)),
  ];
  const after = { ...counts, signals: counts.signals - 1 };
  const change: CaseChange = { set: {}, entries, doer, news: "case.updated", counts: after };
  return { ok: true, value: { change, more, value: null } };
}

function notLinked() {
  const detail = "That is not in the case.";
  return refuse({ status: 404, code: "not_found", detail });
}
