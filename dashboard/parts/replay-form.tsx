/** Sending a span of deliveries again, and what a part of it has come to. */
import type { EndpointView } from "../../schema/webhooks.ts";
import type { FormErrors } from "../form-errors.ts";
import { counted } from "../format/number.ts";
import { paths } from "../paths.ts";
import type { ReplayValues } from "../replay-form.ts";
import type { View } from "../view.ts";
import { ActButton } from "./act.tsx";
import { TextField } from "./form.tsx";

/** How many were begun again, and what goes on from there. */
export interface Replayed {
  count: number;
  /** Null: that was all. */
  rest: ReplayValues | null;
}

interface ReplayProps {
  endpoint: EndpointView;
  values: ReplayValues;
  errors: FormErrors;
  view: View;
}

export function ReplayedNotice(props: { endpoint: string; replayed: Replayed; view: View }) {
  const { endpoint, replayed, view } = props;
  const { count, rest } = replayed;
  const to = paths.replayDeliveries(endpoint);
  return (
    <div class="notice" role="status">
      <p>
        {count === 0
          ? "Nothing in that span is there to be sent again."
          : `${counted(count, "delivery", "deliveries")} will be sent again, in their order.`}
      </p>
      {rest !== null && (
        <form class="form-actions" method="post" action={to}>
          {Object.entries(rest).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <ActButton view={view} to={to}>
            There are more: go on
          </ActButton>
        </form>
      )}
    </div>
  );
}

export function ReplayForm({ endpoint, values, errors, view }: ReplayProps) {
  const to = paths.replayDeliveries(endpoint.id);
  if (view.forbids("POST", to) !== null) return null;
  const failed = Object.keys(errors).length > 0;
  return (
    <details class="matchers" id="replay" open={failed || values.cursor !== ""}>
      <summary>Send what was given up again</summary>
      <form class="form" method="post" action={to} novalidate>
        <TextField
          id="replay-from"
          name="from"
          type="datetime-local"
          label="Made since"
          value={values.from}
          error={errors["from"]?.text}
          required
          hint={`In ${view.zone.name}. Dead letters are kept for a month.`}
        />
        <TextField
          id="replay-to"
          name="to"
          type="datetime-local"
          label="Until"
          value={values.to}
          error={errors["to"]?.text}
          hint="Empty: until now."
        />
        <label class="check">
          <input type="checkbox" name="all" value="1" checked={values.all !== ""} />
          also those that had arrived; they are kept for a week
        </label>
        <div class="form-actions">
          <ActButton view={view} to={to}>
            Send them again
          </ActButton>
        </div>
      </form>
    </details>
  );
}
