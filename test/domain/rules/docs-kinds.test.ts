/** docs/rules.md lists each kind and action that a normaliser gives an event, and none that nobody gives. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EVENT_KINDS } from "../../../schema/event.ts";
import { kindOfDatadog } from "../../../workers/ingest/formats/datadog-kind.ts";
import { kindOfSystemCall } from "../../../workers/ingest/formats/falco-kind.ts";
import { kindOfOcsf } from "../../../workers/ingest/formats/ocsf-kind.ts";
import { kindOfHook } from "../../../workers/ingest/formats/tetragon-hooks.ts";
import { kindOfTracee } from "../../../workers/ingest/formats/tracee-kind.ts";
import { cells } from "./docs-tables.ts";

const FORMATS = new URL("../../../workers/ingest/formats/", import.meta.url);
const sources = readdirSync(FORMATS).map((name) => readFileSync(new URL(name, FORMATS), "utf8"));
/** Every short text in the normalisers: the names of system calls, hooks and events are among them. */
const words = [
  ...new Set(
    sources.flatMap((text) => [...text.matchAll(/"([a-z][a-z_0-9]*)"/g)].map(([, it]) => it ?? "")),
  ),
];

/** Calls and hooks without a word of ours keep their name, and are the kernel's. */
const isNamedAfterItself = (word: string, [kind, action]: readonly [string, string]) =>
  kind === "kernel" && action === word;

function produced(): Set<string> {
  const found = new Set<string>();
  const note = (pair: readonly [string, string] | null) => {
    if (pair !== null) found.add(pair.join(" "));
  };
  for (const word of words) {
    note(kindOfDatadog(word, undefined, []));
    note(kindOfTracee(word));
    for (const pair of [kindOfSystemCall(word), kindOfHook(word, [])])
      if (!isNamedAfterItself(word, pair) && pair[1] !== "") note(pair);
    for (const number of [0, 1, 2, 3, 4]) {
      const pair = kindOfHook(word, [number]);
      if (!isNamedAfterItself(word, pair) && pair[1] !== "") note(pair);
    }
  }
  for (const known of [1001, 1002, 1005, 1007, 2004, 4001, 4003])
    for (let activity = 0; activity < 100; activity++)
      note(kindOfOcsf(known, activity, 2, undefined));
  note(kindOfOcsf(4001, 1, 1, undefined));
  return found;
}

/** Given outside of the tables that `produced` asks: osquery's rows, single events, and the native format. */
const ELSEWHERE = [
  "process running",
  "process load_library",
  "network connected",
  "network listening",
  "kernel loaded",
  "kernel mounted",
  "container create",
  "container run",
  "container exists",
  "container stop",
  "host fact",
  "kubernetes exec",
  "kubernetes attach",
  "kubernetes portforward",
  "kubernetes ephemeralcontainers",
  "kubernetes audit",
  "detection detect",
  "detection audit",
  "detection uprobe",
  "detection usdt",
  "detection added",
  "detection present",
  // Also under the names of their calls.
  "kernel process_vm_readv",
  "kernel process_vm_writev",
  "kernel setuid",
  "kernel setreuid",
  "kernel setresuid",
  "kernel fsmount",
  "kernel move_mount",
  "kernel pivot_root",
];

const text = readFileSync(new URL("../../../docs/rules.md", import.meta.url), "utf8");
const [, table = ""] = /### Kinds and actions[\s\S]*?\n(\| kind[\s\S]*?)\n\n/.exec(text) ?? [];
const documented = new Set(
  cells(table).flatMap(([kind = "", actions = ""]) =>
    // What stands in brackets explains an action.
    [...actions.replaceAll(/\([^)]*\)|;.*$/g, "").matchAll(/`([a-z_]+)`/g)].map(
      ([, action]) => `${kind.replaceAll("`", "")} ${action}`,
    ),
  ),
);

test("every kind has a row", () => {
  expect(cells(table).map(([kind]) => kind?.replaceAll("`", ""))).toEqual([...EVENT_KINDS]);
});

test("every action that a normaliser gives is listed", () => {
  const given = new Set([...produced(), ...ELSEWHERE]);
  expect([...given].filter((pair) => !documented.has(pair)).toSorted()).toEqual([]);
});

test("no action is listed that nobody gives", () => {
  const given = new Set([...produced(), ...ELSEWHERE]);
  expect([...documented].filter((pair) => !given.has(pair)).toSorted()).toEqual([]);
});
