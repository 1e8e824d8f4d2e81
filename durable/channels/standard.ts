/** The body that Standard Webhooks recommends, `{ "type", "timestamp", "data" }`, with `version` and `ledger` beside. */
import { PAYLOAD_VERSION, type WebhookBody } from "../../schema/webhooks.ts";
import { formatInstant } from "../../schema/time.ts";
import type { Channel } from "./channel.ts";
import { signedCall } from "./signed.ts";

export const standard: Channel = {
  build({ type, at, data, ledger }, context) {
    const anchor = ledger === undefined ? {} : { ledger };
    const body: WebhookBody = {
      type,
      version: PAYLOAD_VERSION,
      timestamp: formatInstant(at),
      ...anchor,
      data,
    };
    return signedCall(context, "application/json", JSON.stringify(body));
  },
};
