/** "Try it": a rule against kept samples or pasted events, and what would come of it. */
import type { RuleTestAnswer } from "../../schema/rules-api.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { middle, visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { Trial } from "../trial.ts";
import type { View } from "../view.ts";
import { swapsForm } from "./form.tsx";

/** Rows that are shown of a result: of samples only those that match are told, of events each. */
const MOST_ROWS = { samples: 25, events: 100 } as const;

type Result = RuleTestAnswer["results"][number];

/** The fields, within a form that is sent to `action`; `target` is what its answer replaces. */
export function TrialFields(props: { trial: Trial; action: string; target: string }) {
  const { trial, action, target } = props;
  const submit = (what: "samples" | "events", word: string) => (
    <button
      class="button"
      type="submit"
      name="do"
      value={`test-${what}`}
      formnovalidate
      {...swapsForm(action, target)}
    >
      {word}
    </button>
  );
  return (
    <>
      <p class="hint">
        Nothing is stored. Against the samples that findings and signals keep, or against events of
        yours, in any format that an agent sends.
      </p>
      <p class="form-actions">{submit("samples", "Try on kept samples")}</p>
      <label class="visually-hidden" for="try-events">
        Events to try the rule on
      </label>
      <textarea
        id="try-events"
        name="events"
        class="full mono"
        rows={4}
        spellcheck={false}
        autocomplete="off"
        placeholder="Paste events: a JSON array, or one JSON object a line"
      >
        {`\n${trial.events}`}
      </textarea>
      <p class="form-actions">{submit("events", "Try on these events")}</p>
    </>
  );
}

function willOpen({ findings, signals }: RuleTestAnswer): string {
  const n = (state: string) => findings.filter((finding) => finding.state === state).length;
  const clauses = [
    n("new") > 0 && `${counted(n("new"), "finding")} would open`,
    n("resolved") > 0 && `${counted(n("resolved"), "resolved finding")} would open again`,
    n("open") > 0 &&
      `${counted(n("open"), "finding")} ${n("open") === 1 ? "is" : "are"} open already`,
    signals > 0 && `${counted(signals, "signal")} would be raised`,
  ].filter((clause) => clause !== false);
  return clauses.length === 0 ? "" : `: ${clauses.join(", ")}`;
}

function summary(answer: RuleTestAnswer): string {
  const what = answer.against === "samples" ? "kept sample" : "event";
  if (answer.tested === 0)
    return answer.against === "samples"
      ? "There are no kept samples yet: paste events instead."
      : "There was no event to try.";
  if (answer.matched === 0) return `Matches none of ${counted(answer.tested, what)}.`;
  return `Matches ${exactCount(answer.matched)} of ${counted(answer.tested, what)}${willOpen(answer)}.`;
}

function Row(props: { result: Result; against: RuleTestAnswer["against"]; view: View }) {
  const { result, against, view } = props;
  const source = result.source;
  return (
    <li class={result.matches ? "trial-row is-match" : "trial-row"}>
      <span class="trial-verdict">{result.matches ? "matches" : "no match"}</span>
      <span class="trial-what">
        {against === "events" && <span class="dim num">{`Event ${result.index + 1}: `}</span>}
        <bdi>{visible(result.subject ?? (result.matches ? "it happened" : ""))}</bdi>
        {result.reason !== null && (
          <>
            {result.subject === null ? "" : "; "}
            <span class="trial-reason">{visible(result.reason)}</span>
          </>
        )}
      </span>
      <span class="dim trial-where">
        {result.at !== null && <span class="num">{view.zone.short(epoch(result.at))} </span>}
        {source === null ? (
          result.resource !== null && <bdi>{visible(middle(result.resource, 16))}</bdi>
        ) : (
          <a href={source.startsWith("s") ? paths.signal(source) : paths.finding(source)}>
            {source.startsWith("s") ? "signal" : "finding"}
          </a>
        )}
      </span>
    </li>
  );
}

/** What came of it; empty before anything was tried. */
export function TrialResult(props: { trial: Trial; view: View }) {
  const { result } = props.trial;
  if (result === null) return <div class="trial-result" role="status"></div>;
  if (result.type === "refused")
    return (
      <div class="trial-result" role="status">
        <p class="notice is-warning">{visible(result.text)}</p>
      </div>
    );
  const { answer } = result;
  const most = MOST_ROWS[answer.against];
  const more = answer.results.length - most;
  return (
    <div class="trial-result" role="status">
      <p class="trial-summary">{summary(answer)}</p>
      <ol class="trial">
        {answer.results.slice(0, most).map((one) => (
          <Row result={one} against={answer.against} view={props.view} />
        ))}
      </ol>
      {more > 0 && <p class="dim">And {exactCount(more)} more.</p>}
    </div>
  );
}
