/** The filters of the list of cases, and those in force. */
import { CASE_PRIORITIES, type CasesQuery } from "../../schema/case.ts";
import type { MemberView } from "../../schema/member.ts";
import { nameOf, namesOf } from "../format/case.ts";
import { visible } from "../format/visible.ts";
import { type CaseParams, paths } from "../paths.ts";
import { PriorityMark } from "./case-marks.tsx";
import { CheckMenu, Choice } from "./filter-fields.tsx";
import { FilterForm } from "./filter-form.tsx";
import { Icon } from "./icons.tsx";
import { ListLink } from "./list-link.tsx";
import { SearchField } from "./search-field.tsx";

interface FilterProps {
  query: CasesQuery;
  params: CaseParams;
  members: readonly MemberView[];
  /** Those that are known. */
  teams: readonly string[];
}

const SORTS = [
  ["", "Newest first"],
  ["updated", "Changed last first"],
  ["priority", "Most urgent first"],
  ["due", "Due soonest first"],
] as const;

/** Parameters that the bar has no field for, and that a change of filters must keep. */
const KEPT = ["view", "status"] as const;

/** What a chip can take away again, with the word that stands on it. */
const FILTERS = {
  priority: "priority",
  assignee: "assignee",
  team: "team",
  label: "label",
  overdue: "overdue",
  q: "search",
} as const satisfies Partial<Record<keyof CaseParams, string>>;
type Filter = keyof typeof FILTERS;

const isSet = (params: CaseParams, key: Filter) => (params[key] ?? "").length > 0;

/** Whether anything but the status narrows the list. */
export function isNarrowed(params: CaseParams): boolean {
  return (Object.keys(FILTERS) as Filter[]).some((key) => isSet(params, key));
}

function PriorityMenu({ query }: Pick<FilterProps, "query">) {
  return (
    <CheckMenu
      name="priority"
      label="Priority"
      values={CASE_PRIORITIES}
      chosen={query.priority}
      show={(priority) => <PriorityMark priority={priority} />}
    />
  );
}

function LabelMenu({ value }: { value: string | undefined }) {
  return (
    <details class="menu" name="filters" id="menu-label">
      <summary class={value === undefined ? "" : "is-set"}>
        Label
        <Icon name="chevron" />
      </summary>
      <fieldset class="menu-body is-form">
        <legend class="visually-hidden">Label</legend>
        <label class="field">
          One of its labels
          <input
            id="filter-label"
            name="label"
            value={value ?? ""}
            maxlength={64}
            autocomplete="off"
            placeholder="any"
          />
        </label>
        <button class="button" type="submit">
          Apply
        </button>
      </fieldset>
    </details>
  );
}

/** Who may be filtered by: those who may sign in, and whoever is filtered by now. */
function people(members: readonly MemberView[], value: string | undefined) {
  const usual = [
    ["", "Anybody’s"],
    ["mine", "Mine"],
    ["none", "Nobody’s"],
  ] as const;
  const known = members
    .filter(({ id, disabledAt }) => disabledAt === null || id === value)
    .map(({ id, name }) => [id, visible(name)] as const);
  const all = [...usual, ...known];
  return value === undefined || all.some(([id]) => id === value)
    ? all
    : [...all, [value, visible(value)] as const];
}

export function CaseFilters({ query, params, members, teams }: FilterProps) {
  const { team } = params;
  const known = team === undefined || teams.includes(team) ? teams : [...teams, team];
  return (
    <FilterForm action={paths.cases()}>
      {KEPT.map(
        (key) =>
          params[key] !== undefined && <input type="hidden" name={key} value={params[key]} />,
      )}
      <SearchField
        label="Search these cases"
        value={query.q}
        placeholder="Key, title, description"
      />
      <PriorityMenu query={query} />
      <Choice
        name="assignee"
        label="Assignee"
        value={params.assignee}
        options={people(members, params.assignee)}
      />
      <Choice
        name="team"
        label="Team"
        value={team}
        options={[["", "Any team"], ...known.map((it) => [it, visible(it)] as const)]}
      />
      <LabelMenu value={params.label} />
      <Choice
        name="overdue"
        label="Due"
        value={params.overdue}
        options={[
          ["", "Due whenever"],
          ["true", "Overdue"],
        ]}
      />
      <span class="spring"></span>
      <Choice name="sort" label="Sort" value={params.sort} options={SORTS} />
    </FilterForm>
  );
}

/** Each with a cross that takes it away. */
export function CaseChips({ params, members }: FilterProps) {
  const set = (Object.keys(FILTERS) as Filter[]).filter((key) => isSet(params, key));
  if (set.length === 0) return null;
  const names = namesOf(members);
  const wordOf = (key: Filter) => {
    const value = params[key];
    if (typeof value !== "string") return (value ?? []).join(", ");
    if (key === "overdue") return "yes";
    if (key !== "assignee") return visible(value);
    return { mine: "me", none: "nobody" }[value] ?? nameOf(value, names);
  };
  return (
    <ul class="chips" aria-label="Filters in force">
      {set.map((key) => (
        <li>
          <ListLink class="chip" href={paths.cases({ ...params, [key]: undefined })}>
            <span class="chip-key">{FILTERS[key]}</span> <bdi>{wordOf(key)}</bdi>
            <Icon name="close" />
            <span class="visually-hidden">: remove this filter</span>
          </ListLink>
        </li>
      ))}
      <li>
        <ListLink
          class="chip-clear"
          href={paths.cases({ view: params.view, status: params.status })}
        >
          Clear filters
        </ListLink>
      </li>
    </ul>
  );
}
