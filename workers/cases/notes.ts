/** Notes of a case, in Markdown. What an edited one was before stands in the timeline. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { NoteView } from "../../schema/case.ts";
import { MAX_CASE_NOTES } from "../../schema/limits.ts";
import { selectNotes } from "../../schema/queries-cases.ts";
import { caseNotes } from "../../schema/tables.ts";
import { addRows, type CaseState } from "../../durable/cases/write.ts";
import { randomId, sha256 } from "../../durable/identity.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { alterCase, type Alteration } from "./alter.ts";
import { noteView } from "./view.ts";

/** A note and the case with it. */
export interface Noted {
  state: CaseState;
  value: NoteView;
}

/** Sent again under the same key, it is there once. */
export function addNote(
  editor: Editor,
  id: string,
  body: string,
  key: string | null,
): Promise<Answer<Noted>> {
  const { env, tenant, by, doer, now } = editor;
  const noteId = key === null ? randomId() : sha256(JSON.stringify([by, key])).slice(0, 20);
  const asked = { id, action: "note" as const, version: null };
  return alterCase(editor, asked, async ({ row }): Promise<Answer<Alteration<NoteView>>> => {
    const db = drizzle(env.DB);
    const notes = await selectNotes(db, tenant.id, row.id);
    const known = notes.find((note) => note.id === noteId);
    if (known !== undefined) return { ok: true, value: { change: null, value: noteView(known) } };
    if (notes.length >= MAX_CASE_NOTES) return full();
    const note = {
      tenant: tenant.id,
      id: noteId,
      body,
      author: by,
      createdAt: now,
      editedAt: null,
    };
    const value = noteView({ ...note, case: row.id });
    const entries = [{ kind: "note.added" as const, at: now, by, data: { note: noteId, body } }];
    const change = { set: {}, entries, doer, news: "case.note_added" as const, note: value };
    const more = (changed: Parameters<typeof addRows>[3]) => [
      addRows(db, caseNotes, [note], changed),
    ];
    return { ok: true, value: { change, more, value } };
  });
}

function full() {
  const detail = `A case has at most ${MAX_CASE_NOTES} notes.`;
  return refuse({ status: 409, code: "case_full", detail, limit: MAX_CASE_NOTES });
}

export function editNote(
  editor: Editor,
  id: string,
  noteId: string,
  body: string,
  version: number | null | undefined,
): Promise<Answer<Noted>> {
  const { env, tenant, by, doer, now } = editor;
  const asked = { id, action: "note" as const, version };
  return alterCase(editor, asked, async ({ row }): Promise<Answer<Alteration<NoteView>>> => {
    const db = drizzle(env.DB);
    const note = (await selectNotes(db, tenant.id, row.id)).find((it) => it.id === noteId);
    if (note === undefined) {
      const detail = "There is no such note.";
      return refuse({ status: 404, code: "not_found", detail });
    }
    if (note.body === body) return { ok: true, value: { change: null, value: noteView(note) } };
    const data = { note: noteId, before: note.body, after: body };
    const entries = [{ kind: "note.edited" as const, at: now, by, data }];
    const change = { set: {}, entries, doer, news: "case.updated" as const };
    const more = (changed: Parameters<typeof addRows>[3]) => [
      db
        .update(caseNotes)
        .set({ body, editedAt: now })
        .where(
          and(
            eq(caseNotes.tenant, tenant.id),
            eq(caseNotes.case, row.id),
            eq(caseNotes.id, noteId),
            sql`exists ${changed}`,
          ),
        ),
    ];
    return { ok: true, value: { change, more, value: noteView({ ...note, body, editedAt: now }) } };
  });
}
