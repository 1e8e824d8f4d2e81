/** Which channel writes which format. */
import type { Happening } from "../../schema/happening.ts";
import {
  isTracker,
  type EndpointFormat,
  type TrackerFormat,
} from "../../schema/endpoint-formats.ts";
import type { Channel } from "./channel.ts";
import { cloudevents } from "./cloudevents.ts";
import { ocsf } from "./ocsf.ts";
import { pagerduty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { standard } from "./standard.ts";
import { teams } from "./teams.ts";

type ChannelFormat = Exclude<EndpointFormat, TrackerFormat>;

export const CHANNELS: Readonly<Record<ChannelFormat, Channel>> = {
  standard,
  cloudevents,
  ocsf,
  slack,
  teams,
  pagerduty,
};

/** A tracker's requests are others, see trackers.ts; what they are made of is shown as the standard body. */
export function channelOf(format: EndpointFormat): Channel {
  return isTracker(format) ? OF_TICKETS : CHANNELS[format];
}

/** A tracker has tickets of cases, and of nothing else. */
const OF_TICKETS: Channel = {
  ...standard,
  tells: ({ type }: Pick<Happening, "type">) => type.startsWith("case."),
};
