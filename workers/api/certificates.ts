/** Certificates of resolved episodes, and the public keys that anyone can check them with. */
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { drizzle } from "drizzle-orm/d1";
import { decodeProtectedHeader } from "jose";
import { certificateViewSchema, JOSE_MEDIA_TYPE } from "../../schema/certificate.ts";
import { parseFindingId, type TenantId } from "../../schema/ids.ts";
import { selectCertificate, selectCurrentEpisode } from "../../schema/queries-certificates.ts";
import { currentKey, trustedKeys } from "../../durable/signer.ts";
import { certificateOf } from "../../durable/signing-key.ts";
import type { App } from "../auth/authenticate.ts";
import type { Env } from "../env.ts";
import { problem, refuse, type Answer } from "../problem.ts";

const EPISODE = /^[1-9]\d{0,8}$/;
/** For caches on the way: a new key is known everywhere after so long. */
const JWKS_MAX_AGE_S = 300;

/** The JWS itself; for who asks for JSON, in parts too. */
export async function certificate(c: Context<App>): Promise<Response> {
  const { tenant } = c.var.caller;
  const { id = "", episode = "" } = c.req.param();
  const found = await certificateIn(c.env, tenant.id, id, episode);
  if (!found.ok) return problem(c, found.problem);
  const { claims, detached } = found.value;
  const jws = certificateOf(claims, detached);
  const supports = [JOSE_MEDIA_TYPE, "application/json"];
  const wanted = accepts(c, { header: "Accept", supports, default: JOSE_MEDIA_TYPE });
  if (wanted === JOSE_MEDIA_TYPE) return c.body(jws, 200, { "content-type": JOSE_MEDIA_TYPE });
  const payload: unknown = JSON.parse(claims);
  return c.json(certificateViewSchema.parse({ jws, header: decodeProtectedHeader(jws), payload }));
}

async function certificateIn(
  env: Env,
  tenant: TenantId,
  id: string,
  episode: string,
): Promise<Answer<{ claims: string; detached: string }>> {
  const finding = parseFindingId(id);
  if (finding === null || !EPISODE.test(episode)) return none("There is no such episode.");
  const db = drizzle(env.DB);
  const n = Number(episode);
  const [row] = await selectCertificate(db, tenant, finding, n);
  if (row === undefined) {
    const [current] = await selectCurrentEpisode(db, tenant, finding);
    if (current === undefined) return none("There is no such finding.");
    if (current.episode === n && current.status === "open") return stillOpen(n);
    return none(`The finding has no episode ${n}.`);
  }
  const { claims, detached } = row;
  if (claims === null) return none("The episode ended before there were certificates.");
  return detached === null ? pending() : { ok: true, value: { claims, detached } };
}

function none(detail: string) {
  return refuse({ status: 404, code: "not_found", detail });
}

function stillOpen(n: number) {
  const detail = `Episode ${n} is still open. It is certified when it resolves.`;
  return refuse({ status: 409, code: "not_resolved", detail });
}

function pending() {
  const detail = "The certificate waits for its signature. Ask again in a minute.";
  return refuse({ status: 409, code: "certificate_pending", detail });
}

/** All keys that certificates may be checked with, retired ones too; for anyone. */
export async function jwks(c: Context<App>): Promise<Response> {
  const { DB, LULL_SECRET } = c.env;
  // So that the first key can be saved before it has signed anything.
  await currentKey(DB, LULL_SECRET, c.var.now);
  c.header("cache-control", `public, max-age=${JWKS_MAX_AGE_S}`);
  return c.json({ keys: await trustedKeys(DB) });
}
