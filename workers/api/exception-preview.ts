/** What an exception would hide, by what has been seen. Nothing is stored. */
import { drizzle } from "drizzle-orm/d1";
import type { ExceptionCreate, ExceptionPreview } from "../../schema/rules-api.ts";
import { MAX_PREVIEW_EXAMPLES, MAX_TEST_FINDINGS } from "../../schema/limits.ts";
import { selectOpenOfRule } from "../../schema/queries-rules.ts";
import type { EpochMs } from "../../schema/time.ts";
import { displayName, headline } from "../../durable/domain/headline.ts";
import type { FindingDoc } from "../../durable/domain/view.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer } from "../problem.ts";
import { CelContext } from "../rules/cel.ts";
import { compileExpression } from "../rules/expression.ts";
import { eventOfSample } from "../rules/sample-event.ts";
import type { Tenant } from "../tenant.ts";
import { exceptableRule } from "./exceptions.ts";
import { badExpression } from "./rule-input.ts";

/** What an exception would hide, by the kept samples of the rule's newest open findings. */
export async function previewException(
  env: Env,
  tenant: Tenant,
  { rule: id, when }: Pick<ExceptionCreate, "rule" | "when">,
  now: EpochMs,
): Promise<Answer<ExceptionPreview>> {
  const rule = exceptableRule(tenant, id);
  if (!rule.ok) return rule;
  const bad = badExpression(when, "when");
  if (bad !== null) return refuse(bad);
  const rows = await selectOpenOfRule(drizzle(env.DB), tenant.id, rule.value.id, MAX_TEST_FINDINGS);
  const preview: ExceptionPreview = {
    findings: 0,
    partly: 0,
    workloads: 0,
    tested: rows.length,
    examples: [],
  };
  const workloads = new Set<string>();
  for (const row of rows) {
    // Written by Projection from this type.
    const { finding, resource } = JSON.parse(row.doc) as FindingDoc;
    const covered = coveredBy(when, { finding, resource });
    if (covered === "none") continue;
    if (covered === "all") preview.findings++;
    else preview.partly++;
    if (resource.workload !== null)
      workloads.add(`${resource.cluster}\0${resource.namespace}\0${resource.workload}`);
    if (preview.examples.length < MAX_PREVIEW_EXAMPLES) {
      preview.examples.push({
        id: finding.id,
        headline: headline(finding, resource, now),
        resource: displayName(resource),
      });
    }
  }
  return { ok: true, value: { ...preview, workloads: workloads.size } };
}

function coveredBy(
  when: string,
  { finding, resource }: Pick<FindingDoc, "finding" | "resource">,
): "all" | "some" | "none" {
  const compiled = compileExpression(when);
  if (!compiled.ok) return "none";
  const samples = [...finding.samples.first, ...finding.samples.latest];
  const hidden = samples.filter((sample) => {
    const event = eventOfSample(sample, resource);
    return event !== null && compiled.evaluate(new CelContext(event)) === true;
  });
  if (hidden.length === 0) return "none";
  return hidden.length === samples.length ? "all" : "some";
}
