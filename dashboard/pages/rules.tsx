/** `/rules`: what is looked for, with what the tenant has changed. */
import type { RuleView } from "../../schema/rules-api.ts";
import { RULE_CLASSES, type RuleClass, severityRank } from "../../schema/rule.ts";
import { counted, exactCount } from "../format/number.ts";
import { CLASS_WORDS } from "../format/rule-words.ts";
import { visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Empty } from "../parts/empty.tsx";
import { Choice } from "../parts/filter-fields.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { RulesHead } from "../parts/rules-head.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface RulesPageProps extends RuleFilter {
  view: View;
  rules: readonly RuleView[];
  /** Open findings by rule id, where they are known. */
  open: ReadonlyMap<string, number>;
  /** Whether the reader comes from deleting a rule. */
  deleted: boolean;
}

/** What the list is narrowed to. */
export interface RuleFilter {
  q: string;
  class: RuleClass | undefined;
  origin: "built-in" | "custom" | undefined;
}

/** Rules whose title, id or tag holds the text, of the class and origin if one is asked for. */
export function filterRules(rules: readonly RuleView[], filter: RuleFilter): RuleView[] {
  const needle = filter.q.trim().toLowerCase();
  return rules.filter(
    (rule) =>
      (filter.class === undefined || rule.class === filter.class) &&
      (filter.origin === undefined || rule.builtIn === (filter.origin === "built-in")) &&
      [rule.id, rule.title, ...rule.tags].some((text) => text.toLowerCase().includes(needle)),
  );
}

function RuleRow(props: { rule: RuleView; open: number | undefined }) {
  const { rule, open } = props;
  return (
    <tr class={rule.enabled ? "row" : "row is-off"} data-row>
      <td class="c-severity">
        <SeverityMark severity={rule.severity} />
      </td>
      <td class="c-headline">
        <span class="one-line">
          <a class="row-link" href={paths.rule(rule.id)} title={visible(rule.title)} dir="auto">
            <bdi>{visible(rule.title)}</bdi>
          </a>
          {!rule.enabled && <span class="tag">off</span>}
          {rule.overrides !== null && <span class="tag">changed</span>}
          {!rule.builtIn && <span class="tag">custom</span>}
        </span>
      </td>
      <td class="c-class" title={`This rule ${CLASS_WORDS[rule.class]}`}>
        {rule.class}
      </td>
      <td class="c-scope">{rule.scope.join(", ")}</td>
      <td class="c-n num">
        {rule.quietPeriod}
        <span class="unit"> quiet</span>
      </td>
      <td class="c-n num">
        {open === undefined ? "0" : exactCount(open)}
        <span class="unit"> open</span>
      </td>
    </tr>
  );
}

function RuleFilters(props: RuleFilter) {
  return (
    <form class="filters" role="search" method="get" action={paths.rules()}>
      <SearchField label="Search rules" value={props.q} placeholder="Title, id or tag" />
      <Choice
        name="class"
        label="Class"
        value={props.class}
        options={[["", "Any class"], ...RULE_CLASSES.map((value) => [value, value] as const)]}
      />
      <Choice
        name="origin"
        label="Origin"
        value={props.origin}
        options={[
          ["", "Built in or custom"],
          ["built-in", "Built in"],
          ["custom", "Custom"],
        ]}
      />
      <button class="button" type="submit">
        Filter
      </button>
    </form>
  );
}

export function RulesPage(props: RulesPageProps) {
  const { view, rules, open } = props;
  const shown = filterRules(rules, props).toSorted(
    (a, b) =>
      (open.get(b.id) ?? 0) - (open.get(a.id) ?? 0) ||
      severityRank(a.severity) - severityRank(b.severity) ||
      a.title.localeCompare(b.title),
  );
  const off = rules.filter((rule) => !rule.enabled).length;
  return (
    <Frame view={view} title="Rules" active="rules" search={false}>
      <RulesHead active="rules">
        <ActLink class="button is-primary" view={view} href={paths.newRule()}>
          New rule
        </ActLink>
      </RulesHead>
      {props.deleted && (
        <p class="notice" role="status">
          Deleted. Its open findings resolve as rule_retired.
        </p>
      )}
      <p class="lead">
        {counted(rules.length, "rule")}
        {off > 0 && `, ${exactCount(off)} of them off`}. A rule says what to look for, how bad it
        is, and how long it must stay quiet to count as stopped.
      </p>
      <RuleFilters q={props.q} class={props.class} origin={props.origin} />
      {shown.length === 0 ? (
        <Empty title="No rule matches">
          {props.origin === "custom" && !rules.some((rule) => !rule.builtIn) && (
            <p>
              There is no custom rule yet. One says what to look for that the rule pack does not
              know: a program, a path, a connection, or a rule of an agent's own.
            </p>
          )}
          <p>
            <a class="button" href={paths.rules()}>
              Clear filters
            </a>
          </p>
        </Empty>
      ) : (
        <table class="findings rules">
          <caption class="visually-hidden">Rules</caption>
          <thead>
            <tr>
              <th class="c-severity" scope="col">
                Severity
              </th>
              <th class="c-headline" scope="col">
                Rule
              </th>
              <th class="c-class" scope="col">
                Class
              </th>
              <th class="c-scope" scope="col">
                Looks at
              </th>
              <th class="c-n num" scope="col">
                Quiet period
              </th>
              <th class="c-n num" scope="col">
                Open
              </th>
            </tr>
          </thead>
          <tbody id="rows">
            {shown.map((rule) => (
              <RuleRow rule={rule} open={open.get(rule.id)} />
            ))}
          </tbody>
        </table>
      )}
    </Frame>
  );
}
