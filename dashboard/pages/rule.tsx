/** `/rules/:id`: one rule, what it finds, and how it counts for this tenant. */
import type { RuleView } from "../../schema/rules-api.ts";
import { visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { AdviceParts } from "../parts/advice.tsx";
import { Changes } from "../parts/changes.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { MatcherList } from "../parts/matchers.tsx";
import { RuleForm } from "../parts/rule-form.tsx";
import { RuleExceptions, RuleFacts } from "../parts/rule-side.tsx";
import { TrialFields, TrialResult } from "../parts/rule-trial.tsx";
import { paths } from "../paths.ts";
import type { RulePageProps } from "../props.ts";
import { RULE_NOTICES } from "../rule-form.ts";

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

function LastChanges(props: RulePageProps) {
  const { changes, rule, view } = props;
  if (changes.items.length === 0) return null;
  return (
    <section class="rule-changes">
      <h2>Last changes</h2>
      <Changes changes={changes.items} view={view} />
      {changes.nextCursor !== null && (
        <p>
          <a href={paths.ruleChanges({ subject: rule.id })}>All changes of this rule</a>
        </p>
      )}
    </section>
  );
}

function TryIt(props: RulePageProps) {
  const action = paths.tryRule(props.rule.id);
  return (
    <section class="try-it" id="try">
      <h2>Try it</h2>
      <form class="form" method="post" action={action}>
        <TrialFields trial={props.trial} action={action} target="#try" />
        <TrialResult trial={props.trial} view={props.view} />
      </form>
    </section>
  );
}

function Head(props: RulePageProps) {
  const { rule, view } = props;
  return (
    <header class="finding-head">
      <p class="marks">
        <SeverityMark severity={rule.severity} />
        {!rule.enabled && <span class="tag">off</span>}
        {rule.overrides !== null && <span class="tag">changed</span>}
        {!rule.builtIn && <span class="tag">custom</span>}
      </p>
      <h1 dir="auto">{visible(rule.title)}</h1>
      {!rule.builtIn && (
        <p class="form-actions">
          <ActLink class="button" view={view} href={paths.editRule(rule.id)}>
            Change
          </ActLink>
          <ActLink class="button" view={view} href={paths.deleteRule(rule.id)}>
            Delete
          </ActLink>
        </p>
      )}
    </header>
  );
}

export function RulePage(props: RulePageProps) {
  const { rule, view, notice } = props;
  const failed = Object.keys(props.errors).length > 0;
  return (
    <Frame view={view} title={visible(rule.title)} active="rules">
      <Crumbs href={paths.rules()} word="Rules" />
      <Head {...props} />
      {notice !== undefined && (
        <p class="notice" role="status">
          {RULE_NOTICES[notice]}
        </p>
      )}
      {failed && (
        <p class="notice is-warning" role="alert">
          Not saved: {props.errors.form === undefined ? "see the field below." : props.errors.form}
        </p>
      )}
      <div class="columns">
        <div class="wide advice">
          <AdviceParts rule={rule} />
          <References rule={rule} />
          <details class="matchers" open={!rule.builtIn}>
            <summary>What it matches</summary>
            <MatcherList rule={rule} />
          </details>
          <TryIt {...props} />
          <LastChanges {...props} />
        </div>
        <aside class="side" aria-label="Settings of this rule">
          {rule.builtIn && <RuleForm {...props} />}
          <RuleFacts {...props} />
          <RuleExceptions {...props} />
        </aside>
      </div>
    </Frame>
  );
}
