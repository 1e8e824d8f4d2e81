/** How deliveries to an endpoint go, in a word with its shape. */
import type { EndpointHealth, EndpointView } from "../../schema/webhooks.ts";
import { DISABLED_WORDS } from "../format/endpoint-words.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { StateMark } from "./marks.tsx";
import { Moment } from "./time.tsx";

interface HealthProps {
  endpoint: EndpointView & { health: EndpointHealth | null };
  view: View;
}

type Shape = Parameters<typeof StateMark>[0]["shape"];

function markOf({ endpoint: { status, health } }: HealthProps): [Shape, word: string] {
  if (status === "disabled") return ["muted", "disabled"];
  if (health === null) return ["unverified", "unknown"];
  if (health.pausedUntil !== null) return ["silent", "paused"];
  if (health.failuresInARow > 0) return ["silent", "failing"];
  if (health.lastDeliveredAt !== null) return ["resolved", "delivering"];
  return ["open", health.pending > 0 ? "about to send" : "nothing sent yet"];
}

/** What stands behind the word, as the rest of a sentence. */
function Because({ endpoint, view }: HealthProps) {
  const { status, disabledReason, health } = endpoint;
  if (status === "disabled")
    return disabledReason === null ? null : <>: {DISABLED_WORDS[disabledReason]}</>;
  if (health === null) return <>: its queue does not answer</>;
  const { failuresInARow, failingSince, pausedUntil } = health;
  if (failuresInARow === 0) return null;
  return (
    <>
      {pausedUntil !== null && (
        <>
          : the next attempt <Moment at={epoch(pausedUntil)} as="until" view={view} />
        </>
      )}
      {failingSince !== null && (
        <>
          {pausedUntil === null ? " for " : ", failing for "}
          <Moment at={epoch(failingSince)} as="age" view={view} />
        </>
      )}
    </>
  );
}

export function Health(props: HealthProps) {
  const [shape, word] = markOf(props);
  const failures = props.endpoint.health?.failuresInARow ?? 0;
  const title = failures === 0 ? word : `${counted(failures, "attempt")} in a row failed`;
  return (
    <span class="health">
      <StateMark shape={shape} title={title} text={word} word />
      <span class="dim">
        <Because {...props} />
      </span>
    </span>
  );
}
