/** docs/rules.md says what the code does. With LULL_UPDATE_DOCS=1 its tables are written anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cells, render, TABLES } from "./docs-tables.ts";

const file = new URL("../../../docs/rules.md", import.meta.url);
const between = (name: string) =>
  new RegExp(`(<!-- table: ${name} -->\n+)([\\s\\S]*?)(\n+<!-- end -->)`);

if (process.env["LULL_UPDATE_DOCS"] !== undefined) {
  let text = readFileSync(file, "utf8");
  for (const [name, table] of Object.entries(TABLES))
    text = text.replace(
      between(name),
      (_, open: string, _old, close: string) => open + render(table) + close,
    );
  writeFileSync(file, text);
}

test.each(Object.keys(TABLES))("the table of %s is that of the code", (name) => {
  const [, , found] = between(name).exec(readFileSync(file, "utf8")) ?? [];
  expect(cells(found ?? "")).toEqual(TABLES[name]?.rows);
});
