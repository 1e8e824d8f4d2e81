/** `/rules/:id/delete`: what deleting a custom rule would do, before it is done. */
import type { FindingCounts } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import { counted } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface RuleDeleteProps {
  view: View;
  rule: RuleView;
  counts: FindingCounts;
  /** Active exceptions from the rule. */
  exceptions: number;
  /** Why it was not deleted. */
  refused: string | undefined;
}

export function RuleDeletePage(props: RuleDeleteProps) {
  const { view, rule, counts, exceptions } = props;
  return (
    <Frame view={view} title="Delete a rule" active="rules">
      <Crumbs href={paths.rule(rule.id)} word="The rule" />
      <section class="message-page">
        <h1 dir="auto">Delete “{visible(rule.title)}”?</h1>
        {props.refused !== undefined && (
          <p class="notice is-warning" role="alert">
            Not deleted: {visible(props.refused)}
          </p>
        )}
        <ul class="plain-list">
          <li>
            {counts.open === 0 ? (
              "It has no open finding."
            ) : (
              <>
                Resolves{" "}
                <a href={paths.findings({ rule: rule.id })}>
                  {counted(counts.open, "open finding")}
                </a>{" "}
                as rule_retired.
              </>
            )}
          </li>
          {counts.resolved > 0 && (
            <li>
              {counted(counts.resolved, "resolved finding")} and past signals stay in the history.
            </li>
          )}
          {exceptions > 0 && (
            <li>{counted(exceptions, "exception")} from it will have nothing left to hide.</li>
          )}
          <li>The rule itself is gone for good; its last state stays in the list of changes.</li>
        </ul>
        <form class="form-actions" method="post" action={paths.deleteRule(rule.id)}>
          <button class="button is-danger" type="submit">
            Delete the rule
          </button>
          <a class="button" href={paths.rule(rule.id)}>
            Keep it
          </a>
          {rule.enabled && (
            <a class="button" href={paths.editRule(rule.id)}>
              Turn it off instead
            </a>
          )}
        </form>
      </section>
    </Frame>
  );
}
