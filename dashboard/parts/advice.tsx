/** What a rule says to a reader: why it matters, what good looks like, how to fix it. */
import type { RuleView } from "../../schema/rules-api.ts";
import { Markdown } from "../format/markdown.tsx";
import { visible } from "../format/visible.ts";

/** `id`: the rule's, to name it by where it is gone. A part that a custom rule leaves empty is left out. */
export function Advice(props: { id: string; rule: RuleView | null }) {
  const { id, rule } = props;
  if (rule === null)
    return (
      <section class="advice">
        <h2>Rule</h2>
        <p class="dim">The rule {visible(id)} no longer exists, so there is no advice.</p>
      </section>
    );
  return (
    <section class="advice">
      <AdviceParts rule={rule} />
    </section>
  );
}

const PARTS = [
  ["why", "Why it matters"],
  ["good", "What good looks like"],
  ["remediation", "How to fix it"],
] as const;

export function AdviceParts(props: { rule: RuleView }) {
  const said = PARTS.filter(([part]) => props.rule[part].trim() !== "");
  if (said.length === 0)
    return <p class="dim">This rule says neither why it matters nor what to do.</p>;
  return (
    <>
      {said.map(([part, title]) => (
        <>
          <h2>{title}</h2>
          <Markdown text={props.rule[part]} />
        </>
      ))}
    </>
  );
}
