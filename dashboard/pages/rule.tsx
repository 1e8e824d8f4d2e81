/** `/rules/:id`: one rule, and the form that changes how it counts for this tenant. */
import type { FindingCounts, RuleView } from "../../schema/api.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { Markdown } from "../format/markdown.tsx";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { ChangedBy, Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { paths } from "../paths.ts";
import type { RuleFormErrors, RuleFormValues } from "../rule-form.ts";
import type { View } from "../view.ts";
import { CLASS_WORDS } from "./rules.tsx";

export type RuleNotice = "saved" | "reset" | "unchanged";

export const RULE_NOTICES: Readonly<Record<RuleNotice, string>> = {
  saved: "Saved. New events are judged by it within seconds.",
  reset: "Reset to what the rule pack says.",
  unchanged: "Nothing was different, so nothing was changed.",
};

export interface RulePageProps {
  view: View;
  rule: RuleView;
  counts: FindingCounts;
  values: RuleFormValues;
  errors: RuleFormErrors;
  notice: RuleNotice | undefined;
}

function FieldError(props: { id: string; text: string | undefined }) {
  return props.text === undefined ? null : (
    <p class="field-error" id={props.id}>
      {props.text}
    </p>
  );
}

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

function RuleForm(props: RulePageProps) {
  const { rule, view } = props;
  return (
    <section class="panel">
      <h2>In this tenant</h2>
      <form class="form" method="post" action={paths.rule(rule.id)}>
        <SeverityField {...props} />
        <QuietField {...props} />
        <EnabledField {...props} />
        <div class="form-actions">
          <button class="button is-primary" type="submit">
            Save
          </button>
          <button
            class="button"
            type="submit"
            name="reset"
            value="all"
            formnovalidate
            disabled={rule.overrides === null}
            title={
              rule.overrides === null
                ? "Nothing is changed, so there is nothing to reset"
                : undefined
            }
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

function Facts(props: RulePageProps) {
  const { rule, counts } = props;
  return (
    <section class="panel">
      <h2>This rule</h2>
      <dl class="side-facts">
        <div>
          <dt>Findings</dt>
          <dd>
            <a href={paths.findings({ rule: rule.id })}>{counts.open} open</a>,{" "}
            <a href={paths.history({ rule: rule.id })}>{counts.resolved} resolved</a>
          </dd>
        </div>
        <div>
          <dt>Class</dt>
          <dd>
            {rule.class}: {CLASS_WORDS[rule.class]}
          </dd>
        </div>
        <div>
          <dt>Looks at</dt>
          <dd>{rule.scope.map((type) => `${type}s`).join(" and ")}</dd>
        </div>
        <div>
          <dt>Origin</dt>
          <dd>{rule.builtIn ? "built in" : "custom"}</dd>
        </div>
        {rule.tags.length > 0 && (
          <div>
            <dt>Tags</dt>
            <dd>{rule.tags.map(visible).join(", ")}</dd>
          </div>
        )}
        <div>
          <dt>Id</dt>
          <dd class="mono">{rule.id}</dd>
        </div>
      </dl>
    </section>
  );
}

function References(props: { rule: RuleView }) {
  // Anything but https could run script or leak by plain text.
  const safe = props.rule.references.filter((reference) => reference.url.startsWith("https://"));
  if (safe.length === 0) return null;
  return (
    <>
      <h2>Read more</h2>
      <ul class="plain-list">
        {safe.map((reference) => (
          <li>
            <a href={reference.url} rel="noreferrer">
              {visible(reference.title)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

export function RulePage(props: RulePageProps) {
  const { rule, view, notice } = props;
  const failed = Object.keys(props.errors).length > 0;
  return (
    <Frame view={view} title={visible(rule.title)} active="rules">
      <p class="crumbs">
        <a href={paths.rules()}>
          <Icon name="back" />
          Rules
        </a>
      </p>
      <header class="finding-head">
        <p class="marks">
          <SeverityMark severity={rule.severity} />
          {!rule.enabled && <span class="tag">off</span>}
          {rule.overrides !== null && <span class="tag">changed</span>}
        </p>
        <h1 dir="auto">{visible(rule.title)}</h1>
      </header>
      {notice !== undefined && (
        <p class="notice" role="status">
          {RULE_NOTICES[notice]}
        </p>
      )}
      {failed && (
        <p class="notice is-warning" role="alert">
          Not saved: see the field below.
        </p>
      )}
      <div class="columns">
        <div class="wide advice">
          <h2>Why it matters</h2>
          <Markdown text={rule.why} />
          <h2>What good looks like</h2>
          <Markdown text={rule.good} />
          <h2>How to fix it</h2>
          <Markdown text={rule.remediation} />
          <References rule={rule} />
          <details class="matchers">
            <summary>What it matches</summary>
            <pre tabindex={0}>{visible(JSON.stringify(rule.matchers, null, 2))}</pre>
          </details>
        </div>
        <aside class="side" aria-label="Settings of this rule">
          <RuleForm {...props} />
          <Facts {...props} />
        </aside>
      </div>
    </Frame>
  );
}
