/** Where an expression is wrong: the line, with a caret under the place. */
import type { Problem } from "../../schema/problem.ts";
import { visible } from "../format/visible.ts";

/** Characters of the line that are shown before and after the place. */
const AROUND = 48;

/** The line at fault and the spaces before the caret. */
export function excerptOf(
  source: string,
  { line, column }: { line: number; column: number },
): { text: string; before: string } {
  const text = (source.split("\n")[line - 1] ?? "").replaceAll("\t", " ").replace(/\r$/, "");
  const at = column - 1;
  const start = at <= AROUND ? 0 : at - AROUND;
  const end = at + AROUND;
  const head = start > 0 ? "…" : "";
  const tail = end < text.length ? "…" : "";
  // Halves of a character that the cut has gone through are shown as such by toWellFormed.
  const before = head + visible(text.slice(start, at).toWellFormed());
  return {
    text: before + visible(text.slice(at, end).toWellFormed()) + tail,
    before: " ".repeat(before.length),
  };
}

export function ExpressionError(props: {
  source: string;
  position: NonNullable<Problem["position"]> | undefined;
}) {
  if (props.position === undefined) return null;
  const { text, before } = excerptOf(props.source, props.position);
  return (
    <figure class="excerpt">
      <figcaption>
        Line {props.position.line}, column {props.position.column}
      </figcaption>
      <pre tabindex={0} dir="ltr">{`${text}\n${before}^`}</pre>
    </figure>
  );
}
