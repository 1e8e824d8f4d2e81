/** Text that an agent or an attacker chose, made safe to read. Markup is the concern of whatever shows it. */

/** C0 and C1 controls but tab and line feed, bidi controls, zero-width characters but the emoji joiner. */
const DECEPTIVE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `\u202e` instead of a character that turns the rest of the line around. */
export function visible(text: string): string {
  return text.replace(
    DECEPTIVE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Cut at the end, for a sentence that someone made too long to read. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most);
  // The cut may go through a character of two halves.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
