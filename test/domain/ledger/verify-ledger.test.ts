/** The auditor's script as a process: which tampering it finds, and what it says of what it cannot know. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM, type LedgerEntry, type LedgerHead } from "../../../schema/ledger.ts";
import { canonicalJson } from "../../../durable/domain/canonical.ts";
import { chain, GENESIS, hashOf } from "../../../durable/domain/ledger.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lull-ledger-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const script = "scripts/verify-ledger.mjs";
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

let files = 0;
function file(content: string): string {
  const path = join(folder, `file-${++files}`);
  writeFileSync(path, content);
  return path;
}

const exportOf = (entries: readonly LedgerEntry[]) =>
  file(entries.map((entry) => `${canonicalJson(entry)}\n`).join(""));

function chained(tenant: string, length: number): LedgerEntry[] {
  let head: LedgerHead = GENESIS;
  return Array.from({ length }, (_, i) => {
    const input = {
      id: `e${i}`,
      at: Date.parse("2031-03-01T10:00:00.000Z") + i,
      actor: { ...SYSTEM, name: 'é🙂 "\\ \u0000\u2028' },
      action: "rule.changed",
      subject: { kind: "rule", id: "r" },
      after: { "10": [0.1, 1e21, null, true], "9": { z: 1, a: "ä" } },
      reason: `because ${i}`,
    };
    const entry = chain(tenant, head, input, sha256);
    head = entry;
    return entry;
  });
}

const ENTRIES = chained("acme", 9);
const at = (i: number): LedgerEntry => ENTRIES[i] ?? expect.unreachable();
const spelled = ({ seq, hash }: LedgerHead) => `${seq}:${hash}`;
const HEAD = spelled(at(8));

/** An entry with other content, and the hash that fits it. */
function forged(i: number): LedgerEntry {
  const body = { ...at(i), reason: "another one" };
  return { ...body, hash: hashOf(body, sha256) };
}

describe("an intact export", () => {
  test("is told so, with what that proves and what not", () => {
    const { code, out } = run(exportOf(ENTRIES));
    expect(code).toBe(0);
    expect(out).toContain("INTACT: 9 entries, 1 to 9, of tenant acme.");
    expect(out).toContain(`head      ${HEAD}`);
    expect(out).toContain("no anchor says so");
    const anchored = run(exportOf(ENTRIES), "--anchor", HEAD);
    expect(anchored.code).toBe(0);
    expect(anchored.out).toContain("Up to entry 9 it is the chain");
  });

  test("takes its anchor from a certificate, a webhook, a head, or another export", () => {
    const { seq, hash } = at(5);
    const payload = Buffer.from(JSON.stringify({ ledger: { seq, hash } })).toString("base64url");
    const sources = [
      `e30.${payload}.c2ln`,
      JSON.stringify({ type: "finding.opened", ledger: { seq, hash }, data: {} }),
      JSON.stringify({ specversion: "1.0", ledger: `${seq}:${hash}` }),
      JSON.stringify({ class_uid: 2_003, unmapped: { ledger: { seq, hash } } }),
      JSON.stringify({ seq, hash, copied: seq }),
      `${canonicalJson(at(4))}\n${canonicalJson(at(5))}\n`,
    ];
    for (const source of sources) {
      const anchor = file(source);
      const { code, out } = run(exportOf(ENTRIES), "--anchor", anchor);
      expect(out).toContain(`anchor    entry 6, by ${anchor}`);
      expect(code).toBe(0);
      expect(run(exportOf(ENTRIES.slice(0, 5)), "--anchor", anchor).code).toBe(1);
    }
  });

  test("may be a part, where it is said what it follows", () => {
    const part = exportOf(ENTRIES.slice(4));
    const { code, out } = run(part, "--after", spelled(at(3)), "--anchor", HEAD);
    expect(code).toBe(0);
    expect(out).toContain("INTACT: 5 entries, 5 to 9");
    expect(run(part, "--after", spelled(at(2))).code).toBe(1);
  });
});

describe("tampering", () => {
  test.each([
    ["a changed entry", ENTRIES.with(3, { ...at(3), reason: "x" }), "Entry 4 was changed"],
    ["one changed with its hash", ENTRIES.with(3, forged(3)), "Entry 5 does not follow entry 4"],
    ["the last one changed with its hash", ENTRIES.with(8, forged(8)), "Entry 9 is not the one"],
    ["a missing entry", ENTRIES.toSpliced(3, 1), "Entry 4 is missing"],
    ["two that have changed places", ENTRIES.with(3, at(4)).with(4, at(3)), "Entry 4 does not"],
    ["one that stands there twice", ENTRIES.toSpliced(3, 0, at(2)), "Entry 3 does not stand in"],
    ["a cut at the end", ENTRIES.slice(0, 6), "The end is cut off after entry 6"],
    ["a cut at the beginning", ENTRIES.slice(2), "The beginning is cut off"],
    ["all of it gone", [], "The end is cut off after entry 0"],
    ["another tenant's", chained("other", 9), "Entry 9 is not the one"],
  ])("is found, given a later anchor: %s", (_, entries, said) => {
    const { code, out } = run(exportOf(entries), "--anchor", HEAD);
    expect(out).toContain("NOT INTACT");
    expect(out).toContain(said);
    expect(code).toBe(1);
  });

  test("of any byte of a line is found, also where it says the same", () => {
    const lines = ENTRIES.map((entry) => canonicalJson(entry));
    for (const change of [
      (line: string) => line.replace('"action":', '"action": '),
      (line: string) => line.replace('"action":', '"action":"nothing","action":'),
      (line: string) => line.slice(0, -5),
      () => "[]",
    ]) {
      const tampered = lines.with(4, change(lines[4] ?? ""));
      const { code, out } = run(file(tampered.join("\n")));
      expect(out).toContain("was changed");
      expect(code).toBe(1);
    }
  });

  test("of an anchor is found, where there are two", () => {
    const other = `9:sha256:${"a".repeat(64)}`;
    const { code, out } = run(exportOf(ENTRIES), "--anchor", HEAD, "--anchor", other);
    expect(out).toContain("The anchors themselves differ about entry 9");
    expect(code).toBe(1);
  });
});

test("called wrongly, it says how to call it", () => {
  const path = exportOf(ENTRIES);
  for (const args of [
    [],
    [path, path],
    [path, "--nothing"],
    [path, "--after", "9"],
    [path, "--anchor", file("{}")],
    [path, "--anchor", join(folder, "none")],
    [join(folder, "none")],
  ]) {
    const { code, err } = run(...args);
    expect(err).not.toBe("");
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  }
});
