/** What a new case would be: what nobody has said of it yet, and what of it is another case's already. Stores nothing. */
import { drizzle } from "drizzle-orm/d1";
import type { CaseDraft, CaseInput } from "../../schema/case.ts";
import { selectWithCases } from "../../schema/queries-cases.ts";
import { priorityOf } from "../../durable/domain/case.ts";
import { findingSummary } from "../../durable/domain/view.ts";
import { stepsOf, teamOf, titleOf } from "../../durable/cases/make.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import type { Editor } from "../api/rules.ts";
import type { Answer } from "../problem.ts";
import { contentOf } from "./create.ts";

export async function draftCase(
  editor: Pick<Editor, "env" | "tenant" | "now">,
  about: Pick<CaseInput, "findings" | "signals" | "rollup">,
): Promise<Answer<CaseDraft>> {
  const { env, tenant, now } = editor;
  const rows = await selectWithCases(drizzle(env.DB), tenant.id, about.findings ?? []);
  const taken = rows.filter((it) => it.caseId !== null && it.caseStatus !== "closed");
  const takenIds = new Set(taken.map(({ id }) => id));
  const findings = (about.findings ?? []).filter((id) => !takenIds.has(id));
  const content = await contentOf(editor, { ...about, findings });
  if (!content.ok) return content;
  const { docs, signals } = content.value;
  const { config } = tenant;
  const linked = await selectWithCases(
    drizzle(env.DB),
    tenant.id,
    docs.map(({ finding }) => finding.id),
  );
  const value: CaseDraft = {
    title: titleOf(docs) ?? "",
    priority: priorityOf(docs.map(({ finding }) => finding.severity)),
    team: teamOf(config, docs),
    checklist: [...stepsOf(config, {}, docs)],
    findings: linked.map((it) => findingSummary(findingDocOf(it.doc), it, now)),
    signals,
    taken: taken.map((it) => findingSummary(findingDocOf(it.doc), it, now)),
  };
  return { ok: true, value };
}
