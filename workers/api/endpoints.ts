/** Endpoints as they are made, changed and deleted. Their configuration is their tenant's; their secrets and deliveries, their actor's. */
import { drizzle } from "drizzle-orm/d1";
import {
  FORMATS,
  type EndpointFormat,
  type EndpointSettings,
} from "../../schema/endpoint-formats.ts";
import type { Role } from "../../schema/member.ts";
import { formatInstant } from "../../schema/time.ts";
import type {
  EndpointCreated,
  EndpointDetail,
  EndpointHealth,
  EndpointInput,
  EndpointPatch,
  EndpointRotated,
  EndpointView,
} from "../../schema/webhooks.ts";
import type { EndpointRecord } from "../../durable/domain/endpoint.ts";
import type { EndpointFields } from "../../durable/domain/tenant-endpoints.ts";
import { credentialPurpose } from "../../durable/endpoint-secrets.ts";
import { checkEndpointUrl } from "../../durable/endpoint-url.ts";
import { randomId } from "../../durable/identity.ts";
import { actStatement, tellActs, withdrawAct } from "../../durable/ledger-acts.ts";
import { errorText, log } from "../../durable/log.ts";
import { endpointActor } from "../../durable/publish.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer, type ProblemFields } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { shownUrl } from "./endpoint-shown.ts";
import { problemOfRefusal } from "./refusals.ts";
import type { Editor } from "./rules.ts";

/** In the order in which they were made. `role`: of who asks. */
export function listEndpoints({ config }: Tenant, role: Role | null): EndpointView[] {
  return config.endpoints.map((endpoint) => shown(endpoint, role));
}

/** The same, each with how its deliveries go; null where its actor does not answer. */
export function listWithHealth(
  env: Env,
  tenant: Tenant,
  role: Role | null,
): Promise<(EndpointView & { health: EndpointHealth | null })[]> {
  const all = listEndpoints(tenant, role).map(async (view) => ({
    ...view,
    health: await healthOrNull(env, tenant, view.id),
  }));
  return Promise.all(all);
}

async function healthOrNull(
  env: Env,
  { id: tenant }: Tenant,
  endpoint: string,
): Promise<EndpointHealth | null> {
  try {
    return await endpointActor(env, tenant, endpoint).health();
  } catch (error) {
    log("warn", "endpoint.health_unknown", { tenant, endpoint, error: errorText(error) });
    return null;
  }
}

export function findEndpoint({ config }: Tenant, id: string): EndpointRecord | null {
  return config.endpoints.find((known) => known.id === id) ?? null;
}

/** With how its deliveries go; null where there is none. */
export async function readEndpoint(
  env: Env,
  tenant: Tenant,
  id: string,
  role: Role | null,
): Promise<EndpointDetail | null> {
  const endpoint = findEndpoint(tenant, id);
  if (endpoint === null) return null;
  const health = await endpointActor(env, tenant.id, id).health();
  return health === null ? null : { ...shown(endpoint, role), health };
}

/** Its actor has its secrets before anybody else knows of it; where that is all that is made of it, nobody ever calls. */
export async function createEndpoint(
  editor: Editor,
  { credential, ...input }: EndpointInput,
): Promise<Answer<EndpointCreated>> {
  const { env, tenant, by, doer, now } = editor;
  const { url, format, settings, events = [...FORMATS[format].events] } = input;
  const bad = badUrl(env, url) ?? badSettings(format, settings) ?? unwanted(format, credential);
  if (bad !== null) return refuse(bad);
  const endpoint: EndpointRecord = {
    id: randomId(),
    ...input,
    events,
    settings: shapedSettings(format, settings),
    credentialAt: credential === undefined ? null : now,
    status: "enabled",
    disabledReason: null,
    createdBy: by,
    createdAt: now,
    updatedBy: by,
    updatedAt: now,
  };
  const actor = endpointActor(env, tenant.id, endpoint.id);
  const secret = await actor.begin({ tenant: tenant.id, endpoint: endpoint.id });
  if (credential !== undefined)
    await actor.setCredential({ text: credential, purpose: credentialPurpose(endpoint) });
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.createEndpoint(endpoint, doer, now),
  );
  if (changed.ok) return { ok: true, value: { ...endpointView(endpoint), secret } };
  await actor.remove();
  return refuse(problemOfRefusal(changed.refusal));
}

