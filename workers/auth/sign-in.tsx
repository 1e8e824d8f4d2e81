/** Signing in by a link that works once, and out again. */
import { Hono, type Context } from "hono";
import { setCookie, deleteCookie, getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { EnterPage, SignInPage, type SignInProblem } from "../../dashboard/pages/sign-in.tsx";
import { formOf, page } from "../../dashboard/render.tsx";
import { pageSecurity } from "../../dashboard/security.ts";
import type { TenantId } from "../../schema/ids.ts";
import { SESSION_MS } from "../../schema/limits.ts";
import {
  FIRST_MEMBER,
  linkProblem,
  memberOf,
  type Link,
} from "../../durable/domain/tenant-members.ts";
import { log } from "../../durable/log.ts";
import { changeTenant, enterTenant, loadTenant } from "../tenant.ts";
import { doerOf, SESSION_COOKIE, sessionCaller, type App } from "./authenticate.ts";
import { checkSession, checkSignInToken, mintSession } from "./tokens.ts";

export const signIn = new Hono<App>();
signIn.use("/sign-in", pageSecurity());
signIn.get("/sign-in", ask);
signIn.post("/sign-in", csrf(), enter);
signIn.use("/sign-out", pageSecurity());
signIn.post("/sign-out", csrf(), leave);

type Asked =
  | { ok: true; tenant: TenantId; link: Link; token: string }
  | { ok: false; problem: SignInProblem };

async function linkOf(c: Context<App>, token: string | null): Promise<Asked> {
  if (token === null) return { ok: false, problem: null };
  const checked = await checkSignInToken(c.env.LULL_SECRET, token, c.var.now);
  if (!checked.ok) return { ok: false, problem: checked.reason };
  const { tenant, id, expiresAt, member } = checked;
  return { ok: true, tenant, link: { id, expiresAt, member }, token };
}

/** Shows whom the link lets in. It is used by the button alone: what previews links in a chat opens them too. */
async function ask(c: Context<App>): Promise<Response> {
  const asked = await linkOf(c, c.req.query("token") ?? null);
  if (!asked.ok) return signInPage(c, asked.problem);
  const { tenant, link, token } = asked;
  const { config } = await loadTenant(c.env, tenant, c.var.now);
  const problem = linkProblem(config, link);
  const member = memberOf(config, link.member ?? FIRST_MEMBER);
  if (problem !== null || member === null) return signInPage(c, problem ?? "invalid");
  const { name, role } = member;
  c.header("cache-control", "no-store");
  return page(c, <EnterPage {...{ tenant, token, name, role }} />);
}

async function enter(c: Context<App>): Promise<Response> {
  const token = (await formOf(c)).get("token");
  const asked = await linkOf(c, typeof token === "string" ? token : null);
  if (!asked.ok) return signInPage(c, asked.problem);
  const { now } = c.var;
  const { tenant, link } = asked;
  const entered = await enterTenant(c.env, tenant, now, link);
  if (entered === null) {
    const { config } = await loadTenant(c.env, tenant, now);
    return signInPage(c, linkProblem(config, link) ?? "used");
  }
  const member = link.member ?? FIRST_MEMBER;
  const { version } = entered.config;
  const { id } = link;
  const session = await mintSession(c.env.LULL_SECRET, { tenant, id, member, version, nowMs: now });
  setCookie(c, SESSION_COOKIE, session, cookie(c, SESSION_MS / 1_000));
  log("info", "signed_in", { tenant, member });
  c.header("cache-control", "no-store");
  return c.redirect("/", 303);
}

async function leave(c: Context<App>): Promise<Response> {
  const value = getCookie(c, SESSION_COOKIE);
  const caller = await sessionCaller(c);
  const session =
    value === undefined ? null : await checkSession(c.env.LULL_SECRET, value, c.var.now);
  // A session that has ended otherwise needs no end.
  if (caller !== null && session?.ok === true) {
    await changeTenant(c.env, session.tenant, c.var.now, (tenant) =>
      tenant.endSession(session.id, session.expiresAt, c.var.now, doerOf(caller)),
    );
  }
  deleteCookie(c, SESSION_COOKIE, cookie(c, 0));
  return signInPage(c, "signed_out", 200);
}

/** The page that says how to sign in; 401 where something was asked for that needs it. */
export async function signInPage(
  c: Context,
  problem: SignInProblem,
  status: 200 | 401 = 401,
): Promise<Response> {
  const response = await page(c, <SignInPage problem={problem} />);
  return new Response(response.body, { status, headers: response.headers });
}

function cookie(c: Context, maxAge: number) {
  return {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    // Plain http is how the single node is reached on its own machine.
    secure: new URL(c.req.url).protocol === "https:",
    maxAge,
  } as const;
}
