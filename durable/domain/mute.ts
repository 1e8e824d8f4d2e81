/** When a mute ends, and when that is announced. Pure. */
import { MUTE_WARNING_MS, MUTE_WARNING_PARTS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";

/** The span of a mute: from when, until when. */
interface Span {
  createdAt: EpochMs;
  until: EpochMs;
}

/** When its end is announced: three days before it, or when a fifth of a shorter life is left. */
export function announceAt({ createdAt, until }: Span): EpochMs {
  const part = Math.floor((until - createdAt) / MUTE_WARNING_PARTS);
  return until - Math.min(MUTE_WARNING_MS, part);
}
