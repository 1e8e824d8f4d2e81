/** Icons: 16 px, one stroke, drawn here so that no request leaves the origin. Decorative: words stand beside them. */
import type { Child } from "hono/jsx";

const SHAPES = {
  overview: (
    <>
      <path d="M2.5 13.5v-5m4 5v-10m4 10v-7m3 7v-4" />
    </>
  ),
  findings: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <circle cx="8" cy="8" r="1.75" fill="currentColor" stroke="none" />
    </>
  ),
  cases: (
    <>
      <rect x="2" y="5" width="12" height="8.5" rx="1.5" />
      <path d="M5.5 5V3.8a1.3 1.3 0 0 1 1.3-1.3h2.4a1.3 1.3 0 0 1 1.3 1.3V5M5.5 9l1.8 1.8L10.8 7.5" />
    </>
  ),
  dots: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2" />,
  more: <path d="M3 4.5h10M3 8h10M3 11.5h10" />,
  rollups: (
    <>
      <path d="M8 1.8 14 5 8 8.2 2 5z" />
      <path d="m2 8 6 3.2L14 8M2 11l6 3.2L14 11" />
    </>
  ),
  history: (
    <>
      <path d="M2.5 8a5.5 5.5 0 1 0 1.8-4.1L2.5 5.5" />
      <path d="M2.5 2.5v3h3M8 5v3.2l2 1.3" />
    </>
  ),
  mutes: (
    <>
      <path d="M4.5 11V7.2a3.5 3.5 0 0 1 7 0V11l1.2 1.5H3.3zM7 14.2h2" />
      <path d="m2 2 12 12" />
    </>
  ),
  signals: <path d="M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z" />,
  coverage: (
    <>
      <path d="M1.5 8S3.9 3.7 8 3.7 14.5 8 14.5 8 12.1 12.3 8 12.3 1.5 8 1.5 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  rules: (
    <>
      <path d="M6 4h7.5M6 8h7.5M6 12h7.5" />
      <path d="m2 4 .8.8L4.2 3.4M2 8l.8.8 1.4-1.4M2 12l.8.8 1.4-1.4" />
    </>
  ),
  intake: (
    <>
      <path d="M8 2v6.5m-2.8-2.7L8 8.6l2.8-2.8" />
      <path d="M2 9.5v3a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-3" />
    </>
  ),
  ledger: (
    <>
      <rect x="5.5" y="2" width="8" height="5" rx="1.5" />
      <rect x="2.5" y="9" width="8" height="5" rx="1.5" />
      <path d="M8 7v2" />
    </>
  ),
  endpoints: (
    <>
      <path d="M2.5 13.5 13.5 2.5m0 0H8m5.5 0V8" />
      <path d="M5.5 3.5h-2a1 1 0 0 0-1 1V7M12.5 10.5v2a1 1 0 0 1-1 1H9" />
    </>
  ),
  members: (
    <>
      <circle cx="6" cy="5.5" r="2.5" />
      <path d="M1.5 13.5a4.5 4.5 0 0 1 9 0M10.5 3.3a2.5 2.5 0 0 1 0 4.4M12 9.6a4.5 4.5 0 0 1 2.5 3.9" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  chevron: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  close: <path d="m4.5 4.5 7 7m0-7-7 7" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
    </>
  ),
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
  signOut: <path d="M6.5 2.5h-3v11h3M6.5 8h7m-2.5-2.5L13.5 8 11 10.5" />,
  keys: (
    <>
      <rect x="1.5" y="4" width="13" height="8" rx="1.5" />
      <path d="M4 6.7h.5m2 0H7m2 0h.5m2 0h.5M5 9.4h6" />
    </>
  ),
} satisfies Record<string, Child>;

export type IconName = keyof typeof SHAPES;

export function Icon(props: { name: IconName }) {
  return (
    <svg
      class="icon"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {SHAPES[props.name]}
    </svg>
  );
}
