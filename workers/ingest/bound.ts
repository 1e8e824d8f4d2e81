/**
 * The last look at a normalised event: no text in it is longer than a field may be, whatever its normaliser joined,
 * put into lower case or took out of a tag. Pure.
 * Contract: what is cut is named in `truncated`; an event within its limits is left as it is.
 */
import type { LullEvent } from "../../schema/event.ts";
import { MAX_ARG_CHARS, MAX_FIELD_CHARS, MAX_TAGS } from "../../schema/limits.ts";
import { cutText, note, type Notes } from "./fields.ts";

/** `size`: of the raw event. A normaliser joins and repeats its texts, at most so that they double. */
export function boundTexts(event: LullEvent, size: number): void {
  const notes: Notes = { truncated: event.truncated };
  if (2 * size > MAX_FIELD_CHARS) boundObject(event, "", notes);
  else if (2 * size > MAX_ARG_CHARS) {
    if (event.process?.args !== undefined) boundList(event.process.args, "process.args", notes);
    if (event.tags !== undefined) boundList(event.tags, "tags", notes);
  }
  if (event.tags !== undefined && event.tags.length > MAX_TAGS) {
    note(notes, "tags");
    event.tags.length = MAX_TAGS;
  }
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
}

/** An event is three objects deep at the most (`k8s.workload.name`), and its normaliser made all of them. */
function boundObject(object: object, prefix: string, notes: Notes): void {
  // Looked at by name, and texts are given back as texts.
  const holder = object as Record<string, unknown>;
  for (const key in holder) {
    const value = holder[key];
    if (typeof value === "string") {
      if (value.length > MAX_FIELD_CHARS)
        holder[key] = cutText(value, MAX_FIELD_CHARS, notes, prefix + key);
    } else if (Array.isArray(value)) boundList(value, prefix + key, notes);
    else if (typeof value === "object" && value !== null)
      boundObject(value, `${prefix}${key}.`, notes);
  }
}

/** Tags and arguments. */
function boundList(list: unknown[], field: string, notes: Notes): void {
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === "string" && item.length > MAX_ARG_CHARS)
      list[i] = cutText(item, MAX_ARG_CHARS, notes, field);
  }
}
