/** Atlassian Document Format, version 1: how Jira Cloud writes texts. developer.atlassian.com/cloud/jira/platform/apis/document */
import type { Block, RichText, Span } from "./rich-text.ts";

export interface AdfNode {
  type: string;
  version?: 1;
  text?: string;
  attrs?: Record<string, unknown>;
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  content?: AdfNode[];
}

export function toAdf(text: RichText): AdfNode {
  return { type: "doc", version: 1, content: text.map(blockNode) };
}

function blockNode(block: Block): AdfNode {
  switch (block.kind) {
    case "paragraph":
      return paragraphNode(block.spans);
    case "list":
      return {
        type: "bulletList",
        content: block.items.map((item) => ({ type: "listItem", content: [paragraphNode(item)] })),
      };
    case "quote":
      return {
        type: "blockquote",
        content: block.text.split(/\n{2,}/).map((part) => paragraphNode([{ text: part }])),
      };
  }
}

function paragraphNode(spans: readonly Span[]): AdfNode {
  return { type: "paragraph", content: spans.flatMap(spanNodes) };
}

/** A text node is never empty, and a line break is a node of its own. */
function spanNodes({ text, as, href }: Span): AdfNode[] {
  const marks = [
    ...(as === undefined ? [] : [{ type: as }]),
    ...(href === undefined ? [] : [{ type: "link", attrs: { href } }]),
  ];
  return text
    .split("\n")
    .flatMap((line, i) => [
      ...(i === 0 ? [] : [{ type: "hardBreak" }]),
      ...(line === "" ? [] : [{ type: "text", text: line, ...(marks.length > 0 && { marks }) }]),
    ]);
}

const BLOCKS = new Set(["paragraph", "heading", "listItem", "codeBlock", "blockquote", "rule"]);

/** What it says, without how: of whatever nodes there are. A text that is none is as it is. */
export function adfText(value: unknown): string {
  if (typeof value === "string") return value;
  return textOf(value)
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const { type, text, attrs, content } = value as Partial<AdfNode>;
  if (type === "hardBreak") return "\n";
  if (typeof text === "string") return text;
  const inside = Array.isArray(content) ? content.map(textOf).join("") : "";
  if (inside !== "") return BLOCKS.has(type ?? "") ? `${inside}\n` : inside;
  // Mentions, emoji and cards say what they are in their attributes.
  const said = attrs?.["text"] ?? attrs?.["url"] ?? attrs?.["shortName"];
  return typeof said === "string" ? said : "";
}
