/** Texts of others on pages. (Markup is no concern here: JSX escapes every string.) */
import { cut, visible } from "../../schema/visible.ts";

export { cut, visible };

const NEEDS_QUOTES = /[\s"'\\$`&|;<>()*?]|^$/;

/** A command as one could paste it into a shell: arguments with special characters are quoted. */
export function commandLine(exe: string | undefined, args: readonly string[] | undefined): string {
  const words = [...(exe === undefined ? [] : [exe]), ...(args ?? [])];
  return words
    .map((word) => (NEEDS_QUOTES.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : word))
    .map(visible)
    .join(" ");
}

/** Cut in the middle, for ids and digests whose ends tell them apart. */
export function middle(text: string, keep = 12): string {
  if (text.length <= keep * 2 + 1) return text;
  const end = text.slice(-keep);
  return `${cut(text, keep)}${end.isWellFormed() ? end : end.slice(1)}`;
}
