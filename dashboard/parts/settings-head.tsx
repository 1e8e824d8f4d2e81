/** Over everything about who and what may come in, and how cases are made and when they are due. */
import { paths } from "../paths.ts";

const TABS = [
  ["members", "Members", paths.members()],
  ["keys", "Keys and tokens", paths.keys()],
  ["automations", "Automations", paths.automations()],
  ["ownership", "Ownership", paths.ownership()],
  ["due", "Due dates", paths.dueSettings()],
] as const;
type Tab = (typeof TABS)[number][0];

export function SettingsHead(props: { active: Tab }) {
  return (
    <header class="page-head">
      <h1>{TABS.find(([tab]) => tab === props.active)?.[1]}</h1>
      <nav class="tabs" aria-label="Settings">
        {TABS.map(([tab, word, href]) => (
          <a href={href} aria-current={tab === props.active ? "page" : undefined}>
            {word}
          </a>
        ))}
      </nav>
    </header>
  );
}
