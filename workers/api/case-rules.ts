/** `/api/v1/automations` and `/api/v1/ownership`: lists that are replaced as a whole, since their order counts. */
import { Hono } from "hono";
import { drizzle } from "drizzle-orm/d1";
import {
  automationPreviewInputSchema,
  automationsInputSchema,
  ownershipInputSchema,
  type Automation,
  type AutomationPreview,
  type AutomationView,
} from "../../schema/case-rules.ts";
import { MAX_AUTOMATION_PREVIEW, MAX_PREVIEW_EXAMPLES } from "../../schema/limits.ts";
import { selectOpenWithoutCase } from "../../schema/queries-cases.ts";
import type { EpochMs } from "../../schema/time.ts";
import { caseKeyOf, selectMadeToday } from "../../durable/cases/automate.ts";
import { titleOf } from "../../durable/cases/make.ts";
import type { CaseRules } from "../../durable/domain/tenant-cases.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import { compileScope, isInScope } from "../../durable/mute-scope.ts";
import type { App } from "../auth/authenticate.ts";
import { badAssignee } from "../cases/assignee.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import { answer, editorOf, readInput } from "./request.ts";
import { badExpression } from "./rule-input.ts";
import type { Editor } from "./rules.ts";

export const automations = new Hono<App>();
export const ownership = new Hono<App>();

automations.get("/", async (c) =>
  c.json({ items: await viewsOf(c.env, c.var.caller.tenant, c.var.now) }),
);

automations.put("/", async (c) => {
  const input = await readInput(c, automationsInputSchema);
  if (!input.ok) return input.response;
  const { items } = input.value;
  const editor = editorOf(c);
  const changed = await change(editor, items, { automations: items });
  if (!changed.ok) return answer(c, changed);
  return c.json({ items: await viewsOf(c.env, changed.value, c.var.now) });
});

automations.post("/preview", async (c) => {
  const input = await readInput(c, automationPreviewInputSchema);
  if (!input.ok) return input.response;
  return answer(c, await preview(c.env, c.var.caller.tenant, input.value.when));
});

ownership.get("/", (c) => c.json({ items: c.var.caller.tenant.config.ownership }));

ownership.put("/", async (c) => {
  const input = await readInput(c, ownershipInputSchema);
  if (!input.ok) return input.response;
  const { items } = input.value;
  const changed = await change(editorOf(c), items, { ownership: items });
  if (!changed.ok) return answer(c, changed);
  return c.json({ items: changed.value.config.ownership });
});

async function change(
  { env, tenant, doer, now }: Editor,
  items: readonly { when: string; assignee?: string | null }[],
  rules: CaseRules,
): Promise<Answer<Tenant>> {
  for (const [i, { when, assignee }] of items.entries()) {
    const bad = badExpression(when, `items.${i}.when`, compileScope);
    if (bad !== null) return refuse(bad);
    const nobody = badAssignee(tenant, assignee);
    if (nobody !== null) return refuse({ ...nobody, field: `items.${i}.assignee` });
  }
  const changed = await changeRules(env, tenant.id, now, (it) =>
    it.changeCaseRules(rules, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  return { ok: true, value: changed.tenant };
}

function viewsOf(env: Env, tenant: Tenant, now: EpochMs): Promise<AutomationView[]> {
  return Promise.all(tenant.config.automations.map((it) => viewOf(env, tenant, it, now)));
}

async function viewOf(
  env: Env,
  tenant: Tenant,
  automation: Automation,
  now: EpochMs,
): Promise<AutomationView> {
  const [today] = await selectMadeToday(drizzle(env.DB), tenant.id, automation.id, now);
  const created = today?.n ?? 0;
  return { ...automation, today: { created, capped: created >= automation.dailyCap } };
}

/** By what is open and in no case, the newest first. Nothing is stored. */
async function preview(env: Env, tenant: Tenant, when: string): Promise<Answer<AutomationPreview>> {
  const bad = badExpression(when, "when", compileScope);
  if (bad !== null) return refuse(bad);
  const limit = MAX_AUTOMATION_PREVIEW;
  const rows = await selectOpenWithoutCase(drizzle(env.DB), tenant.id, limit + 1);
  const docs = rows.slice(0, limit).map(({ doc }) => findingDocOf(doc));
  const matching = docs.filter((doc) => isInScope(when, doc));
  const made = [...Map.groupBy(matching, caseKeyOf).values()];
  const examples = made.slice(0, MAX_PREVIEW_EXAMPLES).map((members) => ({
    finding: members[0]?.finding.id ?? "",
    title: titleOf(members) ?? "",
  }));
  const value = {
    findings: matching.length,
    cases: made.length,
    tested: docs.length,
    cut: rows.length > limit,
    examples,
  };
  return { ok: true, value };
}
