/** The filter bar of the ledger: free text, a span of days, and what was narrowed down to by an entry. */
import { actionWords } from "../format/ledger.ts";
import { visible } from "../format/visible.ts";
import { type LedgerParams, paths } from "../paths.ts";
import { FilterForm } from "./filter-form.tsx";
import { Icon } from "./icons.tsx";
import { ListLink } from "./list-link.tsx";
import { SearchField } from "./search-field.tsx";

const CHIPS = [
  ["actor", "by", (id: string) => id],
  ["action", "what", actionWords],
  ["subject", "about", (id: string) => id],
] as const;

function Day(props: { name: "from" | "to"; label: string; value: string | undefined }) {
  return (
    <label class="ledger-day">
      <span class="dim">{props.label}</span>
      <input type="date" name={props.name} value={props.value ?? ""} />
    </label>
  );
}

export function LedgerFilters({ params }: { params: LedgerParams }) {
  return (
    <FilterForm action={paths.ledger()}>
      <SearchField
        label="Search the ledger"
        value={params.q}
        placeholder="Search names, reasons, values"
      />
      <Day name="from" label="from" value={params.from} />
      <Day name="to" label="to" value={params.to} />
      {CHIPS.map(([name, word, text]) => {
        const value = params[name];
        if (value === undefined) return null;
        return (
          <>
            <input type="hidden" name={name} value={value} />
            <ListLink class="chip" href={paths.ledger({ ...params, [name]: undefined })}>
              <span class="chip-key">{word}</span> <bdi>{visible(text(value))}</bdi>
              <Icon name="close" />
              <span class="visually-hidden">: remove this filter</span>
            </ListLink>
          </>
        );
      })}
    </FilterForm>
  );
}
