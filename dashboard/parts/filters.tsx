/** The filter bar of a findings list. */
import type { FindingCounts, FindingsQuery } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import type { ListParams } from "../paths.ts";
import { Choice, PlaceMenu, RuleChoice, SeverityMenu } from "./filter-fields.tsx";
import { FilterForm } from "./filter-form.tsx";
import { SearchField } from "./search-field.tsx";

const SORT_WORDS = [
  ["opened", "Newest first"],
  ["lastSeen", "Last seen first"],
  ["severity", "Worst first"],
  ["deadline", "Resolves soonest"],
] as const;

/** Parameters that the bar has no field for, and that a change of filters must keep. */
const KEPT = ["status", "groupBy", "resource", "regressed", "case"] as const;

/** `counts` are those the severity menu offers; `usualSort` is left out of the address. */
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
  return (
    <FilterForm action={props.action}>
      {KEPT.map(
        (key) =>
          params[key] !== undefined && <input type="hidden" name={key} value={params[key]} />,
      )}
      <SearchField
        label="Search these findings"
        value={query.q}
        placeholder="Rule, workload, image, process"
      />
      <SeverityMenu chosen={query.severity} counts={props.counts.bySeverity} />
      <RuleChoice rules={props.rules} value={query.rule} />
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
    </FilterForm>
  );
}
