/**
 * A finding in 120 px: left, the span in which it was seen; right, its quiet period filling up.
 * The two halves have their own scales, so that progress compares between rows.
 */
import type { FindingSummary } from "../../schema/finding.ts";
import { quietShare, shownStatus } from "../format/headline.ts";
import { percent } from "../format/number.ts";
import { epoch } from "../format/time.ts";

const SEEN_FROM = 2;
const SEEN_TO = 44;
const QUIET_FROM = 52;
const QUIET_WIDTH = 66;

function words(finding: FindingSummary, share: number | null): string {
  if (finding.status === "resolved") return `Quiet for its quiet period of ${finding.quietPeriod}`;
  if (share === null) return "The quiet clock has stopped: no agent is watching";
  return `${percent(share)} of the quiet period of ${finding.quietPeriod} has passed`;
}

/** The picture, with its words as title. */
export function QuietBar(props: { finding: FindingSummary; now: number }) {
  const { finding, now } = props;
  const share = quietShare(finding, now);
  const once = epoch(finding.lastSeenAt) - epoch(finding.firstSeenAt) < 1_000;
  const title = words(finding, share);
  return (
    <svg
      class={`quiet-bar is-${shownStatus(finding)}${finding.verification.heartbeats ? "" : " is-weak"}`}
      width="120"
      height="16"
      viewBox="0 0 120 16"
      role="img"
      aria-label={title}
    >
      <title>{title}</title>
      {once ? (
        <line class="seen" x1={SEEN_TO} y1="3" x2={SEEN_TO} y2="13" />
      ) : (
        <>
          <line class="seen-span" x1={SEEN_FROM} y1="8" x2={SEEN_TO} y2="8" />
          <line class="seen" x1={SEEN_FROM} y1="4" x2={SEEN_FROM} y2="12" />
          <line class="seen" x1={SEEN_TO} y1="3" x2={SEEN_TO} y2="13" />
        </>
      )}
      <rect class="track" x={QUIET_FROM} y="5.5" width={QUIET_WIDTH} height="5" rx="2.5" />
      {share !== null && share > 0 && (
        <rect
          class="fill"
          x={QUIET_FROM}
          y="5.5"
          width={Math.max(3, Math.round(share * QUIET_WIDTH))}
          height="5"
          rx="2.5"
        />
      )}
    </svg>
  );
}
