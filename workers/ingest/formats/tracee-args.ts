/**
 * The arguments of a Tracee event. Pure.
 * `args[]` of `{ name, type, value }` (aquasecurity/tracee:types/trace/trace.go); `data[]` of `{ name, value }` as v1beta1 is written
 * (api/v1beta1/event_json.go), or of `{ name, <type>: value }` as its documentation and protojson show it; documentation of
 * detectors also has an object. `detected_from` and the argument `triggeredBy` hold the event behind a detection.
 */
import { cleanText, isRaw, readObject, readString, type Notes, type Raw } from "../fields.ts";

/** No event has as many. */
const MAX_ARGS = 64;
const MAX_WORD_CHARS = 128;
const MAX_WORDS = 8;

/** The arguments by name; without a prototype, since the names come from outside. */
export function readArgs(value: unknown, into: Raw = Object.create(null)): Raw {
  if (isRaw(value)) {
    for (const name in value) into[name] ??= bareValue(value[name]);
    return into;
  }
  if (!Array.isArray(value)) return into;
  const end = Math.min(value.length, MAX_ARGS);
  for (let i = 0; i < end; i++) {
    const arg: unknown = value[i];
    if (!isRaw(arg)) continue;
    const name = arg["name"];
    if (typeof name === "string") into[name] ??= bareValue(valueOf(arg));
  }
  return into;
}

/** The event that a detection was made from. */
export function readTrigger(event: Raw, args: Raw): { name: string | undefined; args: unknown } {
  const from = readObject(event, "detected_from") ?? readObject(args, "triggeredBy");
  if (from === undefined) return { name: undefined, args: undefined };
  const name = from["name"] ?? from["event_name"];
  return {
    name: typeof name === "string" ? name : undefined,
    args: from["data"] ?? from["args"],
  };
}

function valueOf(arg: Raw): unknown {
  if (arg["value"] !== undefined) return arg["value"];
  for (const key in arg) if (key !== "name" && key !== "type") return arg[key];
  return undefined;
}

/** protobuf's wrappers and arrays: `{ value: … }`. */
function bareValue(value: unknown): unknown {
  return isRaw(value) && value["value"] !== undefined ? value["value"] : value;
}

/** The first of some arguments that is text and says something. */
export function argText(
  args: Raw,
  names: readonly string[],
  notes: Notes,
  field: string,
): string | undefined {
  for (const name of names) {
    const text = readString(args, name, notes, field);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** For people: `ptrace(request=PTRACE_TRACEME)`. Only what is short enough to read. */
export function describeArgs(name: string, args: Raw, notes: Notes): string | undefined {
  const words: string[] = [];
  for (const key in args) {
    const value = args[key];
    if (typeof value !== "string" && typeof value !== "number") continue;
    if (words.push(`${key}=${String(value).slice(0, MAX_WORD_CHARS)}`) === MAX_WORDS) break;
  }
  return cleanText(`${name}(${words.join(", ")})`, notes, "message");
}
