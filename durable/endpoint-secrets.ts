/**
 * The secrets that deliveries are signed with: random, shown once, and kept encrypted under a key that follows from
 * the instance's secret; and in the same way the receiver's credential, which is never shown. And the signature itself
 * (Standard Webhooks 1.0.0, symmetric).
 */
import { derive } from "./derive.ts";

const PREFIX = "whsec_";
/** Of 24 to 64 that the specification allows. */
const SECRET_BYTES = 32;
const IV_BYTES = 12;

const utf8 = new TextEncoder();

/** `whsec_` and the Base64 of 32 random bytes. */
export function newSecret(): string {
  return PREFIX + base64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/** Whose secret it is: one that is moved to another endpoint cannot be opened there. */
export interface SecretOwner {
  tenant: string;
  endpoint: string;
}

/**
 * What a credential is for: one that was given for a receiver is sent to no other, whatever becomes of the endpoint's
 * address.
 */
export function credentialPurpose({ format, url }: { format: string; url: string }): string {
  return `${format} ${new URL(url).origin}`;
}

/** Encrypts it (AES-256-GCM); each time another text. */
export async function seal(master: string, owner: SecretOwner, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await sealingKey(master, owner);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8.encode(secret));
  return `${base64(iv)}.${base64(new Uint8Array(sealed))}`;
}

/** Null where it cannot be read: it was sealed under another secret of the instance, or is damaged. */
export async function unseal(
  master: string,
  owner: SecretOwner,
  sealed: string,
): Promise<string | null> {
  const [iv = "", box = ""] = sealed.split(".");
  const key = await sealingKey(master, owner);
  try {
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, key, bytes(box));
    return new TextDecoder().decode(opened);
  } catch {
    return null;
  }
}

async function sealingKey(master: string, { tenant, endpoint }: SecretOwner): Promise<CryptoKey> {
  const raw = await derive(master, `lull/endpoint-secret/v1/${tenant}/${endpoint}`);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** `v1,<Base64>` for each secret, separated by spaces. `timestamp` in seconds. */
export async function signaturesOf(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const signed = utf8.encode(`${id}.${timestamp}.${body}`);
  const signatures = secrets.map(async (secret) => {
    const raw = bytes(secret.slice(PREFIX.length));
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", raw, hmac, false, ["sign"]);
    return `v1,${base64(new Uint8Array(await crypto.subtle.sign("HMAC", key, signed)))}`;
  });
  return (await Promise.all(signatures)).join(" ");
}

function base64(value: Uint8Array): string {
  return btoa(String.fromCharCode(...value));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
