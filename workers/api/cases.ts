/** `/api/v1/cases`. */
import { Hono, type Context } from "hono";
import { pageQuerySchema } from "../../schema/api.ts";
import {
  caseInputSchema,
  caseLinkSchema,
  casePatchSchema,
  casesQuerySchema,
  noteInputSchema,
  stepInputSchema,
  stepPatchSchema,
  ticketInputSchema,
} from "../../schema/case.ts";
import type { Role } from "../../schema/member.ts";
import { MAX_IDEMPOTENCY_KEY_CHARS } from "../../schema/limits.ts";
import type { CaseState } from "../../durable/cases/write.ts";
import type { App } from "../auth/authenticate.ts";
import { patchCase } from "../cases/change.ts";
import { addStep, changeStep, removeStep } from "../cases/checklist.ts";
import { createCase } from "../cases/create.ts";
import { linkToCase, unlinkFromCase } from "../cases/links.ts";
import { addNote, editNote } from "../cases/notes.ts";
import { readRecord, readTimeline } from "../cases/record.ts";
import { makeTicket } from "../cases/tickets.ts";
import { listCases, readCase } from "../cases/view.ts";
import { invalid, problem, type Answer } from "../problem.ts";
import { answer, editorOf, notFound, queryOf, readInput } from "./request.ts";

export const cases = new Hono<App>();

cases.get("/", async (c) => {
  const query = casesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await listCases(c.env, c.var.caller.tenant.id, query.data, c.var.now));
});

cases.post("/", async (c) => {
  const input = await readInput(c, caseInputSchema);
  if (!input.ok) return input.response;
  const key = keyOf(c);
  if (key === undefined) return badKey(c);
  const made = await createCase(editorOf(c), input.value, key);
  return made.ok ? shown(c, made.value, 201) : problem(c, made.problem);
});

cases.get("/:id", (c) => shown(c, c.req.param("id")));

cases.patch("/:id", async (c) => {
  const input = await readInput(c, casePatchSchema);
  if (!input.ok) return input.response;
  const { id } = c.req.param();
  return changed(c, await patchCase(editorOf(c), id, input.value, versionSeen(c)));
});

cases.get("/:id/timeline", async (c) => {
  const query = pageQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const { id } = c.req.param();
  const tenant = c.var.caller.tenant.id;
  const { limit, cursor } = query.data;
  const timeline = await readTimeline(c.env, tenant, id, limit, cursor);
  // Every case has been made.
  return timeline.items.length === 0 && cursor === undefined
    ? notFound(c, "case")
    : c.json(timeline);
});

cases.get("/:id/record", async (c) => {
  const { id } = c.req.param();
  const record = await readRecord(c.env, c.var.caller.tenant.id, id, roleOf(c), c.var.now);
  if (record === null) return notFound(c, "case");
  c.header("content-disposition", `attachment; filename="${record.case.id}.json"`);
  return c.json(record);
});

cases.post("/:id/findings", async (c) => {
  const input = await readInput(c, caseLinkSchema);
  if (!input.ok) return input.response;
  return changed(c, await linkToCase(editorOf(c), c.req.param("id"), input.value));
});

cases.delete("/:id/findings/:finding", async (c) => {
  const { id, finding } = c.req.param();
  return changed(c, await unlinkFromCase(editorOf(c), id, { finding }));
});

cases.delete("/:id/signals/:signal", async (c) => {
  const { id, signal } = c.req.param();
  return changed(c, await unlinkFromCase(editorOf(c), id, { signal }));
});

cases.post("/:id/tickets", async (c) => {
  const input = await readInput(c, ticketInputSchema);
  if (!input.ok) return input.response;
  const made = await makeTicket(editorOf(c), c.req.param("id"), input.value.endpoint);
  return answer(c, made, 202);
});

cases.post("/:id/notes", async (c) => {
  const input = await readInput(c, noteInputSchema);
  if (!input.ok) return input.response;
  const key = keyOf(c);
  if (key === undefined) return badKey(c);
  const { id } = c.req.param();
  return tagged(c, await addNote(editorOf(c), id, input.value.body, key), 201);
});

cases.patch("/:id/notes/:note", async (c) => {
  const input = await readInput(c, noteInputSchema);
  if (!input.ok) return input.response;
  const { id, note } = c.req.param();
  return tagged(c, await editNote(editorOf(c), id, note, input.value.body, versionSeen(c)));
});

cases.post("/:id/checklist", async (c) => {
  const input = await readInput(c, stepInputSchema);
  if (!input.ok) return input.response;
  return tagged(c, await addStep(editorOf(c), c.req.param("id"), input.value.text), 201);
});

cases.patch("/:id/checklist/:step", async (c) => {
  const input = await readInput(c, stepPatchSchema);
  if (!input.ok) return input.response;
  const { id, step } = c.req.param();
  return tagged(c, await changeStep(editorOf(c), id, step, input.value));
});

cases.delete("/:id/checklist/:step", async (c) => {
  const { id, step } = c.req.param();
  const removed = await removeStep(editorOf(c), id, step);
  if (!removed.ok) return problem(c, removed.problem);
  tag(c, removed.value.state.row.version);
  return c.body(null, 204);
});

/** An agent key has none, and is not let in here. */
function roleOf(c: Context<App>): Role {
  return c.var.caller.role ?? "viewer";
}

/** The case as it is now, with its ETag. */
async function shown(c: Context<App>, id: string, status: 200 | 201 = 200): Promise<Response> {
  const found = await readCase(c.env, c.var.caller.tenant.id, id, roleOf(c), c.var.now);
  if (found === null) return notFound(c, "case");
  tag(c, found.version);
  return c.json(found, status);
}

async function changed(c: Context<App>, result: Answer<CaseState>): Promise<Response> {
  return result.ok ? shown(c, result.value.row.id) : problem(c, result.problem);
}

/** A part of the case, with the case's ETag. */
function tagged(
  c: Context<App>,
  result: Answer<{ state: CaseState; value: object }>,
  status: 200 | 201 = 200,
): Response {
  if (!result.ok) return problem(c, result.problem);
  tag(c, result.value.state.row.version);
  return c.json(result.value.value, status);
}

function tag(c: Context, version: number): void {
  c.header("etag", `"${version}"`);
}

/** The version that `If-Match` names; null: any; undefined: it names none. */
function versionSeen(c: Context): number | null | undefined {
  const given = c.req.header("if-match")?.trim();
  if (given === "*") return null;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(given ?? "")?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Null where there is none; undefined where it is too long. */
function keyOf(c: Context): string | null | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined || key === "") return null;
  return key.length > MAX_IDEMPOTENCY_KEY_CHARS ? undefined : key;
}

function badKey(c: Context): Response {
  const limit = MAX_IDEMPOTENCY_KEY_CHARS;
  const detail = `Idempotency-Key: at most ${limit} characters`;
  const code = "invalid_request";
  return problem(c, { status: 400, code, detail, field: "Idempotency-Key", limit });
}
