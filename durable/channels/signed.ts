/** A request as Standard Webhooks 1.0.0 signs it, whatever its body is. */
import { signaturesOf } from "../endpoint-secrets.ts";
import type { Call, ChannelContext } from "./channel.ts";

/** The header that never stands in the log. */
export const SIGNATURE_HEADER = "webhook-signature";

const SECOND_MS = 1_000;

export async function signedCall(
  { id, endpoint, secrets, at }: ChannelContext,
  contentType: string,
  body: string,
): Promise<Call> {
  const timestamp = Math.floor(at / SECOND_MS);
  return {
    url: endpoint.url,
    headers: {
      "content-type": contentType,
      "user-agent": "Lull-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      [SIGNATURE_HEADER]: await signaturesOf(secrets, id, timestamp, body),
    },
    body,
  };
}
