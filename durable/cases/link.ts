/** Puts findings into a case: with the lines of its timeline, and what an event of after the word "fixed" makes of it. */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { standingEntries } from "../domain/case-entries.ts";
import { judge } from "../domain/case-proof.ts";
import { headline } from "../domain/headline.ts";
import type { FindingDoc } from "../domain/view.ts";
import { regression } from "./settle.ts";
import {
  areFree,
  changeCase,
  linkFindings,
  type CaseChange,
  type CaseState,
  type Changed,
  type Entry,
  type Linking,
} from "./write.ts";

/** What the timeline says of findings that are put into a case. */
export function linkEntries(docs: readonly FindingDoc[], { at, by }: Linking): Entry[] {
  return docs.flatMap((doc) => {
    const { finding, resource } = doc;
    const { id, ruleId: rule, severity, status } = finding;
    const data = { finding: id, rule, severity, status, headline: headline(finding, resource, at) };
    return [{ at, by, kind: "finding.linked" as const, data }, ...standingEntries(doc, at)];
  });
}

/** What putting them in comes to: the change, and the statements that go with it. */
export function linkingOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  { row, counts }: CaseState,
  docs: readonly FindingDoc[],
  linking: Linking,
  now: EpochMs,
) {
  const findings = docs.map(({ finding }) => finding);
  const ids = findings.map(({ id }) => id);
  const verdict = judge(row, findings);
  const disproved =
    verdict.type === "regressed"
      ? regression(
          verdict,
          docs.find(({ finding }) => finding.id === verdict.finding),
          now,
        )
      : null;
  const open = findings.filter(({ status }) => status === "open").length;
  const change = {
    set: disproved?.set ?? {},
    entries: [...linkEntries(docs, linking), ...(disproved?.entries ?? [])],
    doer: linking.doer,
    news: disproved?.news ?? "case.updated",
    ...(disproved?.evidence === undefined ? {} : { evidence: disproved.evidence }),
    counts: { ...counts, findings: counts.findings + ids.length, open: counts.open + open },
    condition: areFree(tenant, ids, row.id),
  } satisfies CaseChange;
  const more = (changed: Changed) => linkFindings(db, tenant, ids, linking, changed);
  return { change, more };
}

/** The case with them; null: it has been changed since it was read, or one of them is in another case. */
export function linkInto(
  db: DrizzleD1Database,
  tenant: TenantId,
  state: CaseState,
  docs: readonly FindingDoc[],
  linking: Linking,
  now: EpochMs,
): Promise<CaseState | null> {
  const { change, more } = linkingOf(db, tenant, state, docs, linking, now);
  return changeCase(db, state, change, now, more);
}
