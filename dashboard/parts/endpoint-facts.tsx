/** What an endpoint is, and its numbers. */
import { InLedger } from "./in-ledger.tsx";
import type { EndpointDetail } from "../../schema/webhooks.ts";
import { FILTER_NAMES } from "../endpoint-form.ts";
import { eventsWords, FORMAT_WORDS } from "../format/endpoint-words.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ChangedBy } from "./frame.tsx";
import { Moment } from "./time.tsx";

interface FactsProps {
  endpoint: EndpointDetail;
  view: View;
}

function Filter({ filter }: Pick<EndpointDetail, "filter">) {
  const named = FILTER_NAMES.flatMap(([name, label]) => {
    const values = filter[name];
    return values === undefined ? [] : [{ label, words: values.join(", ") }];
  });
  return (
    <>
      {filter.severity !== undefined && (
        <div>
          <dt>Severity</dt>
          <dd>{filter.severity === "critical" ? "critical" : `${filter.severity} or worse`}</dd>
        </div>
      )}
      {named.map(({ label, words }) => (
        <div>
          <dt>{label}</dt>
          <dd>
            <bdi title={visible(words)}>{visible(words)}</bdi>
          </dd>
        </div>
      ))}
    </>
  );
}

function Numbers({ endpoint, view }: FactsProps) {
  const { pending, dead, delivered, lastDeliveredAt } = endpoint.health;
  const numbers = [
    ["Waiting", pending, "pending"],
    ["Dead letters", dead, "dead"],
    ["Arrived", delivered, "delivered"],
  ] as const;
  return (
    <>
      {numbers.map(([word, n, status]) => (
        <div>
          <dt>{word}</dt>
          <dd class="num">
            <a href={`${paths.endpoint(endpoint.id, { status })}#deliveries`}>{exactCount(n)}</a>
            {status === "delivered" && lastDeliveredAt !== null && (
              <>
                , the last <Moment at={epoch(lastDeliveredAt)} as="ago" view={view} />
              </>
            )}
          </dd>
        </div>
      ))}
    </>
  );
}

export function EndpointFacts(props: FactsProps) {
  const { endpoint, view } = props;
  return (
    <section>
      <dl class="side-facts">
        <Numbers {...props} />
        <div>
          <dt>Address</dt>
          <dd class="mono" title="Who is no admin sees its host alone: a path may be a secret">
            <bdi>{visible(endpoint.url)}</bdi>
          </dd>
        </div>
        <div>
          <dt>Format</dt>
          <dd>{FORMAT_WORDS[endpoint.format].word}</dd>
        </div>
        <div>
          <dt>Hears of</dt>
          <dd>{eventsWords(endpoint.events)}</dd>
        </div>
        <Filter filter={endpoint.filter} />
        <div>
          <dt>Changed</dt>
          <dd>
            <ChangedBy
              by={visible(endpoint.updatedBy)}
              at={epoch(endpoint.updatedAt)}
              view={view}
            />
          </dd>
        </div>
        <InLedger subject={endpoint.id} />
      </dl>
    </section>
  );
}
