/** Somebody says that a finding is fixed, or takes that back: its owner notes it, for the API and the dashboard. */
import { Hono, type Context } from "hono";
import { drizzle } from "drizzle-orm/d1";
import { fixInputSchema, type FindingDetail } from "../../schema/finding.ts";
import { parseFindingId, parseResourceId } from "../../schema/ids.ts";
import { selectFinding } from "../../schema/queries.ts";
import type { FixClaim } from "../../durable/domain/model.ts";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { findingDocOf, Reads } from "./reads.ts";
import { editorOf, notFound, readInput } from "./request.ts";
import type { Editor } from "./rules.ts";

/** `/api/v1/findings/{id}/fixed` */
export const fixes = new Hono<App>();

fixes.post("/:id/fixed", async (c) => {
  // The note may be left out, and with it the body.
  const isEmpty = c.req.raw.body === null || c.req.header("content-length") === "0";
  const input = isEmpty
    ? { ok: true as const, value: { note: undefined } }
    : await readInput(c, fixInputSchema);
  if (!input.ok) return input.response;
  return answer(c, await sayFixed(editorOf(c), c.req.param("id"), input.value.note));
});

fixes.delete("/:id/fixed", async (c) =>
  answer(c, await takeFixBack(editorOf(c), c.req.param("id"))),
);

function answer(c: Context<App>, finding: FindingDetail | null): Response {
  return finding === null ? notFound(c, "finding") : c.json(finding);
}

/** The finding as it is after that; null where there is none. The first claim stands until it is disproved or taken back. */
export function sayFixed(
  editor: Editor,
  id: string,
  note: string | undefined,
): Promise<FindingDetail | null> {
  const { by, doer, now } = editor;
  return tellOwner(editor, id, { at: now, by, doer, ...(note === undefined ? {} : { note }) });
}

/** Takes the claim back; where there is none, nothing changes. */
export function takeFixBack(editor: Editor, id: string): Promise<FindingDetail | null> {
  return tellOwner(editor, id, null);
}

async function tellOwner(
  { env, tenant, by, doer, now }: Editor,
  text: string,
  fixed: FixClaim | null,
): Promise<FindingDetail | null> {
  const id = parseFindingId(text);
  if (id === null) return null;
  const [row] = await selectFinding(drizzle(env.DB), tenant.id, id);
  const owner = row === undefined ? null : parseResourceId(row.owner);
  if (row === undefined || owner === null) return null;
  const { finding, resource } = findingDocOf(row.doc);
  const stored = { finding, resource };
  const actor = env.HOST_ACTOR.getByName(`${tenant.id}/${owner}`);
  await actor.noteFix({ tenant: tenant.id, owner, id, fixed, doer, stored });
  const type = fixed === null ? "finding.unfixed" : "finding.fixed";
  log("info", type, { tenant: tenant.id, finding: id, owner, by });
  return new Reads(env, tenant.id, now).finding(id);
}
