/** The filters in force, each with a cross that takes it away. */
import type { RuleView } from "../../schema/rules-api.ts";
import { visible } from "../format/visible.ts";
import type { ListParams } from "../paths.ts";
import { FILTER_KEYS, type FilterKey } from "../query.ts";
import { Icon } from "./icons.tsx";
import { ListLink } from "./list-link.tsx";

const CHIP_WORDS: Readonly<Record<FilterKey, string>> = {
  severity: "severity",
  rule: "rule",
  resourceType: "resource type",
  resource: "resource",
  namespace: "namespace",
  workload: "workload",
  service: "service",
  host: "host",
  muted: "muted",
  regressed: "regressed",
  case: "case",
  q: "search",
};

/** What narrows the list, each with a cross that takes it away. */
export function Chips(props: {
  params: ListParams;
  href: (params: ListParams) => string;
  rules: readonly RuleView[];
}) {
  const set = FILTER_KEYS.filter((key) => (props.params[key] ?? "").length > 0);
  if (set.length === 0) return null;
  const wordOf = (key: FilterKey) => {
    const value = props.params[key];
    const text = typeof value === "string" ? value : (value ?? []).join(", ");
    if (key !== "rule") return text;
    return props.rules.find((rule) => rule.id === text)?.title ?? text;
  };
  return (
    <ul class="chips" aria-label="Filters in force">
      {set.map((key) => (
        <li>
          <ListLink class="chip" href={props.href({ ...props.params, [key]: undefined })}>
            <span class="chip-key">{CHIP_WORDS[key]}</span> <bdi>{visible(wordOf(key))}</bdi>
            <Icon name="close" />
            <span class="visually-hidden">: remove this filter</span>
          </ListLink>
        </li>
      ))}
      <li>
        <ListLink
          class="chip-clear"
          href={props.href({ status: props.params.status, groupBy: props.params.groupBy })}
        >
          Clear filters
        </ListLink>
      </li>
    </ul>
  );
}
