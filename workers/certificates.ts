/** Once a minute: signs the certificates that had to wait, and those whose key is distrusted anew. */
import { DISTRUST_SWEEP_MS, SWEEP_CERTIFICATES } from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import { signWaiting, voidDistrusted } from "../durable/certify.ts";
import { errorText, log } from "../durable/log.ts";
import { signerOf } from "../durable/signer.ts";
import type { Env } from "./env.ts";

/** Never throws: what stays unsigned is found again by the next sweep. */
export async function signCertificates(env: Env, now: EpochMs): Promise<void> {
  try {
    await voidDistrusted(env.DB, now - DISTRUST_SWEEP_MS);
    const signer = signerOf(env.DB, env.LULL_SECRET);
    const signed = await signWaiting(env.DB, signer, SWEEP_CERTIFICATES);
    if (signed > 0) log("info", "certificates.signed", { signed });
  } catch (error) {
    log("error", "certificates.not_signed", { error: errorText(error) });
  }
}
