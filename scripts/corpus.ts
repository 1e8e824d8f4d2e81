/**
 * `npm run corpus`: what becomes of the corpus of real agent events (which is not part of the repository).
 * Prints a table, a row for each file; `--all` adds a line for each event.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LullEvent, Normalised } from "../schema/event.ts";
import { decodeBatch } from "../workers/ingest/decode.ts";
import { compileRuleset } from "../workers/rules/engine.ts";
import { defaultRuleset } from "../durable/ruleset.ts";

/** Files of the formats that are read so far; their names start with the agent's. */
const FILES = /^(?:osquery|datadog-cws|auditbeat|laurel|falco|tetragon|tracee|ocsf)--.*\.jsonl$/;
/** Files that no agent of ours would send, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  "libaudit--elastic-go-libaudit.jsonl":
    "what a library's tests expect of it; auditbeat sends the same events as ECS documents",
};

const folder =
  process.env["LULL_EVENTS_DIR"] ?? fileURLToPath(new URL("../../shared/events", import.meta.url));
const engine = compileRuleset(defaultRuleset());

interface Tally {
  lines: number;
  event: number;
  contact: number;
  ignored: number;
  rejected: number;
  /** Rule ids with how many events each matched. */
  rules: Map<string, number>;
  /** Why lines are no events, with how many. */
  reasons: Map<string, number>;
}

function newTally(): Tally {
  return {
    lines: 0,
    event: 0,
    contact: 0,
    ignored: 0,
    rejected: 0,
    rules: new Map(),
    reasons: new Map(),
  };
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function matchedRules(event: LullEvent): string[] {
  const resourceType = event.container === undefined ? "host" : "container";
  return engine.match(event, resourceType).map((rule) => rule.id);
}

function reasonOf(item: Exclude<Normalised, { type: "event" }>): string {
  if (item.type === "rejected") return `rejected ${item.code}: ${item.detail}`;
  const dropped = item.type === "contact" && item.dropped ? `, ${item.dropped} dropped` : "";
  return `${item.type}: ${item.reason}${dropped}`;
}

function peerOf(event: LullEvent): string {
  const { network } = event;
  if (network === undefined) return "";
  const arrow = network.direction === "inbound" ? "<-" : "->";
  return `${arrow}${network.ip ?? network.hostname ?? "?"}:${network.port ?? "?"}/${network.protocol ?? "?"}`;
}

function describe(event: LullEvent, rules: readonly string[]): string {
  const { container, k8s, process: program, user } = event;
  const parts = [
    `${event.kind}/${event.action}`,
    `rule=${event.agentRule ?? "-"}`,
    `host=${event.host?.name ?? "-"}`,
    container &&
      `container=${container.id.slice(0, 12)} ${container.name ?? ""} ${container.image ?? ""}`,
    k8s &&
      `k8s=${k8s.namespace ?? "?"}/${k8s.pod ?? "-"} (${k8s.workload?.kind ?? ""} ${k8s.workload?.name ?? "-"})`,
    user && `user=${user.name ?? ""}/${user.uid ?? ""}/${user.loginUid ?? ""}`,
    program &&
      `${program.exe ?? "?"} [${program.name ?? "?"}] ${JSON.stringify(program.args ?? [])}`,
    program?.tty === undefined ? "" : `tty=${program.tty}`,
    program?.parent && `parent=${program.parent.exe ?? ""}[${program.parent.name ?? ""}]`,
    event.file && `file=${event.file.path} ${event.file.flags ?? ""}`,
    peerOf(event),
    event.tags && `tags=${event.tags.join(",")}`,
    event.truncated && `cut=${event.truncated.join(",")}`,
    `=> ${rules.join(", ") || "no rule"}`,
  ];
  return parts.filter(Boolean).join("  ");
}

function tallyFile(name: string, all: boolean): Tally {
  const tally = newTally();
  const lines = readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line.trim());
  for (const [index, line] of lines.entries()) {
    const batch = decodeBatch(line, { format: null, receivedAt: Date.now() });
    if (!batch.ok) throw new Error(`${name}:${index + 1}: ${batch.problem.detail}`);
    for (const item of batch.value.items) {
      tally.lines += 1;
      tally[item.type] += 1;
      const rules = item.type === "event" ? matchedRules(item.event) : [];
      for (const rule of rules) count(tally.rules, rule);
      if (item.type !== "event") count(tally.reasons, reasonOf(item));
      const text = item.type === "event" ? describe(item.event, rules) : reasonOf(item);
      if (all) console.log(`${index + 1}  ${text}`);
    }
  }
  return tally;
}

function listed(map: ReadonlyMap<string, number>): string {
  return [...map].map(([key, times]) => (times === 1 ? key : `${key} ×${times}`)).join(", ");
}

function main(): void {
  if (!existsSync(folder)) {
    console.log(`No corpus at ${folder}; set LULL_EVENTS_DIR to its folder.`);
    return;
  }
  const all = process.argv.includes("--all");
  const total = newTally();
  const rows = [];
  for (const name of readdirSync(folder)
    .filter((file) => FILES.test(file))
    .toSorted()) {
    if (all) console.log(`\n${name}`);
    const { rules, reasons, ...counts } = tallyFile(name, all);
    rows.push({ file: name.replace(".jsonl", ""), ...counts });
    for (const key of ["lines", "event", "contact", "ignored", "rejected"] as const)
      total[key] += counts[key];
    for (const [key, times] of rules) total.rules.set(key, (total.rules.get(key) ?? 0) + times);
    for (const [key, times] of reasons)
      total.reasons.set(key, (total.reasons.get(key) ?? 0) + times);
    console.log(
      `${name}\n  rules: ${listed(rules) || "-"}\n  not events: ${listed(reasons) || "-"}`,
    );
  }
  for (const [name, reason] of Object.entries(NOT_OURS))
    if (existsSync(join(folder, name))) console.log(`${name}\n  not ours: ${reason}`);
  const { rules, reasons: _, ...counts } = total;
  console.table([...rows, { file: "TOTAL", ...counts }]);
  console.log(`${rules.size} rules matched: ${listed(rules)}`);
}

main();
