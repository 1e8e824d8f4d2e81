/**
 * What the operator of an instance may do, by a token that only who has the secret can make: keys of
 * certificates are the instance's, not a tenant's.
 */
import { Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { MAX_DISTRUSTED_KEYS } from "../schema/limits.ts";
import { formatInstant, type EpochMs } from "../schema/time.ts";
import { voidDistrusted } from "../durable/certify.ts";
import { log } from "../durable/log.ts";
import { distrust, listKeys, rotate } from "../durable/signer.ts";
import { readInput } from "./api/request.ts";
import { bearer, type App } from "./auth/authenticate.ts";
import { isOperatorToken } from "./auth/tokens.ts";
import type { Env } from "./env.ts";
import { problem } from "./problem.ts";

const operatorToken: MiddlewareHandler<App> = async (c, next) => {
  const token = bearer(c);
  if (token === null || !(await isOperatorToken(c.env.LULL_SECRET, token, c.var.now))) {
    const detail = "Send an operator token: `npm run rotate-signing-key` makes one.";
    return problem(c, { status: 401, code: "not_authenticated", detail });
  }
  return next();
};

export const operator = new Hono<App>();
operator.use(operatorToken);

const rotationSchema = z.strictObject({
  compromised: z.array(z.string()).max(MAX_DISTRUSTED_KEYS).default([]),
});

operator.get("/signing-keys", async (c) => c.json({ items: await keyViews(c.env) }));

/** Begins a new key. Keys that are named as compromised are not listed any more; what they signed is signed anew. */
operator.post("/signing-keys", async (c) => {
  const body = await readInput(c, rotationSchema);
  if (!body.ok) return body.response;
  const { compromised } = body.value;
  const known = new Set((await listKeys(c.env.DB)).map(({ kid }) => kid));
  const unknown = compromised.find((kid) => !known.has(kid));
  if (unknown !== undefined) {
    const detail = `compromised: there is no key ${unknown}`;
    return problem(c, { status: 400, code: "invalid_request", detail, field: "compromised" });
  }
  await rotateKeys(c.env, compromised, c.var.now);
  return c.json({ items: await keyViews(c.env) }, 201);
});

async function rotateKeys(env: Env, compromised: readonly string[], now: EpochMs): Promise<void> {
  const key = await rotate(env.DB, env.LULL_SECRET, now);
  await distrust(env.DB, compromised, now);
  await voidDistrusted(env.DB, now - 1);
  log("info", "signing_key.rotated", {
    n: key.n,
    kid: key.publicKey.kid,
    compromised: compromised.length,
  });
}

async function keyViews(env: Env) {
  const keys = await listKeys(env.DB);
  return keys.map(({ n, kid, createdAt, retiredAt, compromisedAt }) => ({
    n,
    kid,
    createdAt: formatInstant(createdAt),
    retiredAt: retiredAt === null ? null : formatInstant(retiredAt),
    compromisedAt: compromisedAt === null ? null : formatInstant(compromisedAt),
  }));
}
