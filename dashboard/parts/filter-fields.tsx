/** The fields of a filter bar: choices, and menus that open without script. */
import type { Child } from "hono/jsx";
import type { FindingCounts } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import { SEVERITIES, type Severity } from "../../schema/rule.ts";
import { count } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { Icon } from "./icons.tsx";
import { SeverityMark } from "./marks.tsx";

/** A rule that is filtered by but no longer exists stays selectable, so that the form keeps it. */
export function RuleChoice(props: { rules: readonly RuleView[]; value: string | undefined }) {
  const { rules, value } = props;
  const known = rules.map((rule) => [rule.id, visible(rule.title)] as const);
  const gone =
    value === undefined || rules.some((rule) => rule.id === value)
      ? []
      : [[value, visible(value)] as const];
  return (
    <Choice
      name="rule"
      label="Rule"
      value={value}
      options={[["", "Any rule"], ...gone, ...known]}
    />
  );
}

export function Choice(props: {
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

/** Several of a few, in a menu. */
export function CheckMenu<T extends string>(props: {
  name: string;
  label: string;
  values: readonly T[];
  chosen: readonly T[];
  show: (value: T) => Child;
}) {
  const { name, label, values, chosen, show } = props;
  return (
    <details class="menu" name="filters" id={`menu-${name}`}>
      <summary class={chosen.length > 0 ? "is-set" : ""}>
        {label}
        {chosen.length > 0 && <span class="pill">{chosen.length}</span>}
        <Icon name="chevron" />
      </summary>
      <fieldset class="menu-body">
        <legend class="visually-hidden">{label}</legend>
        {values.map((value) => (
          <label class="check">
            <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
            {show(value)}
          </label>
        ))}
        <button class="button no-js" type="submit">
          Apply
        </button>
      </fieldset>
    </details>
  );
}

/** `counts` stand beside the severities where they are known. */
export function SeverityMenu(props: {
  chosen: readonly Severity[];
  counts?: FindingCounts["bySeverity"];
}) {
  const { chosen, counts } = props;
  const show = (severity: Severity) => (
    <>
      <SeverityMark severity={severity} />
      {counts !== undefined && <span class="num">{count(counts[severity])}</span>}
    </>
  );
  return (
    <CheckMenu name="severity" label="Severity" values={SEVERITIES} chosen={chosen} show={show} />
  );
}

const PLACES = [
  ["namespace", "Namespace"],
  ["workload", "Workload"],
  ["service", "Service"],
  ["host", "Host"],
] as const;
type Place = (typeof PLACES)[number][0];

/** Only the places that the list can be filtered by: those that `but` does not name. */
export function PlaceMenu(props: {
  query: Partial<Record<Place, string | undefined>>;
  but?: readonly Place[];
}) {
  const places = PLACES.filter(([key]) => props.but?.includes(key) !== true);
  const set = places.filter(([key]) => (props.query[key] ?? "") !== "").length;
  return (
    <details class="menu" name="filters" id="menu-place">
      <summary class={set > 0 ? "is-set" : ""}>
        Where{set > 0 && <span class="pill">{set}</span>}
        <Icon name="chevron" />
      </summary>
      <fieldset class="menu-body is-form">
        <legend class="visually-hidden">Where</legend>
        {places.map(([key, word]) => (
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
