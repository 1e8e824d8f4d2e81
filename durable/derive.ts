/** Keys that follow from the instance's secret, each for one purpose (HKDF, RFC 5869). */

const SEED_BITS = 256;
const utf8 = new TextEncoder();

/** 32 bytes; the same secret and purpose give the same, at any time and anywhere. */
export async function derive(secret: string, purpose: string): Promise<Uint8Array<ArrayBuffer>> {
  if (secret.length < 32) throw new Error("LULL_SECRET must have at least 32 characters");
  const master = await crypto.subtle.importKey("raw", utf8.encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const info = utf8.encode(purpose);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, master, SEED_BITS));
}
