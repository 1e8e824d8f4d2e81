/**
 * Canonical JSON (RFC 8785): the same value has the same text, so that it can be hashed. Pure. ECMAScript's own
 * numbers and strings are what the standard asks for, and its order of keys is that of `<`.
 */

/** Of what JSON can say; a member that is undefined is left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
