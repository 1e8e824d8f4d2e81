/** `/rules/changes`: the ruleset as it is, and how it came to be so. */
import type { Page } from "../../schema/api.ts";
import type { RuleChangeView, RulesetView } from "../../schema/rules-api.ts";
import { counted, exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { Changes, shortHash } from "../parts/changes.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { RulesHead } from "../parts/rules-head.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface RuleChangesPageProps {
  view: View;
  ruleset: RulesetView;
  page: Page<RuleChangeView>;
  /** Titles of the rules and names of the members that there are, by id. */
  titles: ReadonlyMap<string, string>;
  /** The rule, exception, mute or member that the list is narrowed to. */
  subject: string | undefined;
  later: boolean;
}

export function RuleChangesPage(props: RuleChangesPageProps) {
  const { view, ruleset, page, subject } = props;
  return (
    <Frame view={view} title="Changes of the rules" active="rules">
      <RulesHead active="changes" />
      <p class="lead">
        Version {ruleset.version}, <code title={ruleset.hash}>{shortHash(ruleset.hash)}</code>:{" "}
        {counted(ruleset.rules, "rule")}, {exactCount(ruleset.enabled)} of them in force,{" "}
        {exactCount(ruleset.custom)} custom; {counted(ruleset.exceptions, "active exception")}.
        Rulesets with the same hash find the same things.
      </p>
      {subject !== undefined && (
        <p class="lead">
          Only changes of <bdi>{visible(props.titles.get(subject) ?? subject)}</bdi>.{" "}
          <a href={paths.ruleChanges()}>Show all</a>
        </p>
      )}
      {page.items.length === 0 ? (
        <Empty title="Nothing has been changed">
          <p>
            All rules are as the rule pack says. A change of a rule, or an exception from one, is
            written down here with who made it.
          </p>
        </Empty>
      ) : (
        <Changes changes={page.items} titles={props.titles} view={view} />
      )}
      {(page.nextCursor !== null || props.later) && (
        <p class="more">
          {props.later && (
            <>
              <a class="button" href={paths.ruleChanges({ subject })}>
                Back to the newest
              </a>{" "}
            </>
          )}
          {page.nextCursor !== null && (
            <a class="button" href={paths.ruleChanges({ subject, cursor: page.nextCursor })}>
              Older changes
            </a>
          )}
        </p>
      )}
    </Frame>
  );
}
