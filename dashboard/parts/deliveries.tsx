/** Deliveries of an endpoint as a list, with what each has come to. */
import type { DeliveryView } from "../../schema/webhooks.ts";
import { DEAD_WORDS, outcomeWords, typeWords } from "../format/endpoint-words.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { StateMark } from "./marks.tsx";
import { Moment } from "./time.tsx";

interface DeliveryProps {
  delivery: DeliveryView;
  view: View;
}

/** "delivered", "dead letter: no attempt was left", "waiting: no answer in time". */
export function DeliveryState({ delivery }: DeliveryProps) {
  const { status, deadReason, lastOutcome, lastStatus, attempts } = delivery;
  const last = lastOutcome === null ? null : outcomeWords(lastOutcome, lastStatus);
  if (status === "delivered")
    return <StateMark shape="resolved" title={last ?? "Arrived"} text="arrived" word />;
  const [shape, word] =
    status === "dead"
      ? (["silent", "dead letter"] as const)
      : (["unverified", attempts === 0 ? "about to be sent" : "waiting"] as const);
  const why = status === "dead" && deadReason !== null ? DEAD_WORDS[deadReason] : last;
  return (
    <span class="health">
      <StateMark shape={shape} title={last ?? word} text={word} word />
      <span class="dim">{why !== null && `: ${why}`}</span>
    </span>
  );
}

/** When the next attempt is, or when it was over. */
function When({ delivery, view }: DeliveryProps) {
  const { status, nextAttemptAt, finishedAt, createdAt } = delivery;
  if (status === "pending" && nextAttemptAt !== null)
    return (
      <>
        next <Moment at={epoch(nextAttemptAt)} as="until" view={view} />
      </>
    );
  return <Moment at={epoch(finishedAt ?? createdAt)} as="ago" view={view} />;
}

function Row({ endpoint, delivery, view }: DeliveryProps & { endpoint: string }) {
  const name = visible(delivery.about.name);
  return (
    <li class="delivery row" data-row>
      <span class="delivery-what">
        <a class="row-link" href={paths.delivery(endpoint, delivery.id)} title={name} dir="auto">
          {typeWords(delivery.type)}: <bdi>{cut(name, 240)}</bdi>
        </a>
      </span>
      <span class="delivery-state">
        <DeliveryState delivery={delivery} view={view} />
      </span>
      <span class="delivery-tries num dim">
        {delivery.attempts > 1 && counted(delivery.attempts, "attempt")}
      </span>
      <span class="delivery-when num">
        <When delivery={delivery} view={view} />
      </span>
    </li>
  );
}

export function DeliveryRows(props: {
  endpoint: string;
  deliveries: readonly DeliveryView[];
  view: View;
}) {
  const { endpoint, deliveries, view } = props;
  return (
    <ul class="deliveries" id="rows">
      {deliveries.map((delivery) => (
        <Row {...{ endpoint, delivery, view }} />
      ))}
    </ul>
  );
}
