/** The right column of a rule: what it is, and what is excepted from it. */
import { counted } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { CLASS_WORDS } from "../format/rule-words.ts";
import { paths } from "../paths.ts";
import { ActLink } from "./act.tsx";
import type { RulePageProps } from "../props.ts";
import { risesText } from "../rises-form.ts";

export function RuleFacts(props: RulePageProps) {
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
        {!rule.builtIn && (
          <div>
            <dt>Quiet period</dt>
            <dd>
              {rule.quietPeriod} <span class="dim">{visible(rule.quietPeriodReason)}</span>
            </dd>
          </div>
        )}
        {!rule.builtIn && rule.rises.length > 0 && (
          <div>
            <dt>Rises to</dt>
            <dd>{risesText(rule.rises).replaceAll("\n", "; ")}</dd>
          </div>
        )}
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

/** Signals are never hidden, so a rule that only raises signals has none. */
export function RuleExceptions(props: RulePageProps) {
  const { rule, exceptions, view } = props;
  if (rule.class === "threat") return null;
  return (
    <section class="panel">
      <h2>Exceptions</h2>
      <p>
        {exceptions === 0 ? (
          "None: it is reported wherever it matches."
        ) : (
          <a href={paths.exceptions({ rule: rule.id })}>
            {counted(exceptions, "active exception")}
          </a>
        )}
      </p>
      <p>
        <ActLink view={view} href={paths.newException({ rule: rule.id })}>
          Add an exception
        </ActLink>
      </p>
    </section>
  );
}
