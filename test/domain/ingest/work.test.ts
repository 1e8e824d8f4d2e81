/** Reading a body costs a multiple of reading as much of sound events, whatever stands in it: nobody can buy much work with few bytes. */
import { expect, test } from "vitest";
import { MAX_EVENT_BYTES } from "../../../schema/limits.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import { datadogEnvelope } from "../formats/datadog-fixtures.ts";
import {
  falcoAlert,
  laurelLine,
  nativeEvent,
  ocsfEvent,
  RECEIVED_AT,
  tetragonLine,
  tetragonProcess,
  traceEvent,
  type Json,
} from "../formats/fixtures.ts";
import { auditbeat, osqueryRow, SPECIMENS } from "./specimens.ts";

/**
 * How many times the cost of as much text of sound events. JSON.parse itself takes up to 20 times as long to find that
 * something is no JSON; whatever grows faster than its input costs hundreds of times as much.
 */
const MOST = 50;
const FULL = MAX_EVENT_BYTES - 4_096;

const times = (text: string, size = FULL) => text.repeat(Math.floor(size / text.length));
const numbered = (count: number, prefix = "k") =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, "x"]));

const SOUND = SPECIMENS.filter((event) => event["events"] === undefined).map((event) =>
  JSON.stringify(event),
);

function fastest(runs: number, work: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** An event or a whole body, almost as large as it may be. */
const BODIES: readonly (readonly [string, Json | string])[] = [
  [
    "quotes that never close",
    tetragonLine("process_exec", { process: tetragonProcess({ arguments: times('"x ') }) }),
  ],
  [
    "quotes that close late",
    tetragonLine("process_exec", { process: tetragonProcess({ arguments: `${times('"x ')}"` }) }),
  ],
  ["quotes in a command line", ocsfEvent(1007, { actor: { process: { cmd_line: times('"x ') } } })],
  [
    "spaces in a command line",
    ocsfEvent(1007, { actor: { process: { cmd_line: `a${times(" ")}b` } } }),
  ],
  ["spaces between arguments", falcoAlert({ "proc.args": times("a ") })],
  [
    "one long name above many fields",
    falcoAlert({ proc: { [times("n", 20_000)]: numbered(3_000) } }),
  ],
  ["many fields", falcoAlert({ proc: {}, ...numbered(4_000) })],
  ["many tags in a text", datadogEnvelope({}, [], { ddtags: times(",") })],
  ["many tags of one name", datadogEnvelope({}, [], { ddtags: times("kube_job:,") })],
  ["many revisions", datadogEnvelope({ agent: { rule_id: times("_v1", 4_000) } })],
  ["many keys", laurelLine({ key: times("a%01") })],
  ["many record types", laurelLine({}, numbered(4_000, "T"))],
  ["an endless serial", laurelLine({}, { ID: `1795514398.120:${times("1")}` })],
  ["percent signs", laurelLine({ SYSCALL: "connect" }, { SOCKADDR: [{ saddr: times("%2") }] })],
  [
    "brackets of an address",
    laurelLine({ SYSCALL: "connect" }, { SOCKADDR: [{ SADDR: times("laddr=") }] }),
  ],
  ["an endless fraction of a second", nativeEvent({ time: `2026-11-24T09:59:58.${times("1")}` })],
  ["many arguments", nativeEvent({ process: { args: Array.from({ length: 15_000 }, () => "a") } })],
  ["a quoted directory", osqueryRow({ pid: "1", path: "/x", cwd: times('"', 4_000) })],
  ["many arguments of Tracee's", traceEvent("x", numbered(1_000))],
  ["arguments of Tracee's as an object", traceEvent("x", {}, { args: numbered(4_000) })],
  [
    "many actions",
    auditbeat({ module: "file_integrity", action: Array.from({ length: 9_000 }, () => "a") }),
  ],
  ["a wrapper's spaces", { log: `${times(" ")}{` }],
  ["wrappers in wrappers", { log: JSON.stringify({ message: times("{") }) }],
  [
    "rows below one long head",
    {
      ...osqueryRow({}),
      columns: undefined,
      decorations: numbered(40_000),
      snapshot: Array.from({ length: 4_900 }, () => ({ a: 1 })),
    },
  ],
  [
    "rows below a head of many lists",
    {
      ...osqueryRow({}),
      columns: undefined,
      x: Array.from({ length: 500_000 }, () => 1),
      snapshot: Array.from({ length: 4_900 }, () => ({ a: 1 })),
    },
  ],
  [
    "rows below a head as large as an event",
    {
      ...osqueryRow({}),
      columns: undefined,
      x: Array.from({ length: 30_000 }, () => 1),
      snapshot: Array.from({ length: 4_900 }, () => ({ a: 1 })),
    },
  ],
  ["empty lines", times("\n", 5_000_000) + "{}"],
  ["lines that are no JSON", times(`${"[".repeat(1_000)}\n`, 4_900_000)],
  ["nothing but openings", times('{"a":[', 5_000_000)],
];

/** As many characters of sound events. */
function soundBody(chars: number): string {
  const lines: string[] = [];
  for (let length = 0, i = 0; length < chars && lines.length < 5_000; i++) {
    const line = SOUND[i % SOUND.length] ?? "{}";
    lines.push(line);
    length += line.length;
  }
  return lines.join("\n");
}

const read = (text: string) => decodeBatch(text, { format: null, receivedAt: RECEIVED_AT });

test.each(BODIES)("%s", (_, body) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const sound = soundBody(text.length);
  const least = fastest(5, () => read(sound)) * (text.length / sound.length);
  const cost = fastest(3, () => read(text));
  expect(cost / least).toBeLessThan(MOST);
});
