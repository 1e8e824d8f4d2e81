/**
 * Who sent a request. Agent keys come in every way that an agent can send them; API tokens and sessions
 * stand for people and scripts. Nothing read here is ever logged.
 */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Doer } from "../../schema/ledger.ts";
import type { Role } from "../../schema/member.ts";
import { MAX_LOGGED_PATH_CHARS } from "../../schema/limits.ts";
import { isLetIn, memberOf } from "../../durable/domain/tenant-members.ts";
import type { KeyRecord, Member } from "../../durable/domain/tenant.ts";
import { log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { problem } from "../problem.ts";
import { loadTenant, type Tenant } from "../tenant.ts";
import { roleRefusal } from "./roles.ts";
import { checkAgentKey, checkApiToken, checkSession, type Identity } from "./tokens.ts";

export const SESSION_COOKIE = "lull_session";

/** A request that has been authenticated. */
export interface Caller {
  tenant: Tenant;
  /** Of the key or token, or the session. */
  id: string;
  /** What stands for it in the ledger. */
  kind: Doer["kind"];
  /** For records of who did what: the member's, the key's or the token's. */
  name: string;
  /** Who is signed in; null: an agent or a script. */
  member: Pick<Member, "id" | "name" | "role"> | null;
  /** What they may do; null: an agent, which may send and nothing else. */
  role: Role | null;
  /** The host that an agent key is bound to. */
  host: string | null;
}

/** The caller of a session. */
export type SignedIn = Caller & { member: NonNullable<Caller["member"]> };

export type App = { Bindings: Env; Variables: { caller: Caller; now: number } };

/** Reads the clock once for the whole request. */
export const clock: MiddlewareHandler<App> = async (c, next) => {
  c.set("now", Date.now());
  await next();
};

/** Lets agents in. 401 says what was wrong, never what was sent. */
export const agentKey: MiddlewareHandler<App> = async (c, next) => {
  const key = agentKeyOf(c);
  if (key === null) {
    return unauthenticated(
      c,
      "Send an agent key: Authorization: Bearer, ApiKey or Basic password, DD-API-KEY or ?key=.",
    );
  }
  const identity = await checkAgentKey(c.env.LULL_SECRET, key);
  if (identity === null) return unauthenticated(c, "That is not a valid agent key.");
  return admit(c, next, identity, "agentKeys", "agent key");
};

/** Lets scripts in by API token, and a signed-in reader to what only reads; each where its role allows it. */
export const apiToken: MiddlewareHandler<App> = async (c, next) => {
  const token = bearer(c);
  if (token === null) {
    const reader = c.req.method === "GET" ? await sessionCaller(c) : null;
    if (reader === null) return unauthenticated(c, "Send an API token: Authorization: Bearer.");
    c.set("caller", reader);
    return allowed(c, next);
  }
  const identity = await checkApiToken(c.env.LULL_SECRET, token);
  if (identity === null) return unauthenticated(c, "That is not a valid API token.");
  return admit(c, () => allowed(c, next), identity, "apiTokens", "API token");
};

async function allowed(c: Context<App>, next: () => Promise<void>): Promise<Response | void> {
  const detail = roleRefusal(c.var.caller.role, c.req.method, c.req.path);
  if (detail === null) return next();
  logRefused(c, c.var.caller);
  return problem(c, { status: 403, code: "role_needed", detail });
}

/** Whoever tries what their role does not allow changes nothing, which the ledger tells nothing of: the log does. */
export function logRefused(c: Context, { tenant, kind, id, member, role }: Caller): void {
  const { method, path } = c.req;
  const actor = member?.id ?? id;
  log("warn", "act.refused", {
    tenant: tenant.id,
    kind,
    actor,
    role,
    method,
    path: path.slice(0, MAX_LOGGED_PATH_CHARS),
  });
}

async function admit(
  c: Context<App>,
  next: () => Promise<Response | void>,
  identity: Identity,
  kind: "agentKeys" | "apiTokens",
  what: string,
): Promise<Response | void> {
  const caller = await callerOf(c, identity, kind, what);
  if (caller === null) return unauthenticated(c, `That ${what} has been revoked.`);
  c.set("caller", caller);
  return next();
}

/** Whom a checked agent key, or a node key made of it, stands for; null once the agent key has been revoked. */
export function agentCaller(c: Context<App>, identity: Identity): Promise<Caller | null> {
  return callerOf(c, identity, "agentKeys", "agent key");
}

async function callerOf(
  c: Context<App>,
  identity: Identity,
  kind: "agentKeys" | "apiTokens",
  what: string,
): Promise<Caller | null> {
  const tenant = await loadTenant(c.env, identity.tenant, c.get("now"));
  const record: KeyRecord | undefined = tenant.config[kind].find((key) => key.id === identity.id);
  if (record !== undefined && record.revokedAt !== null) return null;
  return {
    tenant,
    id: identity.id,
    kind: kind === "agentKeys" ? "agent" : "token",
    name: record?.name ?? `${what} ${identity.id}`,
    member: null,
    role: kind === "agentKeys" ? null : (record?.role ?? "admin"),
    host: record?.host ?? null,
  };
}

/** The session's caller, or null where there is none. */
export async function sessionCaller(c: Context<App>): Promise<SignedIn | null> {
  const cookie = getCookie(c, SESSION_COOKIE);
  if (cookie === undefined) return null;
  const session = await checkSession(c.env.LULL_SECRET, cookie, c.get("now"));
  if (!session.ok) return null;
  const tenant = await loadTenant(c.env, session.tenant, c.get("now"), session.version);
  if (tenant.config.endedSessions.some((ended) => ended.id === session.id)) return null;
  const member = memberOf(tenant.config, session.member);
  if (member === null || !isLetIn(member, session.issuedAt)) return null;
  const { id, name, role } = member;
  const kind = "member";
  return { tenant, id: session.id, kind, name, member: { id, name, role }, role, host: null };
}

/** Who a caller is, for the ledger. */
export function doerOf({ kind, id, name, member }: Caller): Doer {
  return { kind, id: member?.id ?? id, name };
}

function unauthenticated(c: Context, detail: string): Response {
  return problem(c, { status: 401, code: "not_authenticated", detail });
}

function agentKeyOf(c: Context): string | null {
  return (
    bearer(c) ??
    basicPassword(c) ??
    elasticKey(c) ??
    c.req.header("dd-api-key") ??
    c.req.query("key") ??
    null
  );
}

/** What an `Authorization: Bearer` header carries, or null. */
export function bearer(c: Context): string | null {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(c.req.header("authorization") ?? "");
  return match?.[1] ?? null;
}

function basicPassword(c: Context): string | null {
  const match = /^Basic\s+(\S+)\s*$/i.exec(c.req.header("authorization") ?? "");
  if (match?.[1] === undefined) return null;
  try {
    const [user, password] = atob(match[1]).split(/:(.*)/s);
    // An agent that can set only a user name puts the key there.
    return password === undefined || password === "" ? (user ?? null) : password;
  } catch {
    return null;
  }
}

/** Elasticsearch's scheme: Base64 of `id:key`, of which the key counts; or the key as it is. */
function elasticKey(c: Context): string | null {
  const given = /^ApiKey\s+(\S+)\s*$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (given === undefined) return null;
  try {
    const [, key] = atob(given).split(/:(.*)/s);
    return key ?? given;
  } catch {
    // An underscore is not Base64: it is a bare key.
    return given;
  }
}
