/** What each rule must see, and the nearest thing that it must not. */
import type { LullEvent } from "../../../schema/event.ts";
import { BOTH_CASES } from "./cases-both.ts";
import { POSTURE_CASES } from "./cases-posture.ts";
import { REACH_CASES } from "./cases-reach.ts";
import { TAMPERING_CASES } from "./cases-tampering.ts";
import { THREAT_CASES } from "./cases-threat.ts";

export interface RuleCases {
  fires: readonly LullEvent[];
  stays: readonly LullEvent[];
}

/** By rule id. An event without a container is one of a host. */
export const CASES: Readonly<Record<string, RuleCases>> = {
  ...POSTURE_CASES,
  ...BOTH_CASES,
  ...THREAT_CASES,
  ...REACH_CASES,
  ...TAMPERING_CASES,
};
