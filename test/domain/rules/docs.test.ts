/** docs/rules.md, docs/mutes.md and docs/cases.md say what the code does. With LULL_UPDATE_DOCS=1 their tables are written anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cells, render, TABLES } from "./docs-tables.ts";

const FILES: Readonly<Record<string, string>> = { scope: "mutes", actions: "cases" };
const fileOf = (name: string) =>
  new URL(`../../../docs/${FILES[name] ?? "rules"}.md`, import.meta.url);
const between = (name: string) =>
  new RegExp(`(<!-- table: ${name} -->\n+)([\\s\\S]*?)(\n+<!-- end -->)`);

if (process.env["LULL_UPDATE_DOCS"] !== undefined) {
  for (const [name, table] of Object.entries(TABLES)) {
    const text = readFileSync(fileOf(name), "utf8").replace(
      between(name),
      (_, open: string, _old, close: string) => open + render(table) + close,
    );
    writeFileSync(fileOf(name), text);
  }
}

test.each(Object.keys(TABLES))("the table of %s is that of the code", (name) => {
  const [, , found] = between(name).exec(readFileSync(fileOf(name), "utf8")) ?? [];
  expect(cells(found ?? "")).toEqual(TABLES[name]?.rows);
});
