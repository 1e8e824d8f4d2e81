/** Signing in by a link that works once, and out again. */
import { Hono, type Context } from "hono";
import { setCookie, deleteCookie, getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { SignInPage, type SignInProblem } from "../../dashboard/pages/sign-in.tsx";
import { page } from "../../dashboard/render.tsx";
import { pageSecurity } from "../../dashboard/security.ts";
import { SESSION_MS } from "../../schema/limits.ts";
import type { Doer } from "../../schema/ledger.ts";
import { log } from "../../durable/log.ts";
import { changeTenant, client } from "../tenant.ts";
import { SESSION_COOKIE, SIGNED_IN, type App } from "./authenticate.ts";
import { checkSession, checkSignInToken, mintSession } from "./tokens.ts";

export const signIn = new Hono<App>();
signIn.use("/sign-in", pageSecurity());
signIn.get("/sign-in", enter);
signIn.use("/sign-out", pageSecurity());
signIn.post("/sign-out", csrf(), leave);

async function enter(c: Context<App>): Promise<Response> {
  const token = c.req.query("token");
  if (token === undefined) return signInPage(c, null);
  const { now } = c.var;
  const link = await checkSignInToken(c.env.LULL_SECRET, token, now);
  if (!link.ok) return signInPage(c, link.reason);
  const first = await client(c.env, link.tenant).useLink(
    link.id,
    link.expiresAt,
    now,
    signedIn(link.id),
  );
  if (!first) return signInPage(c, "used");
  const session = await mintSession(c.env.LULL_SECRET, { tenant: link.tenant, nowMs: now });
  setCookie(c, SESSION_COOKIE, session, cookie(c, SESSION_MS / 1_000));
  log("info", "signed_in", { tenant: link.tenant });
  c.header("cache-control", "no-store");
  return c.redirect("/", 303);
}

async function leave(c: Context<App>): Promise<Response> {
  const value = getCookie(c, SESSION_COOKIE);
  const session =
    value === undefined ? null : await checkSession(c.env.LULL_SECRET, value, c.var.now);
  if (session?.ok === true) {
    await changeTenant(c.env, session.tenant, c.var.now, (tenant) =>
      tenant.endSession(session.id, session.expiresAt, c.var.now, signedIn(session.id)),
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

/** Nobody knows who holds a link. */
function signedIn(id: string): Doer {
  return { kind: "member", id, name: SIGNED_IN };
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
