/** `/settings/automations`: the rules that make cases, in their order, and whether a cap holds any back today. */
import type { AutomationView } from "../../schema/case-rules.ts";
import { nameOf, type Names } from "../format/case.ts";
import { counted, exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { ArrangeButtons } from "../parts/case-rule-acts.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { RuleNotice, type RuleNoticeName } from "../parts/case-rule-acts.tsx";
import { SettingsHead } from "../parts/settings-head.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface AutomationsPageProps {
  view: View;
  rules: readonly AutomationView[];
  names: Names;
  notice: RuleNoticeName | undefined;
  refused: string | undefined;
}

/** "P2, for Ada, of team shop, labelled image" */
function makes({ priority, assignee, team, labels }: AutomationView, names: Names): string {
  const parts = [
    priority ?? "priority by its findings",
    assignee === null ? null : `given to ${nameOf(assignee, names)}`,
    team === null ? null : `team ${visible(team)}`,
    labels.length === 0 ? null : `labelled ${labels.map(visible).join(", ")}`,
  ];
  return parts.filter((part) => part !== null).join("; ");
}

function Today({ rule }: { rule: AutomationView }) {
  const { created, capped } = rule.today;
  return (
    <span class="num">
      {capped && <span class="tag is-warning">cap reached today</span>} {exactCount(created)} of{" "}
      {counted(rule.dailyCap, "case")} today
      {capped && "; what it holds back stays without a case until midnight (UTC)"}
    </span>
  );
}

function Rule(props: { rule: AutomationView; at: number; of: number; names: Names; view: View }) {
  const { rule, at, of, names, view } = props;
  return (
    <li class={rule.enabled ? "case-rule" : "case-rule is-off"} data-row>
      <span class="num dim">{at + 1}</span>
      <div>
        <p>
          <ActLink view={view} href={paths.automation(rule.id)} class="rule-name">
            {rule.id}
          </ActLink>{" "}
          {!rule.enabled && <span class="tag">off</span>}{" "}
          <span class="dim">{makes(rule, names)}</span>
        </p>
        <code dir="ltr">{visible(rule.when)}</code>
        <p>
          <Today rule={rule} />
        </p>
      </div>
      <ArrangeButtons
        to={paths.arrangeAutomation(rule.id)}
        {...{ at, of, view }}
        name={rule.id}
        toggles={rule.enabled ? "off" : "on"}
      />
    </li>
  );
}

export function AutomationsPage(props: AutomationsPageProps) {
  const { view, rules, names } = props;
  return (
    <Frame view={view} title="Automations" active="settings" styles="cases.css">
      <SettingsHead active="automations" />
      <RuleNotice {...props} />
      <p class="lead">
        Of a finding that opens, is not muted and is in no case, the first rule that is true makes a
        case; what else of its rule and workload opens joins that case.
      </p>
      {rules.length === 0 ? (
        <Empty title="No rule makes cases">
          <p>
            With one, findings that matter get a case, an owner and a due date by themselves. A dry
            run shows first of what it would make cases.
          </p>
          <p>
            <ActLink class="button is-primary" view={view} href={paths.newAutomation()}>
              New automation
            </ActLink>
          </p>
        </Empty>
      ) : (
        <>
          <ol class="case-rules">
            {rules.map((rule, at) => (
              <Rule {...{ rule, at, names, view }} of={rules.length} />
            ))}
          </ol>
          <p class="form-actions">
            <ActLink class="button is-primary" view={view} href={paths.newAutomation()}>
              New automation
            </ActLink>
          </p>
        </>
      )}
    </Frame>
  );
}
