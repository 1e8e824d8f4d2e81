/** The pack against what the agents ship: no rule name is misspelt, and no agent rule is forgotten. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgentFormat, Normalised } from "../../../schema/event.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import type { Raw } from "../../../workers/ingest/fields.ts";
import { normaliseTetragon } from "../../../workers/ingest/formats/tetragon.ts";
import { normaliseTracee } from "../../../workers/ingest/formats/tracee.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { describeWithCorpus } from "../../support/corpus.ts";
import { TETRAGON, type Led, type Outcome } from "./corpus-tetragon.ts";
import { TRACEE_INPUTS, TRACEE_OLD_IDS, TRACEE_UNMAPPED } from "./corpus-tracee.ts";

const engine = compileRuleset({ version: 0, hash: "", rules: RULE_PACK });

const named = (format: AgentFormat): ReadonlySet<string> =>
  new Set(
    RULE_PACK.flatMap(({ matchers }) => matchers).flatMap((matcher) =>
      matcher.on === "agentRule" && matcher.format === format ? matcher.names : [],
    ),
  );

type Row = Readonly<Record<string, string>>;

/** The rows of a table of agent rules, by column. */
function table(dir: string, file: string): Row[] {
  const [header = "", ...lines] = readFileSync(join(dir, file), "utf8").trimEnd().split("\n");
  const columns = header.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""]));
  });
}

const column = (rows: readonly Row[], name: string) => rows.map((row) => row[name] ?? "");

/** The ids of the rules that a line leads to. */
function rulesOf(normalised: Normalised): string[] {
  if (normalised.type !== "event") return [normalised.type];
  const { event } = normalised;
  const place = event.container === undefined ? "host" : "container";
  return engine.match(event, place).map(({ id }) => id);
}

const isLed = (outcome: Outcome): outcome is Led => "rule" in outcome;
const led = (outcomes: Readonly<Record<string, Outcome>>) =>
  Object.entries(outcomes).flatMap(([key, outcome]) =>
    isLed(outcome) ? [{ key, rule: outcome.rule, line: outcome.line }] : [],
  );

/** Falco's sandbox rules that lead to none of ours, and why. */
const FALCO_UNMAPPED: Readonly<Record<string, string>> = {
  "Read Shell Configuration File": "every shell that starts reads them",
  "Create Hidden Files or Directories": "caches and lock files begin with a dot everywhere",
  "Basic Interactive Reconnaissance":
    "`id` and `w` typed by a person: the shell is what to mend, and it has a rule",
};

/** The policy's name in every kind of event that has one. */
function withPolicy(line: Raw, policy: string): Raw {
  if (policy.startsWith("(none)")) return line;
  return JSON.parse(JSON.stringify(line), (key, value: unknown) =>
    key === "process_kprobe" || key === "process_exec"
      ? { ...(value as Raw), policy_name: policy } // Both are objects.
      : value,
  ) as Raw; // JSON of an object is one.
}

describeWithCorpus("agents' own rules", (dir) => {
  test("Falco: every name that we match exists", () => {
    const known = new Set(column(table(dir, "falco-rules.tsv"), "rule"));
    expect([...named("falco")].filter((name) => !known.has(name))).toEqual([]);
  });

  test("Falco: every rule leads to one of ours, or is a sandbox rule that is left out for a reason", () => {
    const shipped = table(dir, "falco-rules.tsv").filter(({ maturity }) =>
      ["stable", "incubating", "sandbox"].includes(maturity ?? ""),
    );
    expect(shipped.length).toBeGreaterThan(90);
    const ours = named("falco");
    const missing = shipped.filter((row) => !ours.has(row["rule"] ?? ""));
    expect(new Set(column(missing, "maturity"))).toEqual(new Set(["sandbox"]));
    expect(column(missing, "rule").toSorted()).toEqual(Object.keys(FALCO_UNMAPPED).toSorted());
  });

  test("Tetragon: every policy that we match exists", () => {
    const known = new Set(column(table(dir, "tetragon-rules.tsv"), "policy_name"));
    expect([...named("tetragon")].filter((name) => !known.has(name))).toEqual([]);
  });

  test("Tetragon: every policy and hook leads to one of our rules, or is left out for a reason", () => {
    const rows = table(dir, "tetragon-rules.tsv");
    const keys = rows.map((row) => {
      const policy = row["policy_name"] ?? "";
      const exact = `${policy}|${row["hooks_function_name"] ?? ""}`;
      return exact in TETRAGON ? exact : policy;
    });
    expect(rows.length).toBeGreaterThan(90);
    expect([...new Set(keys)].toSorted()).toEqual(Object.keys(TETRAGON).toSorted());
  });

  test("Tracee: every signature leads to one of ours by its id and by its name, or is left out for a reason", () => {
    const shipped = table(dir, "tracee-signatures.tsv").filter(
      (row) => row["row_type"] === "detector",
    );
    const mapped = shipped.filter((row) => !((row["event_name"] ?? "") in TRACEE_UNMAPPED));
    expect(mapped).toHaveLength(shipped.length - Object.keys(TRACEE_UNMAPPED).length);
    const events = ["ptrace", "process_vm_writev"];
    expect([...named("tracee")].toSorted()).toEqual(
      [
        ...column(mapped, "id"),
        ...column(mapped, "event_name"),
        ...TRACEE_OLD_IDS,
        ...events,
      ].toSorted(),
    );
  });

  test("Tracee: every plain event leads to one of our rules, or is left out for a reason", () => {
    const inputs = table(dir, "tracee-signatures.tsv").filter((row) => row["row_type"] === "event");
    expect(column(inputs, "event_name").toSorted()).toEqual(Object.keys(TRACEE_INPUTS).toSorted());
  });
});

test.each(led(TETRAGON))("Tetragon's $key leads to $rule", ({ key, rule, line }) => {
  const [policy = ""] = key.split("|");
  expect(rulesOf(normaliseTetragon(withPolicy(line, policy)))).toContain(rule);
});

test.each(led(TRACEE_INPUTS))("Tracee's $key leads to $rule", ({ rule, line }) => {
  expect(rulesOf(normaliseTracee(line))).toContain(rule);
});
