/**
 * CloudEvents 1.0 in structured mode, one event a request. `id` is what the header says too; `ledger` and `payloadversion` are
 * extensions, which must be strings.
 */
import { formatInstant } from "../../schema/time.ts";
import { PAYLOAD_VERSION } from "../../schema/webhooks.ts";
import type { Channel } from "./channel.ts";
import { signedCall } from "./signed.ts";

export const cloudevents: Channel = {
  build({ type, at, key, data, ledger }, context) {
    const event = {
      specversion: "1.0",
      id: context.id,
      source: `urn:lull:${context.tenant}`,
      type: `lull.${type}`,
      subject: key,
      time: formatInstant(at),
      datacontenttype: "application/json",
      payloadversion: String(PAYLOAD_VERSION),
      ...(ledger === undefined ? {} : { ledger: `${ledger.seq}:${ledger.hash}` }),
      data,
    };
    return signedCall(context, "application/cloudevents+json", JSON.stringify(event));
  },
};
