/**
 * Takes what is secret out of what people read. Contract: of a secret nothing is left but that it was there, also where
 * it stands in JSON or in an address, and where the text was cut off within it.
 */

const HIDDEN = "…";
/** What is shorter stands in any text by chance: a beginning of a secret, at the end of a text. */
const MIN_CHARS = 4;

export function hide(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .flatMap((secret) => (secret === "" ? [] : spellingsOf(secret)))
    // One that holds another goes first.
    .toSorted((a, b) => b.length - a.length);
  let shown = text;
  for (const spelling of new Set(spellings)) shown = shown.replaceAll(spelling, HIDDEN);
  for (const spelling of spellings) shown = withoutBeginning(shown, spelling);
  return shown;
}

function spellingsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

/** A text that was cut off may end in the beginning of a secret. */
function withoutBeginning(text: string, secret: string): string {
  for (let chars = Math.min(secret.length - 1, text.length); chars >= MIN_CHARS; chars--)
    if (text.endsWith(secret.slice(0, chars))) return text.slice(0, -chars) + HIDDEN;
  return text;
}
