/** The body that Standard Webhooks recommends, `{ "type", "timestamp", "data" }`, with `ledger` beside. */
import type { WebhookBody } from "../../schema/webhooks.ts";
import { formatInstant } from "../../schema/time.ts";
import type { Channel } from "./channel.ts";
import { signedCall } from "./signed.ts";

export const standard: Channel = {
  build({ type, at, data, ledger }, context) {
    const anchor = ledger === undefined ? {} : { ledger };
    const body: WebhookBody = { type, timestamp: formatInstant(at), ...anchor, data };
    return signedCall(context, "application/json", JSON.stringify(body));
  },
};
