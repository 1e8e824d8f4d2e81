/** A request as Standard Webhooks 1.0.0 signs it, whatever its body is. */
import { signaturesOf } from "../endpoint-secrets.ts";
import type { ChannelContext, Message } from "./channel.ts";

const SECOND_MS = 1_000;

export async function signedCall(
  { id, endpoint, secrets, at }: ChannelContext,
  contentType: string,
  body: string,
): Promise<Message> {
  const timestamp = Math.floor(at / SECOND_MS);
  const signatures = await signaturesOf(secrets, id, timestamp, body);
  return {
    method: "POST",
    url: endpoint.url,
    headers: {
      "content-type": contentType,
      "user-agent": "Lull-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures,
    },
    body,
    hidden: [signatures],
  };
}
