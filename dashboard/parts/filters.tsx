/** The filter bar of a findings list: a plain GET form that htmx submits on change. */
import type { Child } from "hono/jsx";
import type { FindingCounts, FindingsQuery, RuleView } from "../../schema/api.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { count } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import type { ListParams } from "../paths.ts";
import { FILTER_KEYS, type FilterKey } from "../query.ts";
import { Icon } from "./icons.tsx";
import { SeverityMark } from "./marks.tsx";

/** Attributes of an element whose answer replaces the list. */
export function swapsList(how: "outerHTML" | "outerMorph") {
  return {
    "hx-target": "#list",
    "hx-select": "#list",
    "hx-swap": how,
    "hx-push-url": "true",
    "hx-indicator": "#progress",
  };
}

/** A link that replaces the list and works as a link. */
export function ListLink(props: {
  href: string;
  class?: string;
  current?: boolean;
  title?: string;
  children?: Child;
}) {
  return (
    <a
      href={props.href}
      class={props.class}
      title={props.title}
      aria-current={props.current === true ? "true" : undefined}
      hx-get={props.href}
      {...swapsList("outerHTML")}
    >
      {props.children}
    </a>
  );
}

function Choice(props: {
  name: string;
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
}) {
  return (
    <label class={props.value === undefined ? "choice" : "choice is-set"}>
      <span class="visually-hidden">{props.label}</span>
      <select name={props.name}>
        {props.options.map(([value, word]) => (
          <option value={value} selected={value === (props.value ?? "")}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

function SeverityMenu(props: { query: FindingsQuery; counts: FindingCounts }) {
  const chosen = props.query.severity;
  return (
    <details class="menu" name="filters" id="menu-severity">
      <summary class={chosen.length > 0 ? "is-set" : ""}>
        Severity{chosen.length > 0 && <span class="pill">{chosen.length}</span>}
        <Icon name="chevron" />
      </summary>
      <fieldset class="menu-body">
        <legend class="visually-hidden">Severity</legend>
        {SEVERITIES.map((severity) => (
          <label class="check">
            <input
              type="checkbox"
              name="severity"
              value={severity}
              checked={chosen.includes(severity)}
            />
            <SeverityMark severity={severity} />
            <span class="num">{count(props.counts.bySeverity[severity])}</span>
          </label>
        ))}
        <button class="button no-js" type="submit">
          Apply
        </button>
      </fieldset>
    </details>
  );
}

const PLACES = [
  ["namespace", "Namespace"],
  ["workload", "Workload"],
  ["service", "Service"],
  ["host", "Host"],
] as const;

function PlaceMenu(props: { query: FindingsQuery }) {
  const set = PLACES.filter(([key]) => (props.query[key] ?? "") !== "").length;
  return (
    <details class="menu" name="filters" id="menu-place">
      <summary class={set > 0 ? "is-set" : ""}>
        Where{set > 0 && <span class="pill">{set}</span>}
        <Icon name="chevron" />
      </summary>
      <fieldset class="menu-body is-form">
        <legend class="visually-hidden">Where</legend>
        {PLACES.map(([key, word]) => (
          <label class="field">
            {word}
            <input
              id={`filter-${key}`}
              name={key}
              value={props.query[key] ?? ""}
              maxlength={200}
              autocomplete="off"
              placeholder="any"
            />
          </label>
        ))}
        <button class="button" type="submit">
          Apply
        </button>
      </fieldset>
    </details>
  );
}

const SORT_WORDS = [
  ["opened", "Newest first"],
  ["lastSeen", "Last seen first"],
  ["severity", "Worst first"],
  ["deadline", "Resolves soonest"],
] as const;

/** Parameters that the bar has no field for, and that a change of filters must keep. */
const KEPT = ["status", "groupBy", "resource", "case"] as const;

export function FilterBar(props: {
  action: string;
  query: FindingsQuery;
  params: ListParams;
  counts: FindingCounts;
  rules: readonly RuleView[];
  usualSort: FindingsQuery["sort"];
}) {
  const { query, params } = props;
  const sorts = SORT_WORDS.map(
    ([value, word]) => [value === props.usualSort ? "" : value, word] as const,
  );
  const rules = props.rules.map((rule) => [rule.id, rule.title] as const);
  return (
    <form
      class="filters"
      id="filters"
      role="search"
      method="get"
      action={props.action}
      hx-get={props.action}
      hx-trigger="submit, change, input changed delay:350ms target:#search"
      hx-sync="this:replace"
      {...swapsList("outerMorph")}
    >
      {KEPT.map(
        (key) =>
          params[key] !== undefined && <input type="hidden" name={key} value={params[key]} />,
      )}
      <div class="search">
        <Icon name="search" />
        <label class="visually-hidden" for="search">
          Search these findings
        </label>
        <input
          id="search"
          type="search"
          name="q"
          value={query.q ?? ""}
          maxlength={200}
          placeholder="Rule, workload, image, process"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <SeverityMenu query={query} counts={props.counts} />
      <Choice
        name="rule"
        label="Rule"
        value={query.rule}
        options={[["", "Any rule"], ...withCurrent(rules, query.rule)]}
      />
      <PlaceMenu query={query} />
      <Choice
        name="resourceType"
        label="Resource type"
        value={query.resourceType}
        options={[
          ["", "Any resource"],
          ["container", "Containers"],
          ["host", "Hosts"],
        ]}
      />
      <Choice
        name="muted"
        label="Muted"
        value={query.muted}
        options={[
          ["", "Muted or not"],
          ["false", "Not muted"],
          ["true", "Muted only"],
        ]}
      />
      <span class="spring"></span>
      {query.groupBy === undefined && (
        <Choice name="sort" label="Sort" value={params.sort} options={sorts} />
      )}
      <button class="button no-js" type="submit">
        Apply
      </button>
    </form>
  );
}

/** A rule that is filtered by but no longer exists stays selectable, so that the form keeps it. */
function withCurrent(
  options: readonly (readonly [string, string])[],
  current: string | undefined,
): readonly (readonly [string, string])[] {
  if (current === undefined || options.some(([value]) => value === current)) return options;
  return [[current, visible(current)], ...options];
}

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
