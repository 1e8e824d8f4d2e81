/** The filter bar of the signals: a plain GET form that htmx submits on change. */
import type { SignalsQuery } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import { paths } from "../paths.ts";
import { PlaceMenu, RuleChoice, SeverityMenu } from "./filter-fields.tsx";
import { swapsList } from "./list-link.tsx";
import { SearchField } from "./search-field.tsx";

export function SignalFilters(props: { query: SignalsQuery; rules: readonly RuleView[] }) {
  const { query } = props;
  return (
    <form
      class="filters"
      id="filters"
      role="search"
      method="get"
      action={paths.signals()}
      hx-get={paths.signals()}
      hx-trigger="submit, change, input changed delay:350ms target:#search"
      hx-sync="this:replace"
      {...swapsList("outerMorph")}
    >
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
      <button class="button no-js" type="submit">
        Apply
      </button>
    </form>
  );
}
