/** Severity and status: always shape and word as well as colour. */
import type { Child } from "hono/jsx";
import type { FindingSummary } from "../../schema/finding.ts";
import type { Severity } from "../../schema/rule.ts";
import { shownStatus } from "../format/headline.ts";

/** From worst to least the shape loses weight: octagon, triangle, diamond, bar, ring. */
const SEVERITY_SHAPES = {
  critical: <path d="M4.1 1h3.8L11 4.1v3.8L7.9 11H4.1L1 7.9V4.1z" fill="currentColor" />,
  high: <path d="M6 1.2 11.2 10.6H.8z" fill="currentColor" />,
  medium: <path d="M6 1 11 6 6 11 1 6z" fill="currentColor" />,
  low: <path d="M1.5 4.5h9v3h-9z" fill="currentColor" />,
  info: <circle cx="6" cy="6" r="3.6" fill="none" stroke="currentColor" stroke-width="1.6" />,
} satisfies Record<Severity, Child>;

/** Shape and word in the colour of the severity. */
export function SeverityMark(props: { severity: Severity }) {
  return (
    <span class={`severity is-${props.severity}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {SEVERITY_SHAPES[props.severity]}
      </svg>
      {props.severity}
    </span>
  );
}

const STATUS_SHAPES = {
  open: <circle cx="7" cy="7" r="4" fill="currentColor" />,
  unverified: (
    <circle
      cx="7"
      cy="7"
      r="4.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-dasharray="2.6 2.2"
    />
  ),
  muted: (
    <path
      d="M7 2.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2ZM3.8 10.2l6.4-6.4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
    />
  ),
  regressed: (
    <path
      d="M10.9 8.6A4.2 4.2 0 1 1 10 4.2M10.4 1.8v2.8H7.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ),
  silent: (
    <path
      d="m3.4 3.4 7.2 7.2m0-7.2-7.2 7.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
    />
  ),
  resolved: (
    <path
      d="m2.8 7.4 2.8 2.8 5.6-6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ),
} satisfies Record<string, Child>;

/** What stands like a finding's status and is none has a shape of its own. */
const STATUS_TITLES: Readonly<Record<Exclude<keyof typeof STATUS_SHAPES, "silent">, string>> = {
  open: "Open",
  unverified: "Unverified: we cannot see whether it stopped",
  muted: "Muted: counting goes on",
  regressed: "Regressed: somebody said that it was fixed, and it is not",
  resolved: "Resolved",
};

/** `word`: show the word; otherwise it is there for screen readers and on hover. */
export function StatusMark(props: { finding: FindingSummary; word?: boolean }) {
  const { finding } = props;
  const shown = shownStatus(finding);
  const known = shown === "open" && finding.regressed !== null ? "regressed" : shown;
  const status = finding.muted && known !== "resolved" ? "muted" : known;
  return <StateMark shape={status} title={STATUS_TITLES[status]} text={status} word={props.word} />;
}

/** The shape and colour of a finding's status, for whatever stands like it. */
export function StateMark(props: {
  shape: keyof typeof STATUS_SHAPES;
  title: string;
  text: string;
  word?: boolean | undefined;
}) {
  return (
    <span class={`status is-${props.shape}`} title={props.title}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        {STATUS_SHAPES[props.shape]}
      </svg>
      <span class={props.word === true ? "" : "visually-hidden"}>{props.text}</span>
    </span>
  );
}
