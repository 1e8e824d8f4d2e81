/** Examples of the API as one would send them now: instants moved, and the command that sends them. */
import { EXAMPLES_AT, type Method } from "../../schema/openapi.ts";
import { formatInstant, parseInstant } from "../../schema/time.ts";

const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g;
/** A Unix time in seconds, milliseconds or nanoseconds, as a number or as a string of digits. */
const UNITS_PER_MS: readonly [digits: number, unitsPerMs: number][] = [
  [10, 0.001],
  [13, 1],
];
/** Instants of examples lie within this of EXAMPLES_AT; other numbers of that length are no instants. */
const NEAR_MS = 400 * 86_400_000;

/** The example with every instant in it moved, so that EXAMPLES_AT becomes `now`. Digits below the millisecond stay. */
export function playedAt(value: unknown, now: number): unknown {
  const by = now - EXAMPLES_AT;
  if (typeof value === "string") return movedText(value, by);
  if (typeof value === "number") return movedNumber(value, by);
  if (Array.isArray(value)) return value.map((item) => playedAt(item, now));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, playedAt(item, now)]));
}

function movedText(text: string, by: number): string {
  if (/^\d{19}$/.test(text)) {
    const at = BigInt(text) / 1_000_000n;
    return isNear(Number(at)) ? String(BigInt(text) + BigInt(by) * 1_000_000n) : text;
  }
  if (/^(?:\d{10}|\d{13})$/.test(text)) return String(movedNumber(Number(text), by));
  return text.replaceAll(INSTANT, (instant, fraction: string | undefined) => {
    const at = parseInstant(instant);
    if (at === null) return instant;
    const moved = formatInstant(at + by);
    // As many digits as the agent writes.
    const rest = fraction?.slice(4) ?? "";
    return fraction === undefined ? moved.replace(/\.\d+Z$/, "Z") : moved.replace("Z", `${rest}Z`);
  });
}

function movedNumber(value: number, by: number): number {
  for (const [digits, perMs] of UNITS_PER_MS) {
    if (String(Math.trunc(value)).length === digits && isNear(value / perMs))
      return value + Math.round(by * perMs);
  }
  return value;
}

function isNear(at: number): boolean {
  return Math.abs(at - EXAMPLES_AT) < NEAR_MS;
}

/** What a command is made of. */
export interface Call {
  origin: string;
  method: Method;
  /** With its parameters filled in, and its query. */
  path: string;
  auth: "agentKey" | "apiToken" | "inBody" | "none";
  body?: { mediaType: string; value: unknown } | undefined;
  /** Lines beside those that the key and the body ask for. */
  headers?: readonly string[];
}

const SECRET = { agentKey: "$LULL_AGENT_KEY", apiToken: "$LULL_API_TOKEN" } as const;

/** The command line of curl for a POSIX shell; the key or token comes from the environment. */
export function curl({ origin, method, path, auth, body, headers = [] }: Call): string {
  const parts = [`curl ${quoted(`${origin}${path}`)}`];
  const implied = body === undefined ? "get" : "post";
  if (method !== implied) parts[0] += ` -X ${method.toUpperCase()}`;
  if (auth === "agentKey" || auth === "apiToken")
    parts.push(`-H "Authorization: Bearer ${SECRET[auth]}"`);
  parts.push(...headers.map((line) => `-H ${quoted(line)}`));
  if (body !== undefined) {
    parts.push(`-H ${quoted(`Content-Type: ${body.mediaType}`)}`);
    // `-d` would take the line ends of NDJSON away.
    parts.push(`--data-binary ${quoted(textOf(body.value))}`);
  }
  return parts.join(" \\\n  ");
}

/** As it is sent: a string as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function quoted(text: string): string {
  const literal = `'${text.replaceAll("'", String.raw`'\''`)}'`;
  // Where a key stands within a body, the shell fills it in.
  return literal.replaceAll(/\$LULL_[A-Z_]+/g, (variable) => `'"${variable}"'`);
}
