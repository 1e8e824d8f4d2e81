/** The filter bar of the signals. */
import type { SignalsQuery } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import { paths } from "../paths.ts";
import { PlaceMenu, RuleChoice, SeverityMenu } from "./filter-fields.tsx";
import { FilterForm } from "./filter-form.tsx";
import { SearchField } from "./search-field.tsx";

export function SignalFilters(props: { query: SignalsQuery; rules: readonly RuleView[] }) {
  const { query } = props;
  return (
    <FilterForm action={paths.signals()}>
      {query.resource !== undefined && (
        <input type="hidden" name="resource" value={query.resource} />
      )}
      <SearchField
        label="Search these signals"
        value={query.q}
        placeholder="Rule, workload, image, process"
      />
      <SeverityMenu chosen={query.severity} />
      <RuleChoice rules={props.rules} value={query.rule} />
      <PlaceMenu query={query} but={["service"]} />
    </FilterForm>
  );
}
