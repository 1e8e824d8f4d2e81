/** `/rules/:id`: one rule, and the form that changes how it counts for this tenant. */
import type { RuleView } from "../../schema/api.ts";
import { Markdown } from "../format/markdown.tsx";
import { visible } from "../format/visible.ts";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { RuleForm } from "../parts/rule-form.tsx";
import { paths } from "../paths.ts";
import type { RulePageProps } from "../props.ts";
import { RULE_NOTICES } from "../rule-form.ts";
import { CLASS_WORDS } from "./rules.tsx";

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
