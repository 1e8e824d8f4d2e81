/** What a rule says to a reader: why it matters, what good looks like, how to fix it. */
import type { RuleView } from "../../schema/api.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import { Markdown } from "../format/markdown.tsx";
import { visible } from "../format/visible.ts";

export function Advice(props: { finding: FindingDetail; rule: RuleView | null }) {
  const { finding, rule } = props;
  if (rule === null)
    return (
      <section class="advice">
        <h2>Rule</h2>
        <p class="dim">The rule {visible(finding.rule)} no longer exists, so there is no advice.</p>
      </section>
    );
  return (
    <section class="advice">
      <h2>Why it matters</h2>
      <Markdown text={rule.why} />
      <h2>What good looks like</h2>
      <Markdown text={rule.good} />
      <h2>How to fix it</h2>
      <Markdown text={rule.remediation} />
    </section>
  );
}
