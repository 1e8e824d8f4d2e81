/** Documents of findings as they stand in D1, where durable/projection.ts has written them. */
import { upgradeFinding } from "./domain/upgrade.ts";
import type { FindingDoc } from "./domain/view.ts";

/** An older version may have written it. */
export function findingDocOf(text: string): FindingDoc {
  const doc = JSON.parse(text) as FindingDoc;
  return { ...doc, finding: upgradeFinding(doc.finding) };
}
