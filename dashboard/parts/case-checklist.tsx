/** The steps of a case: each is ticked by a button of its own form, which works without script. */
import type { CaseDetail, StepView } from "../../schema/case.ts";
import { MAX_CHECKLIST_CHARS } from "../../schema/limits.ts";
import { Markdown } from "../format/markdown.tsx";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { swapsForm } from "./form.tsx";
import { Icon } from "./icons.tsx";
import { Moment } from "./time.tsx";

interface StepProps {
  id: string;
  step: StepView;
  /** Why it may not be changed. */
  why: string | null;
  view: View;
}

function Step({ id, step, why, view }: StepProps) {
  const to = paths.caseStep(id, step.id);
  const text = visible(step.text);
  return (
    <li class={step.done ? "step is-done" : "step"}>
      <form method="post" action={to} id={`step-${step.id}`} {...swapsForm(to, "#checklist")}>
        <button
          class="tick"
          type="submit"
          name="do"
          value={step.done ? "untick" : "tick"}
          disabled={why !== null}
          title={why ?? (step.done ? "Not done after all" : "Done")}
          aria-pressed={step.done ? "true" : "false"}
          aria-label={text}
        >
          {step.done && <Icon name="check" />}
        </button>
        <div class="step-text" dir="auto">
          <Markdown text={text} />
          {step.doneAt !== null && (
            <span class="dim">
              done by <bdi>{visible(step.doneBy ?? "")}</bdi>,{" "}
              <Moment at={epoch(step.doneAt)} as="ago" view={view} />
            </span>
          )}
        </div>
        <button
          class="quiet-button"
          type="submit"
          name="do"
          value="remove"
          disabled={why !== null}
          title={why ?? "Remove this step"}
        >
          <Icon name="close" />
          <span class="visually-hidden">Remove: {text}</span>
        </button>
      </form>
    </li>
  );
}

export function CaseChecklist(props: { of: CaseDetail; why: string | null; view: View }) {
  const { of, why, view } = props;
  const { checklist } = of;
  const done = checklist.filter((step) => step.done).length;
  const to = paths.caseSteps(of.id);
  return (
    <section id="checklist" class="case-section">
      <h2>
        Checklist{" "}
        {checklist.length > 0 && (
          <span class="dim num">
            {done} of {checklist.length}
          </span>
        )}
      </h2>
      <ul class="steps">
        {checklist.map((step) => (
          <Step id={of.id} {...{ step, why, view }} />
        ))}
      </ul>
      <form
        class="one-line"
        method="post"
        action={to}
        {...swapsForm(to, "#checklist", "outerHTML")}
      >
        <label class="visually-hidden" for="new-step">
          A further step
        </label>
        <input
          id="new-step"
          name="text"
          class="full"
          maxlength={MAX_CHECKLIST_CHARS}
          placeholder="A further step"
          required
          autocomplete="off"
          disabled={why !== null}
        />
        <button class="button" type="submit" disabled={why !== null} title={why ?? undefined}>
          Add
        </button>
      </form>
    </section>
  );
}
