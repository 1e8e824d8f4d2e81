/**
 * `output_fields` as Falco prints them: flat, with dots in the names.
 * A log pipeline may have made objects of the dots (`{"container":{"id":…}}`); this undoes it.
 */
import { isRaw, type Raw } from "../fields.ts";

/** `ka.target.namespace` and `proc.aname[2]` are the deepest names. */
const MAX_DEPTH = 5;
/** The longest name has 40 characters. A long one above many others would be copied for each of them. */
const MAX_NAME_CHARS = 128;
const GROUPS = ["container", "proc", "evt", "fd", "k8s", "user", "ka", "scap"] as const;

/** The fields by their dotted names: the object itself, unless a pipeline has nested it. */
export function flatFields(fields: Raw): Raw {
  for (const group of GROUPS) if (isRaw(fields[group])) return flatten(fields);
  return fields;
}

function flatten(fields: Raw): Raw {
  // Without a prototype: the names come from outside.
  const flat: Raw = Object.create(null);
  flattenInto(flat, "", fields, 1);
  return flat;
}

function flattenInto(flat: Raw, prefix: string, fields: Raw, depth: number): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (prefix.length + key.length > MAX_NAME_CHARS) continue;
    if (isRaw(value) && depth < MAX_DEPTH) flattenInto(flat, `${prefix}${key}.`, value, depth + 1);
    else flat[`${prefix}${key}`] = value;
  }
}
