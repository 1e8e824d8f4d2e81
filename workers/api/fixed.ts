/** Somebody says that a finding is fixed, or takes that back: its owner notes it, for the API and the dashboard. */
import { Hono, type Context } from "hono";
import { drizzle } from "drizzle-orm/d1";
import { fixInputSchema, type FindingDetail } from "../../schema/finding.ts";
import { parseFindingId, parseResourceId, type TenantId } from "../../schema/ids.ts";
import type { Doer } from "../../schema/ledger.ts";
import { selectFinding } from "../../schema/queries.ts";
import type { FixClaim } from "../../durable/domain/model.ts";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import type { Env } from "../env.ts";
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
  { env, tenant, doer, now }: Editor,
  text: string,
  fixed: FixClaim | null,
): Promise<FindingDetail | null> {
  const told = await tellFix(env, tenant.id, text, fixed, doer);
  return told ? new Reads(env, tenant.id, now).finding(text) : null;
}

/** Tells the finding's owner of a claim, or that it is taken back; false where there is no such finding. */
export async function tellFix(
  env: Env,
  tenant: TenantId,
  text: string,
  fixed: FixClaim | null,
  doer: Doer,
): Promise<boolean> {
  const id = parseFindingId(text);
  if (id === null) return false;
  const [row] = await selectFinding(drizzle(env.DB), tenant, id);
  const owner = row === undefined ? null : parseResourceId(row.owner);
  if (row === undefined || owner === null) return false;
  const { finding, resource } = findingDocOf(row.doc);
  const stored = { finding, resource };
  const actor = env.HOST_ACTOR.getByName(`${tenant}/${owner}`);
  await actor.noteFix({ tenant, owner, id, fixed, doer, stored });
  const type = fixed === null ? "finding.unfixed" : "finding.fixed";
  log("info", type, { tenant, finding: id, owner, by: doer.name });
  return true;
}
