/** The pack against what the agents ship: no rule name is misspelt, and no agent rule is forgotten. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgentFormat } from "../../../schema/event.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { describeWithCorpus } from "../../support/corpus.ts";

const named = (format: AgentFormat): ReadonlySet<string> =>
  new Set(
    RULE_PACK.flatMap(({ matchers }) => matchers).flatMap((matcher) =>
      matcher.on === "agentRule" && matcher.format === format ? matcher.names : [],
    ),
  );

/** The rows of a table of agent rules, by column. */
function table(dir: string, file: string): Record<string, string>[] {
  const [header = "", ...lines] = readFileSync(join(dir, file), "utf8").trimEnd().split("\n");
  const columns = header.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""]));
  });
}

/** Signatures of Tracee that lead to none of our rules, and why. */
const TRACEE_UNMAPPED: Readonly<Record<string, string>> = {
  aslr_inspection: "a reader of one sysctl; nothing to mend",
  dynamic_code_loading: "every JIT does it",
  ld_preload: "how APM agents and allocators are meant to be loaded",
  sched_debug_recon: "a reader of one file that modern kernels do not have",
};

describeWithCorpus("agents' own rules", (dir) => {
  test("Falco: every name that we match exists", () => {
    const known = new Set(table(dir, "falco-rules.tsv").map((row) => row["rule"]));
    expect([...named("falco")].filter((name) => !known.has(name))).toEqual([]);
  });

  test("Falco: every stable and incubating rule leads to one of ours", () => {
    const shipped = table(dir, "falco-rules.tsv").filter(({ maturity }) =>
      ["stable", "incubating"].includes(maturity ?? ""),
    );
    expect(shipped.length).toBeGreaterThan(50);
    const ours = named("falco");
    expect(shipped.map((row) => row["rule"] ?? "").filter((name) => !ours.has(name))).toEqual([]);
  });

  test("Tetragon: every policy that we match exists", () => {
    const known = new Set(table(dir, "tetragon-rules.tsv").map((row) => row["policy_name"]));
    expect([...named("tetragon")].filter((name) => !known.has(name))).toEqual([]);
  });

  test("Tracee: every signature leads to one of ours by its id and by its name, or is left out for a reason", () => {
    const shipped = table(dir, "tracee-signatures.tsv").filter(
      (row) => row["row_type"] === "detector",
    );
    const mapped = shipped.filter((row) => !((row["event_name"] ?? "") in TRACEE_UNMAPPED));
    expect(mapped).toHaveLength(shipped.length - Object.keys(TRACEE_UNMAPPED).length);
    expect([...named("tracee")].toSorted()).toEqual(
      mapped.flatMap((row) => [row["id"] ?? "", row["event_name"] ?? ""]).toSorted(),
    );
  });
});
