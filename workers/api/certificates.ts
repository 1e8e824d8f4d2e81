/** Certificates of resolved episodes, and the public keys that anyone can check them with. */
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { drizzle } from "drizzle-orm/d1";
import { decodeProtectedHeader } from "jose";
import {
  certificateFileName,
  type CertificateState,
  certificateViewSchema,
  JOSE_MEDIA_TYPE,
} from "../../schema/certificate.ts";
import { parseFindingId, type TenantId } from "../../schema/ids.ts";
import { selectCertificate, selectCurrentEpisode } from "../../schema/queries-certificates.ts";
import { currentKey, trustedKeys } from "../../durable/signer.ts";
import { certificateOf } from "../../durable/signing-key.ts";
import type { App } from "../auth/authenticate.ts";
import type { Env } from "../env.ts";
import { problem, type ProblemFields } from "../problem.ts";

const EPISODE = /^[1-9]\d{0,8}$/;
/** For caches on the way: a new key is known everywhere after so long. */
const JWKS_MAX_AGE_S = 300;

/** The JWS itself; for who asks for JSON, in parts too. */
export async function certificate(c: Context<App>): Promise<Response> {
  const { tenant } = c.var.caller;
  const { id = "", episode = "" } = c.req.param();
  const found = await findCertificate(c.env, tenant.id, id, episode);
  if (found.state !== "signed") return problem(c, problemOf(found, episode));
  const { jws, claims } = found;
  const supports = [JOSE_MEDIA_TYPE, "application/json"];
  const wanted = accepts(c, { header: "Accept", supports, default: JOSE_MEDIA_TYPE });
  if (wanted === JOSE_MEDIA_TYPE) {
    c.header("content-disposition", `attachment; filename="${certificateFileName(id, episode)}"`);
    return c.body(jws, 200, { "content-type": JOSE_MEDIA_TYPE });
  }
  const payload: unknown = JSON.parse(claims);
  return c.json(certificateViewSchema.parse({ jws, header: decodeProtectedHeader(jws), payload }));
}

/** What there is of it, for the API and the dashboard; `id` and `episode` are as the address has them. */
export async function findCertificate(
  env: Env,
  tenant: TenantId,
  id: string,
  episode: string,
): Promise<CertificateState> {
  const finding = parseFindingId(id);
  if (finding === null || !EPISODE.test(episode)) return absent("There is no such episode.");
  const db = drizzle(env.DB);
  const n = Number(episode);
  const [row] = await selectCertificate(db, tenant, finding, n);
  if (row === undefined) {
    const [current] = await selectCurrentEpisode(db, tenant, finding);
    if (current === undefined) return absent("There is no such finding.");
    if (current.episode === n && current.status === "open") return { state: "open" };
    return absent(`The finding has no episode ${n}.`);
  }
  const { claims, detached } = row;
  if (claims === null) return { state: "uncertified" };
  if (detached === null) return { state: "unsigned", claims };
  const jws = certificateOf(claims, detached);
  return { state: "signed", jws, kid: decodeProtectedHeader(jws).kid ?? "", claims };
}

function absent(detail: string): CertificateState {
  return { state: "absent", detail };
}

function problemOf(
  found: Exclude<CertificateState, { state: "signed" }>,
  episode: string,
): ProblemFields {
  switch (found.state) {
    case "absent":
      return { status: 404, code: "not_found", detail: found.detail };
    case "uncertified":
      return {
        status: 404,
        code: "not_found",
        detail: "The episode ended before there were certificates.",
      };
    case "open":
      return {
        status: 409,
        code: "not_resolved",
        detail: `Episode ${episode} is still open. It is certified when it resolves.`,
      };
    case "unsigned":
      return {
        status: 409,
        code: "certificate_pending",
        detail: "The certificate waits for its signature. Ask again in a minute.",
      };
  }
}

/** All keys that certificates may be checked with, retired ones too; for anyone. */
export async function jwks(c: Context<App>): Promise<Response> {
  const { DB, LULL_SECRET } = c.env;
  // So that the first key can be saved before it has signed anything.
  await currentKey(DB, LULL_SECRET, c.var.now);
  c.header("cache-control", `public, max-age=${JWKS_MAX_AGE_S}`);
  return c.json({ keys: await trustedKeys(DB) });
}
