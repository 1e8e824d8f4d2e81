/**
 * Edits of several people at once, field by field. Contract: nothing that anybody has written is lost. What the reader
 * has not touched stays as it is now; what only the reader has changed is sent; what both have changed is theirs to see
 * before it is sent. Pure.
 */

/** Texts of a form's fields. */
export type Fields<K extends string> = Readonly<Record<K, string>>;

/** A field that somebody else has changed meanwhile. */
export interface Conflict<K extends string> {
  field: K;
  /** As it is now. */
  theirs: string;
}

export interface Merged<K extends string> {
  /** What the reader has changed. */
  mine: Partial<Record<K, string>>;
  conflicts: Conflict<K>[];
  /** For the form where there is a conflict: what the reader has typed, and else what there is now. */
  values: Record<K, string>;
}

/** `was`: what the form showed, `typed`: what came back, `now`: what there is. */
export function mergeEdit<K extends string>(
  was: Fields<K>,
  typed: Fields<K>,
  now: Fields<K>,
): Merged<K> {
  const mine: Partial<Record<K, string>> = {};
  const conflicts: Conflict<K>[] = [];
  const values: Record<K, string> = { ...now };
  // Its own keys, as it was made from them.
  for (const field of Object.keys(now) as K[]) {
    const isTouched = typed[field] !== was[field];
    if (!isTouched || typed[field] === now[field]) continue;
    mine[field] = typed[field];
    values[field] = typed[field];
    if (now[field] !== was[field]) conflicts.push({ field, theirs: now[field] });
  }
  return { mine, conflicts, values };
}
