/** The document and the frame around every page: navigation, top line, keys. */
import { paths, type StyleSheet } from "../paths.ts";
import type { View } from "../view.ts";
import { Brand, Document } from "./document.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { KeysDialog } from "./keys.tsx";
import { Moment } from "./time.tsx";
import { TopLine } from "./top-line.tsx";
import type { Child } from "hono/jsx";

/** The pages of the navigation. */
export type Section =
  | "overview"
  | "findings"
  | "cases"
  | "rollups"
  | "history"
  | "mutes"
  | "signals"
  | "coverage"
  | "rules"
  | "intake"
  | "endpoints"
  | "ledger"
  | "settings";

interface Place {
  section: Section;
  word: string;
  href: string;
  icon: IconName;
}

/** Where people go all day: what a phone has room for. */
const FIRST: readonly Place[] = [
  { section: "overview", word: "Overview", href: paths.overview(), icon: "overview" },
  { section: "findings", word: "Findings", href: paths.findings(), icon: "findings" },
  { section: "cases", word: "Cases", href: paths.cases(), icon: "cases" },
  { section: "signals", word: "Signals", href: paths.signals(), icon: "signals" },
];
const REST: readonly Place[] = [
  { section: "rollups", word: "Roll-ups", href: paths.rollups(), icon: "rollups" },
  { section: "history", word: "History", href: paths.history(), icon: "history" },
  { section: "mutes", word: "Mutes", href: paths.mutes(), icon: "mutes" },
  { section: "coverage", word: "Coverage", href: paths.coverage(), icon: "coverage" },
  { section: "rules", word: "Rules", href: paths.rules(), icon: "rules" },
  { section: "intake", word: "Intake", href: paths.intake(), icon: "intake" },
  { section: "endpoints", word: "Endpoints", href: paths.endpoints(), icon: "endpoints" },
  { section: "ledger", word: "Ledger", href: paths.ledger(), icon: "ledger" },
  { section: "settings", word: "Settings", href: paths.members(), icon: "members" },
];

function Places(props: { places: readonly Place[]; active: Section | undefined; class?: string }) {
  return (
    <ul class={props.class}>
      {props.places.map((place) => (
        <li>
          <a href={place.href} aria-current={place.section === props.active ? "page" : undefined}>
            <Icon name={place.icon} />
            <span>{place.word}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** On a phone, what it has no room for is in a menu. */
function Navigation({ active }: { active: Section | undefined }) {
  const isInMenu = REST.some(({ section }) => section === active);
  return (
    <nav class="nav" aria-label="Main">
      <Brand />
      <Places places={FIRST} active={active} />
      <Places places={REST} active={active} class="nav-rest" />
      <details class="menu nav-more">
        <summary aria-current={isInMenu ? "true" : undefined}>
          <Icon name="more" />
          <span>More</span>
        </summary>
        <Places places={REST} active={active} />
      </details>
    </nav>
  );
}

/** A framed page. */
export interface FrameProps {
  view: View;
  /** The page's name in the browser's tab. */
  title: string;
  active?: Section;
  /** False on pages that have a search of their own. */
  search?: boolean;
  /** A style sheet that this page alone needs. */
  styles?: StyleSheet;
  children?: Child;
}

/** The whole document of a signed-in reader. */
export function Frame(props: FrameProps) {
  return (
    <Document title={props.title} now={props.view.now} styles={props.styles}>
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
      <bdi>{props.by}</bdi>, <Moment at={props.at} as="ago" view={props.view} />
    </>
  );
}
