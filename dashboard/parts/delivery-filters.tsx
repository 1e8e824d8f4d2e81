/** The filter bar of an endpoint's deliveries. */
import { HAPPENING_TYPES } from "../../schema/happening.ts";
import type { DeliveriesQuery } from "../../schema/webhooks.ts";
import { typeWords } from "../format/endpoint-words.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import { Choice } from "./filter-fields.tsx";
import { FilterForm } from "./filter-form.tsx";
import { Icon } from "./icons.tsx";
import { ListLink } from "./list-link.tsx";

export function DeliveryFilters(props: { endpoint: string; query: DeliveriesQuery }) {
  const { endpoint, query } = props;
  const { status, type, key } = query;
  return (
    <FilterForm action={paths.endpoint(endpoint)}>
      {key !== undefined && <input type="hidden" name="key" value={key} />}
      <Choice
        name="status"
        label="Status"
        value={status}
        options={[
          ["", "Any status"],
          ["pending", "Waiting"],
          ["delivered", "Arrived"],
          ["dead", "Dead letters"],
        ]}
      />
      <Choice
        name="type"
        label="What happened"
        value={type}
        options={[
          ["", "Whatever happened"],
          ...HAPPENING_TYPES.map((one) => [one, typeWords(one)] as const),
        ]}
      />
      {key !== undefined && (
        <ListLink class="chip" href={paths.endpoint(endpoint, { status, type })}>
          <span class="chip-key">about</span> <bdi>{visible(key)}</bdi>
          <Icon name="close" />
          <span class="visually-hidden">: remove this filter</span>
        </ListLink>
      )}
    </FilterForm>
  );
}
