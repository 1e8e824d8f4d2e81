/** The codes of problems that are documented, against those that the code can answer with. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROBLEMS } from "../../../workers/openapi/problems.ts";

const STATUS_THEN_CODE = /status: (\d{3}),\s+code: "([a-z_]+)"/g;
/** As workers/api/refusals.ts writes them. */
const CODE_THEN_STATUS = /^ {2}([a-z_]+): \(\w*\) => \(\{\s*status: (\d{3}),/gm;

/** Each code with the status that stands beside it in the source. */
function inSource(): [code: string, status: number][] {
  const root = "workers";
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !file.startsWith("openapi"),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [
      ...[...text.matchAll(STATUS_THEN_CODE)].map(([, status, code]) => [code, status]),
      ...[...text.matchAll(CODE_THEN_STATUS)].map(([, code, status]) => [code, status]),
    ].map(([code = "", status]): [string, number] => [code, Number(status)]);
  });
}

test("every problem in the code is documented with its status, and there are no others", () => {
  const documented = Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`);
  const found = new Set(inSource().map(([code, status]) => `${status} ${code}`));
  expect(documented.toSorted()).toEqual([...found].toSorted());
});
