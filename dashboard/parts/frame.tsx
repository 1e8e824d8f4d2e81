/** The document and the frame around every page: navigation, top line, keys. */
import type { Child } from "hono/jsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Icon, type IconName } from "./icons.tsx";
import { Moment } from "./time.tsx";

/** Nothing that the content security policy would refuse, and no open menu shut by a refresh. */
const HTMX_CONFIG = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: [204, 304, "4xx", "5xx"],
  morphIgnore: ["data-htmx-powered", "open"],
  defaultTimeout: 20_000,
});

export type Section = "overview" | "findings" | "history" | "signals" | "rules";

const NAVIGATION: readonly { section: Section; word: string; href: string; icon: IconName }[] = [
  { section: "overview", word: "Overview", href: paths.overview(), icon: "overview" },
  { section: "findings", word: "Findings", href: paths.findings(), icon: "findings" },
  { section: "history", word: "History", href: paths.history(), icon: "history" },
  { section: "signals", word: "Signals", href: paths.signals(), icon: "signals" },
  { section: "rules", word: "Rules", href: paths.rules(), icon: "rules" },
];

/** The bare document: for the frame, and for pages without one (sign-in, errors). */
export function Document(props: { title: string; now?: number; children?: Child }) {
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
        <script src={paths.asset("htmx.min.js")} defer></script>
        <script src={paths.asset("app.js")} defer></script>
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

function Navigation(props: { active: Section | undefined }) {
  return (
    <nav class="nav" aria-label="Main">
      <Brand />
      <ul>
        {NAVIGATION.map((item) => (
          <li>
            <a href={item.href} aria-current={item.section === props.active ? "page" : undefined}>
              <Icon name={item.icon} />
              <span>{item.word}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** When the data was read; a refresh replaces it out of band. */
export function AsOf(props: { view: View; swap?: boolean }) {
  const { view } = props;
  return (
    <span
      id="as-of"
      class="as-of"
      title={`${view.zone.exact(view.now)} (${view.zone.name})`}
      {...(props.swap === true && { "hx-swap-oob": "true" })}
    >
      <span class="as-of-words">as of </span>
      {view.zone.clock(view.now)} <span class="zone">{view.zone.name}</span>
    </span>
  );
}

function TopLine(props: { view: View; search: boolean }) {
  return (
    <header class="top">
      <span class="tenant" title="Tenant">
        {props.view.tenant}
      </span>
      {props.search && (
        <form class="top-search" role="search" action={paths.findings()} method="get">
          <Icon name="search" />
          <label class="visually-hidden" for="search">
            Search findings
          </label>
          <input id="search" type="search" name="q" maxlength={200} placeholder="Search findings" />
          <kbd aria-hidden="true">/</kbd>
        </form>
      )}
      <span id="stale" class="stale" role="status"></span>
      <AsOf view={props.view} />
      <button class="quiet-button needs-js" type="button" data-opens="keys" title="Keys (?)">
        <Icon name="keys" />
        <span class="visually-hidden">Keyboard shortcuts</span>
      </button>
      <form action={paths.signOut()} method="post">
        <button class="quiet-button" type="submit" title="Sign out">
          <Icon name="signOut" />
          <span class="visually-hidden">Sign out</span>
        </button>
      </form>
    </header>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "Search"],
  ["j", "Next row"],
  ["k", "Previous row"],
  ["Enter", "Open the row"],
  ["Esc", "Close, or leave the search"],
  ["?", "Show these keys"],
];

function KeysDialog() {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="button" type="submit">
          Close
        </button>
      </form>
    </dialog>
  );
}

export interface FrameProps {
  view: View;
  /** The page's name in the browser's tab. */
  title: string;
  active?: Section;
  /** False on pages that have a search of their own. */
  search?: boolean;
  children?: Child;
}

export function Frame(props: FrameProps) {
  return (
    <Document title={props.title} now={props.view.now}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div id="progress" class="progress" aria-hidden="true"></div>
      <div class="frame">
        <Navigation active={props.active} />
        <div class="body">
          <TopLine view={props.view} search={props.search ?? true} />
          <main id="main" tabindex={-1}>
            {props.children}
          </main>
        </div>
      </div>
      <KeysDialog />
    </Document>
  );
}

/** "4 min ago" for the last change of something. */
export function ChangedBy(props: { by: string; at: number; view: View }) {
  return (
    <>
      {props.by}, <Moment at={props.at} as="ago" view={props.view} />
    </>
  );
}
