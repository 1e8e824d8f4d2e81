/**
 * Markdown of rule texts as JSX: paragraphs, lists, fenced code, code spans, bold, https links.
 * Contract: text never becomes markup. All output is JSX, whose strings are escaped; anything
 * outside the subset is shown as it was written.
 */
import type { Child } from "hono/jsx";

/** Lists in lists in lists: deeper is not what a rule text needs. */
const MAX_DEPTH = 3;

// Each alternative stops at its own opening character, so that the scan stays linear.
const INLINE = /`([^`\n]+)`|\*\*([^*]+)\*\*|\[([^[\]]+)\]\((https:\/\/[^\s()<>"]+)\)/g;

function inline(text: string): Child[] {
  const out: Child[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, bold, label, href] = match;
    out.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code !== undefined) out.push(<code>{code}</code>);
    else if (bold !== undefined) out.push(<strong>{bold}</strong>);
    else
      out.push(
        <a href={href} rel="noreferrer">
          {label}
        </a>,
      );
  }
  out.push(text.slice(end));
  return out;
}

const FENCE = /^\s{0,3}```/;
const ITEM = /^(\s{0,3})(?:[-*]|(\d{1,3})[.)])\s+/;

interface Taken {
  node: Child;
  /** Index of the first line that was not taken. */
  next: number;
}

function takeFence(lines: readonly string[], start: number): Taken {
  let end = start + 1;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end++;
  const code = lines.slice(start + 1, end).join("\n");
  return { node: <pre tabindex={0}>{code}</pre>, next: end + 1 };
}

/** An item reaches to the next item of its list, or to a line that is neither blank nor indented. */
function takeList(lines: readonly string[], start: number, depth: number): Taken {
  const ordered = ITEM.exec(lines[start] ?? "")?.[2] !== undefined;
  const items: string[][] = [];
  let next = start;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const item = ITEM.exec(line);
    if (item !== null && (item[2] !== undefined) === ordered)
      items.push([line.slice(item[0].length)]);
    else if (/^\s{2,}\S/.test(line) || line.trim() === "")
      items.at(-1)?.push(line.replace(/^\s{2,3}/, ""));
    else break;
  }
  const children = items.map((item) => <li>{blocks(item, depth + 1)}</li>);
  return { node: ordered ? <ol>{children}</ol> : <ul>{children}</ul>, next };
}

function takeParagraph(lines: readonly string[], start: number): Taken {
  let next = start + 1;
  while (next < lines.length) {
    const line = lines[next] ?? "";
    if (line.trim() === "" || FENCE.test(line) || ITEM.test(line)) break;
    next++;
  }
  return { node: <p>{inline(lines.slice(start, next).join("\n"))}</p>, next };
}

function blocks(lines: readonly string[], depth: number): Child[] {
  const out: Child[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at++;
      continue;
    }
    const taken = FENCE.test(line)
      ? takeFence(lines, at)
      : ITEM.test(line) && depth < MAX_DEPTH
        ? takeList(lines, at, depth)
        : takeParagraph(lines, at);
    out.push(taken.node);
    at = taken.next;
  }
  return out;
}

/** Renders the subset; see the contract above. */
export function Markdown(props: { text: string }) {
  return <div class="prose">{blocks(props.text.split(/\r?\n/), 0)}</div>;
}
