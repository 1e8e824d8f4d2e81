/** Resources that findings are about, and what people say of one: that it is gone. */
import { Hono } from "hono";
import { drizzle } from "drizzle-orm/d1";
import type { ResourceGone } from "../../schema/answers.ts";
import type { Page } from "../../schema/api.ts";
import { parseResourceId, type OwnerId, type ResourceId, type TenantId } from "../../schema/ids.ts";
import type { Doer } from "../../schema/ledger.ts";
import { MAX_OWNERS_TOLD } from "../../schema/limits.ts";
import { selectOwnersOfResource } from "../../schema/queries.ts";
import { selectResources } from "../../schema/queries-resources.ts";
import {
  resourcesQuerySchema,
  type ResourcesQuery,
  type ResourceSummary,
} from "../../schema/resource.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { resourceView } from "../../durable/domain/view.ts";
import type { LedgerInput } from "../../durable/domain/ledger.ts";
import { randomId } from "../../durable/identity.ts";
import { actStatement, tellActs, withdrawAct } from "../../durable/ledger-acts.ts";
import { log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import type { Env } from "../env.ts";
import { invalid } from "../problem.ts";
import { cursorOf, findingDocOf, page } from "./reads.ts";
import { editorOf, notFound, queryOf } from "./request.ts";
import type { Editor } from "./rules.ts";

export const resources = new Hono<App>();

resources.get("/", async (c) => {
  const query = resourcesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await listResources(c.env, c.var.caller.tenant.id, query.data, c.var.now));
});

resources.post("/:id/gone", async (c) => {
  const gone = await sayGone(editorOf(c), c.req.param("id"));
  return gone === null ? notFound(c, "resource") : c.json(gone);
});

async function listResources(
  env: Env,
  tenant: TenantId,
  query: ResourcesQuery,
  now: EpochMs,
): Promise<Page<ResourceSummary>> {
  const [, after] = cursorOf(query.cursor) ?? [0, null];
  const rows = await selectResources(drizzle(env.DB), tenant, query, after, now);
  return page(
    rows,
    query.limit,
    ({ doc, open, unverified, resolved, lastSeenAt }) => ({
      ...resourceView(findingDocOf(doc).resource),
      findings: { open, unverified, resolved },
      lastSeenAt: formatInstant(lastSeenAt),
    }),
    ({ id }) => [0, id],
  );
}

/** Null where nobody knows the resource. */
export async function sayGone(
  { env, tenant, by, doer, now }: Editor,
  text: string,
): Promise<ResourceGone | null> {
  const id = parseResourceId(text);
  if (id === null) return null;
  const act = goneEntry(id, doer, now);
  // Said before it is done: whatever comes of it, the ledger knows who has said so.
  await actStatement(drizzle(env.DB), tenant.id, act);
  const findings = await tellGone(env, tenant.id, id);
  if (findings === null) {
    await withdrawAct(env.DB, tenant.id, act.id);
    return null;
  }
  await tellActs(env, tenant.id);
  log("info", "resource.gone", { tenant: tenant.id, resource: id, by, findings });
  return { resource: id, findings };
}

function goneEntry(id: ResourceId, actor: Doer, at: EpochMs): LedgerInput {
  return {
    id: `gone:${randomId()}`,
    at,
    actor,
    action: "resource.gone",
    subject: { kind: "resource", id },
  };
}

/** How many findings have ended; null where nobody knows the resource. Saying it again ends no more. */
async function tellGone(env: Env, tenant: TenantId, id: ResourceId): Promise<number | null> {
  const told = await Promise.all(
    (await ownersOf(env, tenant, id)).map((owner) =>
      env.HOST_ACTOR.getByName(`${tenant}/${owner}`).resourceGone(id),
    ),
  );
  const known = told.filter((findings) => findings !== null);
  return known.length === 0 ? null : known.reduce((sum, findings) => sum + findings, 0);
}

/** A host is its own; a container belongs to the host that it runs on. */
async function ownersOf(env: Env, tenant: TenantId, id: ResourceId): Promise<OwnerId[]> {
  if (id.startsWith("host:")) return [id];
  const rows = await selectOwnersOfResource(drizzle(env.DB), tenant, id, MAX_OWNERS_TOLD);
  return rows.map(({ owner }) => parseResourceId(owner)).filter((owner) => owner !== null);
}
