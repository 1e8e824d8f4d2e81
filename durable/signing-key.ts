/**
 * The keys that certificates are signed with: Ed25519, the n-th derived from the instance's secret, so that
 * only public keys are ever stored. WebCrypto only: this file also runs in scripts and tests.
 */
import { base64url, calculateJwkThumbprint, CompactSign } from "jose";
import { CERTIFICATE_TYPE, type PublicKey } from "../schema/certificate.ts";
import { derive } from "./derive.ts";

export interface SigningKey {
  n: number;
  publicKey: PublicKey;
  privateKey: CryptoKey;
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
const ALGORITHM = { name: "Ed25519" };

const utf8 = new TextEncoder();

/** The same secret and number give the same key, at any time and anywhere. */
export async function deriveSigningKey(secret: string, n: number): Promise<SigningKey> {
  const pkcs8 = new Uint8Array([
    ...PKCS8_PREFIX,
    ...(await derive(secret, `lull/signing-key/v1/${n}`)),
  ]);
  const exportable = await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]);
  const jwk = await crypto.subtle.exportKey("jwk", exportable);
  // The types of workerd say that an export may also be bytes; with "jwk" it is not.
  const { x } = jwk as { x?: string };
  if (x === undefined) throw new Error("the platform does not tell an Ed25519 key's public part");
  const kid = await calculateJwkThumbprint({ kty: "OKP", crv: "Ed25519", x });
  return {
    n,
    publicKey: { kty: "OKP", crv: "Ed25519", x, kid, alg: "EdDSA", use: "sig" },
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]),
  };
}

/**
 * Signs the claims; answers the JWS without its payload (RFC 7515, appendix F). EdDSA is deterministic: the
 * same claims and key give the same characters.
 */
export async function signClaims(key: SigningKey, claims: string): Promise<string> {
  const jws = await new CompactSign(utf8.encode(claims))
    .setProtectedHeader({ alg: "EdDSA", kid: key.publicKey.kid, typ: CERTIFICATE_TYPE })
    .sign(key.privateKey);
  const [header = "", , signature = ""] = jws.split(".");
  return `${header}..${signature}`;
}

/** The whole JWS, from its claims and what {@link signClaims} made of them. */
export function certificateOf(claims: string, detached: string): string {
  return detached.replace("..", `.${base64url.encode(claims)}.`);
}
