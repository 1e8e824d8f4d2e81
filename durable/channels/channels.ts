/** Which channel writes which format. */
import type { EndpointFormat } from "../../schema/endpoint-formats.ts";
import type { Channel } from "./channel.ts";
import { cloudevents } from "./cloudevents.ts";
import { ocsf } from "./ocsf.ts";
import { standard } from "./standard.ts";

export const CHANNELS: Readonly<Record<EndpointFormat, Channel>> = { standard, cloudevents, ocsf };
