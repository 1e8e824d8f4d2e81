/** Endpoints as they are made, changed and deleted. Their configuration is their tenant's; their secrets and deliveries, their actor's. */
import { drizzle } from "drizzle-orm/d1";
import { formatInstant } from "../../schema/time.ts";
import type {
  EndpointCreated,
  EndpointDetail,
  EndpointInput,
  EndpointPatch,
  EndpointRotated,
  EndpointView,
} from "../../schema/webhooks.ts";
import type { EndpointRecord } from "../../durable/domain/endpoint.ts";
import type { EndpointFields } from "../../durable/domain/tenant-endpoints.ts";
import { checkEndpointUrl } from "../../durable/endpoint-url.ts";
import { randomId } from "../../durable/identity.ts";
import { actStatement, tellActs, withdrawAct } from "../../durable/ledger-acts.ts";
import { endpointActor } from "../../durable/publish.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer, type ProblemFields } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import type { Editor } from "./rules.ts";

/** In the order in which they were made. */
export function listEndpoints({ config }: Tenant): EndpointView[] {
  return config.endpoints.map(endpointView);
}

export function findEndpoint({ config }: Tenant, id: string): EndpointRecord | null {
  return config.endpoints.find((known) => known.id === id) ?? null;
}

/** With how its deliveries go; null where there is none. */
export async function readEndpoint(
  env: Env,
  tenant: Tenant,
  id: string,
): Promise<EndpointDetail | null> {
  const endpoint = findEndpoint(tenant, id);
  if (endpoint === null) return null;
  const health = await endpointActor(env, tenant.id, id).health();
  return health === null ? null : { ...endpointView(endpoint), health };
}

/** Its actor has its secret before anybody else knows of it; where that is all that is made of it, nobody ever calls. */
export async function createEndpoint(
  editor: Editor,
  input: EndpointInput,
): Promise<Answer<EndpointCreated>> {
  const { env, tenant, by, doer, now } = editor;
  const bad = badUrl(env, input.url);
  if (bad !== null) return refuse(bad);
  const endpoint: EndpointRecord = {
    id: randomId(),
    ...input,
    status: "enabled",
    disabledReason: null,
    createdBy: by,
    createdAt: now,
    updatedBy: by,
    updatedAt: now,
  };
  const actor = endpointActor(env, tenant.id, endpoint.id);
  const secret = await actor.begin({ tenant: tenant.id, endpoint: endpoint.id });
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.createEndpoint(endpoint, doer, now),
  );
  if (changed.ok) return { ok: true, value: { ...endpointView(endpoint), secret } };
  await actor.remove();
  return refuse(problemOfRefusal(changed.refusal));
}

export async function patchEndpoint(
  editor: Editor,
  id: string,
  { url, events, format, filter, description, status }: EndpointPatch,
): Promise<Answer<EndpointView>> {
  const { env, tenant, doer, now } = editor;
  const bad = url === undefined ? null : badUrl(env, url);
  if (bad !== null) return refuse(bad);
  const fields: EndpointFields = {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(format === undefined ? {} : { format }),
    ...(filter === undefined ? {} : { filter }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
    ...(status === undefined ? {} : { disabledReason: status === "enabled" ? null : "by_hand" }),
  };
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.changeEndpoint(id, fields, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  const endpoint = findEndpoint(changed.tenant, id);
  if (endpoint === null) return refuse(problemOfRefusal({ code: "not_found" }));
  await endpointActor(env, tenant.id, id).follow();
  return { ok: true, value: endpointView(endpoint) };
}

/** What waits is not delivered any more. */
export async function deleteEndpoint(editor: Editor, id: string): Promise<Answer<null>> {
  const { env, tenant, doer, now } = editor;
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.deleteEndpoint(id, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  await endpointActor(env, tenant.id, id).remove();
  return { ok: true, value: null };
}

/** Null where there is none. Said to the ledger before it is done: a secret never changes without anybody's name. */
export async function rotateSecret(
  { env, tenant, doer: actor, now: at }: Editor,
  id: string,
): Promise<EndpointRotated | null> {
  if (findEndpoint(tenant, id) === null) return null;
  const subject = { kind: "endpoint", id };
  const act = { id: `act:${randomId()}`, at, actor, action: "endpoint.secret_rotated", subject };
  await actStatement(drizzle(env.DB), tenant.id, act);
  const rotated = await endpointActor(env, tenant.id, id).rotate();
  if (rotated === null) {
    await withdrawAct(env.DB, tenant.id, act.id);
    return null;
  }
  await tellActs(env, tenant.id);
  return { id, ...rotated };
}

function badUrl(env: Env, url: string): ProblemFields | null {
  const checked = checkEndpointUrl(url, env.LULL_ALLOW_PRIVATE_ENDPOINTS === "1");
  if (checked.ok) return null;
  return {
    status: 400,
    code: "invalid_request",
    detail: `url: ${checked.reason}`,
    field: "url",
  };
}

function endpointView({ createdAt, updatedAt, ...endpoint }: EndpointRecord): EndpointView {
  return {
    ...endpoint,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}
