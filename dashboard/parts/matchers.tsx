/** What a rule matches, to be read: one block a matcher, with its condition as it was written. */
import type { RuleView } from "../../schema/rules-api.ts";
import { visible } from "../format/visible.ts";
import { valuesOf } from "../matcher-form.ts";

/** Lines of a list with commas between them. */
const listed = (lines: string) => visible(lines.split("\n").join(", "));

function Matcher(props: { matcher: RuleView["matchers"][number] }) {
  const values = valuesOf(props.matcher);
  const facts =
    values.on === "agentRule"
      ? [[`Rules of ${values.format}`, values.names] as const]
      : [
          ["Event", `${values.kind}: ${values.actions.split(" ").join(", ")}`] as const,
          ["Programs", values.processNames] as const,
          ["Paths begin", values.paths] as const,
        ];
  return (
    <li>
      <dl class="side-facts">
        {facts.map(([label, value]) =>
          value === "" ? null : (
            <div>
              <dt>{label}</dt>
              <dd class="mono">{listed(value)}</dd>
            </div>
          ),
        )}
      </dl>
      {values.when !== "" && (
        <pre tabindex={0} dir="ltr">
          {visible(values.when)}
        </pre>
      )}
    </li>
  );
}

export function MatcherList(props: { rule: RuleView }) {
  return (
    <ol class="matcher-list">
      {props.rule.matchers.map((matcher) => (
        <Matcher matcher={matcher} />
      ))}
    </ol>
  );
}
