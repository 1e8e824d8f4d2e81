/** The attempts of a delivery: what each has sent, and what came back. Answers are the receiver's, and hostile. */
import type { AttemptView } from "../../schema/webhooks.ts";
import { outcomeWords } from "../format/endpoint-words.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { StateMark } from "./marks.tsx";
import { Moment } from "./time.tsx";

interface AttemptProps {
  attempt: AttemptView;
  view: View;
}

/** "arrived, 200, in 12 ms". */
export function AttemptState({ attempt }: Pick<AttemptProps, "attempt">) {
  const { outcome, status, latencyMs } = attempt;
  const words = outcomeWords(outcome, status);
  const shape = outcome === "delivered" ? "resolved" : "silent";
  return (
    <span class="health">
      <StateMark shape={shape} title={words} text={words} word />
      {outcome !== "blocked" && <span class="dim num">, in {exactCount(latencyMs)} ms</span>}
    </span>
  );
}

/** The start of the answer's body, or why there is none. */
export function AttemptAnswer({ attempt }: Pick<AttemptProps, "attempt">) {
  const { answer, error } = attempt;
  if (error !== null)
    return (
      <p class="attempt-error" dir="auto">
        {visible(error)}
      </p>
    );
  if (answer === null || answer.trim() === "") return <p class="dim">The answer had no body.</p>;
  return (
    <pre tabindex={0} dir="auto" aria-label="The first kibibyte of the answer">
      {visible(answer)}
    </pre>
  );
}

function Sent({ attempt }: AttemptProps) {
  return (
    <details class="matchers">
      <summary>What was sent, and where to</summary>
      <dl class="side-facts">
        <div>
          <dt>{attempt.method}</dt>
          <dd class="mono">{visible(attempt.url)}</dd>
        </div>
        {Object.entries(attempt.headers).map(([name, value]) => (
          <div>
            <dt>
              <bdi>{visible(name)}</bdi>
            </dt>
            <dd class="mono">{visible(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** The newest first. */
export function Attempts(props: { attempts: readonly AttemptView[]; view: View }) {
  const { attempts, view } = props;
  return (
    <ol class="attempts">
      {attempts.toReversed().map((attempt) => (
        <li>
          <header>
            <span class="dim num">
              Attempt {attempt.n}
              {attempt.step !== null && `: ${attempt.step}`}
            </span>
            <AttemptState attempt={attempt} />
            <span class="dim">
              <Moment at={epoch(attempt.at)} as="ago" view={view} />
            </span>
          </header>
          <AttemptAnswer attempt={attempt} />
          <Sent {...{ attempt, view }} />
        </li>
      ))}
    </ol>
  );
}
