/** The form that changes how a rule counts for this tenant; errors stand beside their field. */
import { SEVERITIES } from "../../schema/rule.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { RulePageProps } from "../props.ts";
import { paths } from "../paths.ts";
import { risesText } from "../rises-form.ts";
import { ActButton } from "./act.tsx";
import { FieldError, RISES_HINT, TextArea } from "./form.tsx";
import { ChangedBy } from "./frame.tsx";

/** What the pack says, where the tenant says something else. */
function Built(props: { was: string | undefined; is: string }) {
  return props.was === undefined || props.was === props.is ? null : (
    <span class="hint">Built in: {props.was}.</span>
  );
}

function QuietField(props: RulePageProps) {
  const { rule, values, errors } = props;
  const bad = errors.quietPeriod !== undefined;
  return (
    <div class="form-row">
      <label for="quiet-period">Quiet period</label>
      <div>
        <input
          id="quiet-period"
          name="quietPeriod"
          class="short"
          value={values.quietPeriod}
          required
          aria-invalid={bad ? "true" : undefined}
          aria-describedby={bad ? "quiet-error quiet-hint" : "quiet-hint"}
          autocomplete="off"
        />
        <FieldError id="quiet-error" text={errors.quietPeriod} />
        <span class="hint" id="quiet-hint">
          Such as 90s, 24h or 7d. {visible(rule.quietPeriodReason)}{" "}
          <Built was={rule.overrides?.quietPeriod} is={rule.quietPeriod} />
        </span>
      </div>
    </div>
  );
}

function SeverityField(props: RulePageProps) {
  const { rule, values, errors } = props;
  return (
    <div class="form-row">
      <label for="severity">Severity</label>
      <div>
        <select id="severity" name="severity">
          {SEVERITIES.map((severity) => (
            <option value={severity} selected={severity === values.severity}>
              {severity}
            </option>
          ))}
        </select>
        <FieldError id="severity-error" text={errors.severity} />
        <Built was={rule.overrides?.severity} is={rule.severity} />
      </div>
    </div>
  );
}

function RisesField(props: RulePageProps) {
  const { rule, values, errors } = props;
  const was = rule.overrides?.rises;
  return (
    <TextArea
      id="rises"
      name="rises"
      label="Rises to"
      rows={2}
      value={values.rises}
      error={errors.rises}
      placeholder="high after 72h"
      hint={
        <>
          {RISES_HINT}{" "}
          {was !== undefined && (
            <Built was={risesText(was) || "it does not rise"} is={risesText(rule.rises)} />
          )}
        </>
      }
    />
  );
}

function EnabledField(props: RulePageProps) {
  const { rule, values, counts } = props;
  return (
    <div class="form-row">
      <span>In force</span>
      <div>
        <label class="check">
          <input type="checkbox" name="enabled" checked={values.enabled} />
          Look for it
        </label>
        {rule.enabled && counts.open > 0 && (
          <span class="hint">
            Turning it off ends {counted(counts.open, "open finding")} as rule_retired.
          </span>
        )}
      </div>
    </div>
  );
}

export function RuleForm(props: RulePageProps) {
  const { rule, view } = props;
  const unchanged = "Nothing is changed, so there is nothing to reset";
  const noReset =
    view.forbids("POST", paths.rule(rule.id)) ?? (rule.overrides === null ? unchanged : null);
  return (
    <section class="panel">
      <h2>In this tenant</h2>
      <form class="form" method="post" action={paths.rule(rule.id)}>
        <SeverityField {...props} />
        <RisesField {...props} />
        <QuietField {...props} />
        <EnabledField {...props} />
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={paths.rule(rule.id)}>
            Save
          </ActButton>
          <button
            class="button"
            type="submit"
            name="reset"
            value="all"
            formnovalidate
            disabled={noReset !== null}
            title={noReset ?? undefined}
          >
            Reset to the rule pack
          </button>
        </div>
      </form>
      <p class="dim">
        {rule.overrides === null ? (
          "As the rule pack says: nobody has changed it."
        ) : (
          <>
            Changed by{" "}
            <ChangedBy
              by={visible(rule.overrides.updatedBy)}
              at={epoch(rule.overrides.updatedAt)}
              view={view}
            />
            .
          </>
        )}
      </p>
    </section>
  );
}
