/**
 * Self-authenticating credentials: agent keys, node keys and API tokens carry an HMAC over what they say, so that
 * checking one needs no look-up; sign-in links and sessions are JWTs. All are derived from one secret,
 * each purpose with a key of its own. WebCrypto only: this file also runs in the scripts that mint them.
 */
import { SignJWT, jwtVerify } from "jose";
import { INVITE_MS, OPERATOR_TOKEN_MS, SESSION_MS, SIGN_IN_LINK_MS } from "../../schema/limits.ts";
import { parseTenantId, type TenantId } from "../../schema/ids.ts";

/** What a credential says once its HMAC has been checked. */
export interface Identity {
  tenant: TenantId;
  /** Of the key or token, for revocation and for the record. */
  id: string;
}

type Purpose = "agent-key" | "api-token" | "node-key" | "sign-in" | "session" | "operator";

const PREFIX = { "agent-key": "lull", "api-token": "lullapi" } as const;
const ID = /^[a-z0-9]{1,32}$/;
/** 160 bits: beyond guessing, and short enough for a URL. */
const MAC_HEX = 40;

const utf8 = new TextEncoder();
const keys = new Map<string, Promise<CryptoKey>>();

/** The HMAC key of one purpose; importing costs more than signing, so keys are kept. */
function keyFor(secret: string, purpose: Purpose): Promise<CryptoKey> {
  if (secret.length < 32) throw new Error("LULL_SECRET must have at least 32 characters");
  const name = `${purpose}\0${secret}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = derive(secret, purpose);
    keys.set(name, key);
  }
  return key;
}

async function derive(secret: string, purpose: Purpose): Promise<CryptoKey> {
  const master = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, [
    "deriveKey",
  ]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: utf8.encode(`lull/${purpose}/v1`),
    },
    master,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    true,
    ["sign", "verify"],
  );
}

function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

async function mac(secret: string, purpose: Purpose, claim: string): Promise<string> {
  const signature = await crypto.subtle.sign(
    "HMAC",
    await keyFor(secret, purpose),
    utf8.encode(claim),
  );
  return toHex(new Uint8Array(signature)).slice(0, MAC_HEX);
}

async function mint(
  secret: string,
  purpose: "agent-key" | "api-token",
  tenant: string,
  id: string,
): Promise<string> {
  if (parseTenantId(tenant) === null || !ID.test(id)) throw new Error("not a tenant and key id");
  return `${PREFIX[purpose]}_${tenant}_${id}_${await mac(secret, purpose, `${tenant}_${id}`)}`;
}

/** `lull_<tenant>_<keyId>_<mac>` */
export function mintAgentKey(
  secret: string,
  key: { tenant: string; keyId: string },
): Promise<string> {
  return mint(secret, "agent-key", key.tenant, key.keyId);
}

/** `lullapi_<tenant>_<tokenId>_<mac>` */
export function mintApiToken(
  secret: string,
  token: { tenant: string; tokenId: string },
): Promise<string> {
  return mint(secret, "api-token", token.tenant, token.tokenId);
}

/** Compares without telling by its duration where two strings differ; both have a fixed length. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

async function check(
  secret: string,
  purpose: "agent-key" | "api-token",
  credential: string,
): Promise<Identity | null> {
  const [prefix, tenantText, id, given, ...rest] = credential.split("_");
  if (prefix !== PREFIX[purpose] || rest.length > 0) return null;
  if (tenantText === undefined || id === undefined || given === undefined || !ID.test(id))
    return null;
  const tenant = parseTenantId(tenantText);
  if (tenant === null) return null;
  return sameText(given, await mac(secret, purpose, `${tenant}_${id}`)) ? { tenant, id } : null;
}

/** Whom an agent key stands for; null if it is not one of ours. Revocation is the caller's to check. */
export function checkAgentKey(secret: string, key: string): Promise<Identity | null> {
  return check(secret, "agent-key", key);
}

/** Whom an API token stands for; null if it is not one of ours. Revocation is the caller's to check. */
export function checkApiToken(secret: string, token: string): Promise<Identity | null> {
  return check(secret, "api-token", token);
}

const NODE_KEY = /^lulln_([a-z0-9-]+)_([a-z0-9]{1,32})_([A-Za-z0-9_-]+)_([0-9a-f]{40})$/;

/** What a node key says: which agent key let the node in, and the host that it speaks for. */
export interface NodeIdentity extends Identity {
  host: string;
}

/** `lulln_<tenant>_<keyId>_<host in Base64url>_<mac>`: of one host, for as long as its agent key is good. */
export async function mintNodeKey(
  secret: string,
  node: { tenant: string; keyId: string; host: string },
): Promise<string> {
  const claim = `${node.tenant}_${node.keyId}_${toBase64Url(node.host)}`;
  return `lulln_${claim}_${await mac(secret, "node-key", claim)}`;
}

/** Whom a node key stands for; null if it is not one of ours. Revocation of its agent key is the caller's to check. */
export async function checkNodeKey(secret: string, key: string): Promise<NodeIdentity | null> {
  const [, tenantText = "", id = "", packed = "", given = ""] = NODE_KEY.exec(key) ?? [];
  const tenant = parseTenantId(tenantText);
  if (tenant === null) return null;
  if (!sameText(given, await mac(secret, "node-key", `${tenant}_${id}_${packed}`))) return null;
  return { tenant, id, host: fromBase64Url(packed) };
}

function toBase64Url(text: string): string {
  const bytes = String.fromCharCode(...utf8.encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Of what {@link toBase64Url} has made: the MAC has been checked. */
function fromBase64Url(packed: string): string {
  const bytes = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

interface Claims {
  tenant: string;
  nowMs: number;
  lifeMs: number;
  /** Absent: a new one. */
  id?: string;
  /** Whom it lets in, or stands for. */
  member?: string;
  /** Of the configuration by which the session began: one that is older may not know its member yet. */
  version?: number;
}

async function mintJwt(
  secret: string,
  purpose: "sign-in" | "session" | "operator",
  { tenant, nowMs, lifeMs, id, member, version }: Claims,
): Promise<string> {
  return new SignJWT({
    ...(member !== undefined && { member }),
    ...(version !== undefined && { version }),
  })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(tenant)
    .setAudience(purpose)
    .setJti(id ?? crypto.randomUUID())
    .setIssuedAt(Math.floor(nowMs / 1_000))
    .setExpirationTime(Math.floor((nowMs + lifeMs) / 1_000))
    .sign(await keyFor(secret, purpose));
}

/** The token of the operator's sign-in link: one use, {@link SIGN_IN_LINK_MS}. */
export function mintSignInToken(
  secret: string,
  link: { tenant: string; nowMs: number },
): Promise<string> {
  return mintJwt(secret, "sign-in", { ...link, lifeMs: SIGN_IN_LINK_MS });
}

/** The token of a link that invites a member: one use, {@link INVITE_MS}. */
export function mintInviteToken(
  secret: string,
  invite: { tenant: string; member: string; id: string; nowMs: number },
): Promise<string> {
  return mintJwt(secret, "sign-in", { ...invite, lifeMs: INVITE_MS });
}

/** The value of a session cookie; its id is that of the link by which it began. */
export function mintSession(
  secret: string,
  session: { tenant: string; id: string; member: string; version: number; nowMs: number },
): Promise<string> {
  return mintJwt(secret, "session", { ...session, lifeMs: SESSION_MS });
}

/** What is wrong with a link or a session itself. */
type Bad = { ok: false; reason: "expired" | "invalid" };

type JwtCheck =
  | {
      ok: true;
      tenant: TenantId;
      id: string;
      issuedAt: number;
      expiresAt: number;
      member: string | null;
      version: number;
    }
  | Bad;

async function checkJwt(
  secret: string,
  purpose: "sign-in" | "session" | "operator",
  token: string,
  nowMs: number,
): Promise<JwtCheck> {
  try {
    const { payload } = await jwtVerify(token, await keyFor(secret, purpose), {
      algorithms: ["HS256"],
      audience: purpose,
      currentDate: new Date(nowMs),
      requiredClaims: ["exp", "jti", "sub"],
    });
    const tenant = parseTenantId(payload.sub ?? "");
    if (tenant === null || payload.jti === undefined) return { ok: false, reason: "invalid" };
    const { jti: id, iat = 0, exp = 0, member, version } = payload;
    return {
      ok: true,
      tenant,
      id,
      issuedAt: iat * 1_000,
      expiresAt: exp * 1_000,
      member: typeof member === "string" ? member : null,
      version: typeof version === "number" ? version : 0,
    };
  } catch (error) {
    const expired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
    return { ok: false, reason: expired ? "expired" : "invalid" };
  }
}

/** Checks a sign-in link's token, whose member is null where it is the operator's; that it is used once is the TenantActor's to keep. */
export function checkSignInToken(secret: string, token: string, nowMs: number): Promise<JwtCheck> {
  return checkJwt(secret, "sign-in", token, nowMs);
}

export type SessionCheck = (Extract<JwtCheck, { ok: true }> & { member: string }) | Bad;

/** Checks a session's value; whether its member is still let in is the caller's to check. */
export async function checkSession(
  secret: string,
  token: string,
  nowMs: number,
): Promise<SessionCheck> {
  const session = await checkJwt(secret, "session", token, nowMs);
  if (!session.ok) return session;
  const { member } = session;
  return member === null ? { ok: false, reason: "invalid" } : { ...session, member };
}

/** The subject of an operator's token: an instance has one, whoever that is. */
const OPERATOR = "operator";

/** For one call of who has the secret; see workers/operator.ts. */
export function mintOperatorToken(secret: string, nowMs: number): Promise<string> {
  return mintJwt(secret, "operator", { tenant: OPERATOR, nowMs, lifeMs: OPERATOR_TOKEN_MS });
}

export async function isOperatorToken(
  secret: string,
  token: string,
  nowMs: number,
): Promise<boolean> {
  return (await checkJwt(secret, "operator", token, nowMs)).ok;
}
