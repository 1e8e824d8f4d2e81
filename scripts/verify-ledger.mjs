#!/usr/bin/env node
/**
 * Checks an export of the ledger offline: `verify-ledger ledger.jsonl --anchor certificate.jws`. Plain JavaScript in
 * one file with nothing but Node's own modules, so that an auditor can read it, and needs nothing else (Node 20 or
 * newer). Exit code: 0 intact, 1 not intact, 2 called wrongly. docs/ledger.md explains the entries.
 */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const USAGE = `Usage: verify-ledger <ledger.jsonl> [--anchor <seq>:<hash> or a file]... [--after <seq>:<hash>]

  --anchor  what the ledger said of itself at some time: a number with its hash, or a file that holds one
            (a certificate, a webhook's body, the answer of /api/v1/audit/head, another export)
  --after   the entry that the export follows, where it does not begin with the first one`;

const HASH = /^sha256:[0-9a-f]{64}$/;
const GENESIS = { seq: 0, hash: `sha256:${"0".repeat(64)}` };

/** The export is not intact; the message says why. */
class Broken extends Error {}
/** The script was called wrongly. */
class Misuse extends Error {}

async function main(argv) {
  try {
    const { path, anchors, after } = inputs(argv);
    print(report(await checked(path, after, anchors), after, anchors));
    return 0;
  } catch (error) {
    if (error instanceof Misuse) process.stderr.write(`${error.message}\n`);
    else if (error instanceof Broken) print(`NOT INTACT\n\n  ${error.message}`);
    else throw error;
    return error instanceof Misuse ? 2 : 1;
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

function inputs(argv) {
  let parsed;
  try {
    const options = { anchor: { type: "string", multiple: true }, after: { type: "string" } };
    parsed = parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new Misuse(`${error.message}\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1) throw new Misuse(USAGE);
  const after = values.after === undefined ? GENESIS : pair(values.after);
  if (after === null) throw new Misuse(`--after is not <seq>:<hash>.\n${USAGE}`);
  return { path: positionals[0], anchors: (values.anchor ?? []).map(anchorOf), after };
}

/* Anchors. */

/** A number with its hash as they are written on a command line; null if it is none. */
function pair(text) {
  const [, seq, hash] = /^(\d{1,15}):(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? null : { seq: Number(seq), hash };
}

function anchorOf(text) {
  const written = pair(text);
  if (written !== null) return { ...written, source: "the command line" };
  const content = read(text).trim();
  const found = [() => content, () => jwsPayload(content), () => content.split("\n").at(-1)]
    .map((part) => headIn(jsonOrNull(part())))
    .find((head) => head !== null);
  if (found === undefined) throw new Misuse(`${text} says nothing of where a ledger stood.`);
  return { ...found, source: text };
}

/** In certificates and bodies of webhooks it stands under `ledger`; a head and an entry are one themselves. */
function headIn(value) {
  const head = value?.ledger ?? value?.payload?.ledger ?? value?.unmapped?.ledger ?? value;
  if (typeof head === "string") return pair(head);
  const isHead = Number.isSafeInteger(head?.seq) && head.seq >= 0 && HASH.test(head.hash);
  return isHead ? { seq: head.seq, hash: head.hash } : null;
}

function jwsPayload(text) {
  const parts = text.split(".");
  return parts.length === 3 ? Buffer.from(parts[1], "base64url").toString("utf8") : "";
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Misuse(`Cannot read ${path}: ${error.code}.`);
  }
}

function jsonOrNull(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/* The chain. */

/** Reads the export line by line, so that it may be of any length. */
async function checked(path, after, anchors) {
  const known = new Map();
  for (const { seq, hash, source } of anchors) {
    if ((known.get(seq)?.hash ?? hash) !== hash)
      throw new Broken(
        `The anchors themselves differ about entry ${seq}: ${known.get(seq).source} and ${source}.`,
      );
    known.set(seq, { hash, source });
  }
  const chain = { last: after, first: null, tenant: null, from: null, to: null };
  let gap = null;
  for await (const line of linesOf(path)) {
    if (line.trim() === "") continue;
    if (gap !== null) {
      if (jsonOrNull(line)?.seq === gap) throw new Broken(reordered(gap));
      continue;
    }
    const entry = entryOf(line, chain);
    if (entry.seq > chain.last.seq + 1) gap = chain.last.seq + 1;
    else follow(chain, entry, known);
  }
  if (gap !== null) throw new Broken(missing(gap, chain, after));
  endOf(chain, known);
  return chain;
}

/** Not by node:readline, for which a line may also end in U+2028, as names and reasons may hold it. */
async function* linesOf(path) {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, "utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop();
      for (const line of lines) yield line.replace(/\r$/, "");
    }
  } catch (error) {
    throw error.code === undefined ? error : new Misuse(`Cannot read ${path}: ${error.code}.`);
  }
  yield rest;
}

/** The entry of a line, which is what its hash says, to the character. */
function entryOf(line, { last, tenant }) {
  const entry = jsonOrNull(line);
  const where = `The entry after ${last.seq}`;
  if (!Number.isSafeInteger(entry?.seq) || !HASH.test(entry.hash))
    throw new Broken(`${where} is no entry of a ledger: it was changed.`);
  const { hash, ...body } = entry;
  const digest = createHash("sha256").update(canonical(body)).digest("hex");
  if (`sha256:${digest}` !== hash)
    throw new Broken(`Entry ${entry.seq} was changed: it is not what its hash says.`);
  if (canonical(entry) !== line)
    throw new Broken(`Entry ${entry.seq} was changed: it is not written as it was exported.`);
  if (tenant !== null && entry.tenant !== tenant)
    throw new Broken(`Entry ${entry.seq} is of another tenant (${entry.tenant}).`);
  return entry;
}

function follow(chain, entry, known) {
  const { last } = chain;
  if (entry.seq <= last.seq) throw new Broken(reordered(entry.seq));
  if (entry.prev !== last.hash)
    throw new Broken(
      `Entry ${entry.seq} does not follow entry ${last.seq} as it is here: one of them was written anew.`,
    );
  const anchor = known.get(entry.seq);
  if (anchor !== undefined && anchor.hash !== entry.hash)
    throw new Broken(
      `Entry ${entry.seq} is not the one that ${anchor.source} vouches for: it, or one before it, was written anew.`,
    );
  chain.first ??= entry.seq;
  chain.tenant ??= entry.tenant;
  chain.from ??= entry.at;
  chain.to = entry.at;
  chain.last = { seq: entry.seq, hash: entry.hash };
}

function reordered(seq) {
  return `Entry ${seq} does not stand in its place: entries were reordered or repeated.`;
}

function missing(seq, { first }, after) {
  return first === null && after === GENESIS
    ? `The beginning is cut off: entry ${seq} is missing. Of a part of a ledger say with --after what it follows.`
    : `Entry ${seq} is missing. (Of an export with filters that says nothing: export all entries, or a range of numbers.)`;
}

function endOf({ last, first }, known) {
  const [beyond] = [...known].filter(([seq]) => seq > last.seq).toSorted(([a], [b]) => b - a);
  if (beyond !== undefined)
    throw new Broken(
      `The end is cut off after entry ${last.seq}: ${beyond[1].source} vouches for entry ${beyond[0]}.`,
    );
  if (first === null) throw new Broken("There is no entry in it.");
}

/** RFC 8785. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/* What it says, in words. */

function report({ tenant, first, last, from, to }, after, anchors) {
  const count = last.seq - first + 1;
  const met = anchors.filter(({ seq }) => seq >= first);
  const newest = met.toSorted((a, b) => b.seq - a.seq)[0];
  return [
    `INTACT: ${count} ${count === 1 ? "entry" : "entries"}, ${first} to ${last.seq}, of tenant ${tenant}.`,
    "",
    `  happened  ${from} (entry ${first}) to ${to} (entry ${last.seq})`,
    `  head      ${last.seq}:${last.hash}`,
    ...(after === GENESIS ? [] : [`  follows   ${after.seq}:${after.hash}`]),
    ...met.map(({ seq, source }) => `  anchor    entry ${seq}, by ${source}`),
    "",
    ...section("What this proves", proven(first, last, newest)),
    ...section("What this does not prove", notProven(last, newest)),
  ].join("\n");
}

function section(title, lines) {
  return [title, ...lines.map((line) => `  - ${line}`), ""];
}

function proven(first, last, newest) {
  const whole = `Entries ${first} to ${last.seq} are one chain: none was changed, taken out or moved without writing anew all that follow.`;
  if (newest === undefined) return [whole];
  return [
    whole,
    `Up to entry ${newest.seq} it is the chain that there was when ${newest.source} was made: not even by writing anew was anything changed.`,
  ];
}

function notProven(last, newest) {
  const beyond =
    newest === undefined
      ? "That it was not written anew as a whole, or that no later entries were cut off: no anchor says so. Give one."
      : `That entries after ${newest.seq} were not written anew or cut off, since that is the newest anchor${newest.seq === last.seq ? " (here it is the last entry)" : ""}.`;
  return [
    beyond,
    "That an anchor is genuine: check a certificate with verify-certificate, a webhook by its signature.",
    "That everything that happened was written down, or that it happened as it says.",
  ];
}

process.exitCode = await main(process.argv.slice(2));