/** History and ledger know of a new credential before its actor has it: it never changes without anybody's name. */
export async function patchEndpoint(
  editor: Editor,
  id: string,
  patch: EndpointPatch,
): Promise<Answer<EndpointView>> {
  const { env, tenant, doer, now } = editor;
  const before = findEndpoint(tenant, id);
  if (before === null) return refuse(problemOfRefusal({ code: "not_found" }));
  const planned = plannedFields(editor, before, patch);
  if (!planned.ok) return planned;
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.changeEndpoint(id, planned.value, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  const endpoint = findEndpoint(changed.tenant, id);
  if (endpoint === null) return refuse(problemOfRefusal({ code: "not_found" }));
  const actor = endpointActor(env, tenant.id, id);
  const { credential } = patch;
  if (endpoint.credentialAt === null) await actor.setCredential(null);
  else if (typeof credential === "string")
    await actor.setCredential({ text: credential, purpose: credentialPurpose(endpoint) });
  await actor.follow();
  return { ok: true, value: endpointView(endpoint) };
}

function plannedFields(
  { env, now }: Editor,
  before: EndpointRecord,
  { credential, ...patch }: EndpointPatch,
): Answer<EndpointFields> {
  const { url = before.url, format = before.format, status } = patch;
  // Those of another format mean nothing to this one.
  const kept = format === before.format ? before.settings : {};
  const { settings = kept } = patch;
  const bad =
    (patch.url === undefined ? null : badUrl(env, url)) ??
    badSettings(format, settings) ??
    unwanted(format, credential ?? undefined);
  if (bad !== null) return refuse(bad);
  const isSameReceiver = credentialPurpose({ format, url }) === credentialPurpose(before);
  const held = isSameReceiver && credential !== null ? before.credentialAt : null;
  // Of the patch's type, but that nothing in it is undefined.
  const given = Object.fromEntries(
    Object.entries(patch).filter(([, value]) => value !== undefined),
  ) as EndpointFields;
  const value: EndpointFields = {
    ...given,
    settings: shapedSettings(format, settings),
    credentialAt: typeof credential === "string" ? now : held,
    ...(status === undefined ? {} : { disabledReason: status === "enabled" ? null : "by_hand" }),
  };
  return { ok: true, value };
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
  return checked.ok ? null : invalidField("url", `url: ${checked.reason}`);
}

function invalidField(field: string, detail: string): ProblemFields {
  return { status: 400, code: "invalid_request", detail, field };
}

function badSettings(format: EndpointFormat, settings: EndpointSettings): ProblemFields | null {
  const parsed = FORMATS[format].settings.safeParse(settings);
  const issue = parsed.error?.issues[0];
  if (issue === undefined) return null;
  const place = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : issue.path;
  const field = ["settings", ...place].join(".");
  return invalidField(field, `${field}: ${issue.message}`);
}

/** With what its schema makes of them; they have been looked at. */
function shapedSettings(format: EndpointFormat, settings: EndpointSettings): EndpointSettings {
  return FORMATS[format].settings.parse(settings);
}

function unwanted(format: EndpointFormat, credential: string | undefined): ProblemFields | null {
  if (credential === undefined || FORMATS[format].credential) return null;
  return invalidField("credential", `credential: the format ${format} needs none`);
}

function shown(endpoint: EndpointRecord, role: Role | null): EndpointView {
  return { ...endpointView(endpoint), url: shownUrl(endpoint.url, role) };
}

function endpointView(endpoint: EndpointRecord): EndpointView {
  const { createdAt, updatedAt, credentialAt, ...rest } = endpoint;
  const state = credentialAt === null ? "missing" : "set";
  return {
    ...rest,
    credential: FORMATS[endpoint.format].credential ? state : null,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}
