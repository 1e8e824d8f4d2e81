/** Status and priority of a case: shape and word as well as colour. */
import type { Child } from "hono/jsx";
import type { CasePriority, CaseStatus, CaseSummary } from "../../schema/case.ts";
import { CASE_STATUS_WORDS, CLOSE_WORDS, PRIORITY_WORDS } from "../format/case.ts";

const RING = <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" stroke-width="1.7" />;

/** The ring fills up: empty, half, dashed around a check (a claim), solid around it. */
const SHAPES = {
  open: RING,
  in_progress: (
    <>
      {RING}
      <path d="M7 4.4a2.6 2.6 0 0 1 0 5.2z" fill="currentColor" />
    </>
  ),
  fixed: (
    <>
      <circle
        cx="7"
        cy="7"
        r="5.4"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-dasharray="2.6 2.1"
      />
      <path d="m4.8 7.1 1.6 1.6 2.9-3.2" fill="none" stroke="currentColor" stroke-width="1.6" />
    </>
  ),
  closed: (
    <>
      <circle cx="7" cy="7" r="5.6" fill="currentColor" />
      <path d="m4.5 7.1 1.8 1.8 3.2-3.6" fill="none" stroke="var(--surface)" stroke-width="1.6" />
    </>
  ),
} satisfies Record<CaseStatus, Child>;

type Marked = Pick<CaseSummary, "status" | "closeReason">;

/** "closed: risk accepted" */
function titleOf({ status, closeReason }: Marked): string {
  const why = closeReason === null ? "" : `: ${CLOSE_WORDS[closeReason]}`;
  return `${CASE_STATUS_WORDS[status]}${why}`;
}

/** `word`: show the word; otherwise it is there for screen readers and on hover. */
export function CaseMark(props: { of: Marked; word?: boolean }) {
  const title = titleOf(props.of);
  const verified = props.of.closeReason === "verified" ? " is-verified" : "";
  return (
    <span class={`status case-status is-${props.of.status}${verified}`} title={title}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        {SHAPES[props.of.status]}
      </svg>
      <span class={props.word === true ? "" : "visually-hidden"}>{title}</span>
    </span>
  );
}

/** Four bars, of which as many are full as it is urgent. */
export function PriorityMark(props: { priority: CasePriority }) {
  const { priority } = props;
  const full = 5 - Number(priority.slice(1));
  return (
    <span
      class={`severity is-${PRIORITY_WORDS[priority]}`}
      title={`Priority ${priority}: as for ${PRIORITY_WORDS[priority]} findings`}
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {[1, 2, 3, 4].map((bar) => (
          <path
            d={`M${bar * 3 - 2} 11V${10 - bar * 2.2}`}
            stroke="currentColor"
            stroke-width="2"
            opacity={bar <= full ? 1 : 0.25}
          />
        ))}
      </svg>
      {priority}
    </span>
  );
}
