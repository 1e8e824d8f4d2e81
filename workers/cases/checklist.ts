/** The steps of a case. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { StepPatch, StepView } from "../../schema/case.ts";
import { MAX_CHECKLIST } from "../../schema/limits.ts";
import { selectChecklist } from "../../schema/queries-cases.ts";
import { caseChecklist } from "../../schema/tables.ts";
import { addRows, type CaseState, type Changed } from "../../durable/cases/write.ts";
import { randomId } from "../../durable/identity.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { alterCase, type Alteration } from "./alter.ts";
import { stepView } from "./view.ts";

type Row = typeof caseChecklist.$inferSelect;
type Altered<T> = Promise<Answer<{ state: CaseState; value: T }>>;

export function addStep(editor: Editor, id: string, text: string): Altered<StepView> {
  const { env, tenant, by, doer, now } = editor;
  const asked = { id, action: "check" as const, version: null };
  return alterCase(editor, asked, async ({ row }): Promise<Answer<Alteration<StepView>>> => {
    const db = drizzle(env.DB);
    const steps = await selectChecklist(db, tenant.id, row.id);
    if (steps.length >= MAX_CHECKLIST) return full();
    const position = (steps.at(-1)?.position ?? -1) + 1;
    const blank = { doneAt: null, doneBy: null };
    const step: Row = {
      tenant: tenant.id,
      case: row.id,
      id: randomId(),
      position,
      text,
      ...blank,
    };
    const data = { step: step.id, text };
    const entries = [{ kind: "checklist.added" as const, at: now, by, data }];
    const change = { set: {}, entries, doer, news: "case.updated" as const };
    const more = (changed: Changed) => [addRows(db, caseChecklist, [step], changed)];
    return { ok: true, value: { change, more, value: stepView(step) } };
  });
}

function full() {
  const detail = `A checklist has at most ${MAX_CHECKLIST} steps.`;
  return refuse({ status: 409, code: "case_full", detail, limit: MAX_CHECKLIST });
}

export function changeStep(
  editor: Editor,
  id: string,
  stepId: string,
  patch: StepPatch,
): Altered<StepView> {
  const { by, doer, now } = editor;
  return withStep(editor, id, stepId, (db, step, ofStep) => {
    const done = patch.done ?? step.doneAt !== null;
    const isSame = done === (step.doneAt !== null);
    const set = {
      text: patch.text ?? step.text,
      ...(isSame ? {} : { doneAt: done ? now : null, doneBy: done ? by : null }),
    };
    const value = stepView({ ...step, ...set });
    if (isSame && set.text === step.text) return { change: null, value };
    const data = { step: stepId, before: before(step), after: { text: set.text, done } };
    const entries = [{ kind: "checklist.changed" as const, at: now, by, data }];
    const change = { set: {}, entries, doer, news: "case.updated" as const };
    const more = (changed: Changed) => [db.update(caseChecklist).set(set).where(ofStep(changed))];
    return { change, more, value };
  });
}

function before({ text, doneAt }: Row) {
  return { text, done: doneAt !== null };
}

export function removeStep(editor: Editor, id: string, stepId: string): Altered<null> {
  const { by, doer, now } = editor;
  return withStep(editor, id, stepId, (db, step, ofStep) => {
    const data = { step: stepId, before: before(step) };
    const entries = [{ kind: "checklist.removed" as const, at: now, by, data }];
    const change = { set: {}, entries, doer, news: "case.updated" as const };
    const more = (changed: Changed) => [db.delete(caseChecklist).where(ofStep(changed))];
    return { change, more, value: null };
  });
}

function withStep<T>(
  editor: Editor,
  id: string,
  stepId: string,
  plan: (
    db: ReturnType<typeof drizzle>,
    step: Row,
    ofStep: (changed: Changed) => ReturnType<typeof and>,
  ) => Alteration<T>,
): Altered<T> {
  const { env, tenant } = editor;
  const asked = { id, action: "check" as const, version: null };
  return alterCase(editor, asked, async ({ row }): Promise<Answer<Alteration<T>>> => {
    const db = drizzle(env.DB);
    const step = (await selectChecklist(db, tenant.id, row.id)).find((it) => it.id === stepId);
    if (step === undefined) {
      const detail = "There is no such step.";
      return refuse({ status: 404, code: "not_found", detail });
    }
    const ofStep = (changed: Changed) =>
      and(
        eq(caseChecklist.tenant, tenant.id),
        eq(caseChecklist.case, row.id),
        eq(caseChecklist.id, stepId),
        sql`exists ${changed}`,
      );
    return { ok: true, value: plan(db, step, ofStep) };
  });
}
