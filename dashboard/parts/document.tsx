/** The bare document: for the frame, and for pages without one (sign-in, errors). */
import { paths, type StyleSheet } from "../paths.ts";
import type { Child } from "hono/jsx";

/** Nothing that the content security policy would refuse, and no open menu shut by a refresh. */
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: [204, 304, "4xx", "5xx"],
  morphIgnore: ["data-htmx-powered", "open"],
  defaultTimeout: 20_000,
});

/** The bare document: for the frame, and for pages without one (sign-in, errors). */
export function Document(props: {
  title: string;
  now?: number;
  /** A style sheet that this page alone needs. */
  styles?: StyleSheet | undefined;
  children?: Child;
}) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={HTMX_CONFIG} />
        <title>{`${props.title} · Lull`}</title>
        <link rel="icon" href={paths.asset("favicon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={paths.asset("app.css")} />
        {props.styles !== undefined && <link rel="stylesheet" href={paths.asset(props.styles)} />}
        <script src={paths.asset("htmx.min.js")} defer></script>
        <script src={paths.asset("app.js")} type="module"></script>
      </head>
      <body data-now={props.now}>{props.children}</body>
    </html>
  );
}

export function Brand() {
  return (
    <a class="brand" href={paths.overview()}>
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
        <path
          d="M1.5 10h2.6l1.7-5.5 2.6 11 1.9-5.5h.9"
          fill="none"
          stroke="currentColor"
          stroke-width="1.8"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
        <path
          d="M11.5 10h7"
          fill="none"
          stroke="currentColor"
          stroke-width="1.8"
          stroke-linecap="round"
          stroke-dasharray="0.1 3.2"
        />
      </svg>
      Lull
    </a>
  );
}
