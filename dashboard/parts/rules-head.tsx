/** Over everything about rules: the rules, their exceptions, and how both have changed. */
import type { Child } from "hono/jsx";
import { paths } from "../paths.ts";

const TABS = [
  ["rules", "Rules", paths.rules()],
  ["exceptions", "Exceptions", paths.exceptions()],
  ["changes", "Changes", paths.ruleChanges()],
] as const;
type Tab = (typeof TABS)[number][0];

/** `children`: what one can do here, at the right. */
export function RulesHead(props: { active: Tab; children?: Child }) {
  const title = TABS.find(([tab]) => tab === props.active)?.[1];
  return (
    <header class="page-head">
      <h1>{title}</h1>
      <nav class="tabs" aria-label="About rules">
        {TABS.map(([tab, word, href]) => (
          <a href={href} aria-current={tab === props.active ? "page" : undefined}>
            {word}
          </a>
        ))}
      </nav>
      <span class="spring"></span>
      {props.children}
    </header>
  );
}
