/** Whether what comes in the name of a tracker is signed as that tracker signs. Who cannot sign is told nothing. */
import { isTracker, type EndpointFormat } from "../schema/endpoint-formats.ts";
import type { HookSignature } from "./channels/tracker.ts";
import { TRACKERS } from "./channels/trackers.ts";
import { signaturesOf } from "./endpoint-secrets.ts";

/** As it came. */
export interface Hook {
  headers: Record<string, string>;
  body: string;
}

const utf8 = new TextEncoder();

/** By the way of its tracker, with one of the endpoint's secrets as it is shown: `whsec_…`. */
export async function isSigned(
  { headers, body }: Hook,
  format: EndpointFormat,
  secrets: readonly string[],
): Promise<boolean> {
  if (!isTracker(format)) return false;
  for (const signature of TRACKERS[format].signatures) {
    const expected = await Promise.all(
      secrets.map((secret) => signedBy(signature, headers, body, secret)),
    );
    // A sender that changes its secret may sign with both.
    const given = headers[signature.header] ?? "";
    const all = signature.scheme === "standard" ? given.split(" ", MAX_SIGNATURES) : [given];
    const same = all.flatMap((one) => expected.map((other) => isSame(one, other)));
    if ((await Promise.all(same)).includes(true)) return true;
  }
  return false;
}

/** Of one header: more are not looked at. */
const MAX_SIGNATURES = 4;

/** What stands in the header of who knows the secret. */
async function signedBy(
  signature: HookSignature,
  headers: Hook["headers"],
  body: string,
  secret: string,
): Promise<string> {
  switch (signature.scheme) {
    case "token":
      return secret;
    case "hmac":
      return signature.prefix + (await hmacOf(secret, body, signature.as));
    case "standard": {
      const timestamp = Number(headers["webhook-timestamp"] ?? "");
      return signaturesOf([secret], headers["webhook-id"] ?? "", timestamp, body);
    }
  }
}

async function hmacOf(secret: string, body: string, as: "hex" | "base64"): Promise<string> {
  const key = await hmacKey(new Uint8Array(utf8.encode(secret)));
  const mac = await crypto.subtle.sign("HMAC", key, utf8.encode(body));
  return as === "hex" ? hex(mac) : btoa(String.fromCharCode(...new Uint8Array(mac)));
}
/** In a time that says nothing of where they differ: their MACs under a random key are compared. */
async function isSame(a: string, b: string): Promise<boolean> {
  const key = await hmacKey(crypto.getRandomValues(new Uint8Array(32)));
  const [ofA, ofB] = await Promise.all(
    [a, b].map(async (text) => hex(await crypto.subtle.sign("HMAC", key, utf8.encode(text)))),
  );
  return ofA === ofB;
}

function hmacKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
