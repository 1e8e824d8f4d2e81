/**
 * Texts for people in other systems, and how they are written: as Markdown, or plain. Jira's way: adf.ts.
 * Contract: what agents and people have written cannot become markup, a mention, or a link of its own.
 */

export interface Span {
  text: string;
  as?: "code" | "strong";
  /** Where it leads. */
  href?: string;
}

export type Block =
  | { kind: "paragraph"; spans: readonly Span[] }
  | { kind: "list"; items: readonly (readonly Span[])[] }
  /** What somebody has written, in Markdown. */
  | { kind: "quote"; text: string };

export type RichText = readonly Block[];

export const paragraph = (...spans: (Span | string)[]): Block => ({
  kind: "paragraph",
  spans: spans.map(spanOf),
});

export const list = (items: readonly (readonly (Span | string)[])[]): Block => ({
  kind: "list",
  items: items.map((spans) => spans.map(spanOf)),
});

const spanOf = (span: Span | string): Span => (typeof span === "string" ? { text: span } : span);

/** Where a text is shown as it is: what leads somewhere says where. */
export function toPlain(text: RichText): string {
  return text.map(blockPlain).join("\n\n");
}

function blockPlain(block: Block): string {
  const line = (spans: readonly Span[]) =>
    spans.map(({ text, href }) => (href === undefined ? text : `${text} (${href})`)).join("");
  switch (block.kind) {
    case "paragraph":
      return line(block.spans);
    case "list":
      return block.items.map((item) => `- ${line(item)}`).join("\n");
    case "quote":
      return block.text;
  }
}

/** Of GitHub and GitLab. */
export function toMarkdown(text: RichText): string {
  return text.map(blockMarkdown).join("\n\n");
}

function blockMarkdown(block: Block): string {
  const line = (spans: readonly Span[]) => spans.map(spanMarkdown).join("");
  switch (block.kind) {
    case "paragraph":
      return line(block.spans);
    case "list":
      return block.items.map((item) => `- ${line(item)}`).join("\n");
    case "quote":
      return quoted(block.text);
  }
}

/** Their Markdown stays; nobody is called by it, and no HTML comes of it. */
function quoted(text: string): string {
  const tame = unmentioned(text).replaceAll("<", "&lt;");
  return tame
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function spanMarkdown({ text, as, href }: Span): string {
  const written = as === "code" ? codeMarkdown(text) : unmentioned(escaped(text));
  const marked = as === "strong" ? `**${written}**` : written;
  return href === undefined ? marked : `[${marked}](${href})`;
}

/** In a fence that is longer than any in it. */
function codeMarkdown(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, " ");
  const longest = Math.max(0, ...[...oneLine.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${oneLine} ${fence}` : `${fence}${oneLine}${fence}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~&]/g, "\\$&");
}

/** `@ana`, `#12`: an invisible space makes a word of them. */
function unmentioned(text: string): string {
  return text.replaceAll(/([@#])(?=\w)/g, "$1\u200b");
}
