/** The fields of the filter bar: choices, and menus that open without script. */
import type { FindingCounts, FindingsQuery } from "../../schema/api.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { count } from "../format/number.ts";
import { Icon } from "./icons.tsx";
import { SeverityMark } from "./marks.tsx";

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

export function SeverityMenu(props: { query: FindingsQuery; counts: FindingCounts }) {
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

export function PlaceMenu(props: { query: FindingsQuery }) {
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
