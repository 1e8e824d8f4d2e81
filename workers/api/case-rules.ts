/** `/api/v1/automations` and `/api/v1/ownership`: lists that are replaced as a whole, since their order counts. */
import { Hono, type Context } from "hono";
import { drizzle } from "drizzle-orm/d1";
import {
  automationPreviewInputSchema,
  automationsInputSchema,
  ownershipInputSchema,
  type Automation,
  type AutomationPreview,
  type AutomationView,
  type OwnershipRule,
} from "../../schema/case-rules.ts";
import { MAX_AUTOMATION_PREVIEW, MAX_PREVIEW_EXAMPLES } from "../../schema/limits.ts";
import { selectOpenWithoutCase } from "../../schema/queries-cases.ts";
import type { EpochMs } from "../../schema/time.ts";
import { caseKeyOf, selectMadeToday } from "../../durable/cases/automate.ts";
import { titleOf } from "../../durable/cases/make.ts";
import { caseRulesTag, type CaseRules } from "../../durable/domain/tenant-cases.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import { sha256 } from "../../durable/identity.ts";
import { compileScope, isInScope } from "../../durable/mute-scope.ts";
import type { App } from "../auth/authenticate.ts";
import { badAssignee } from "../cases/assignee.ts";
import type { Env } from "../env.ts";
import { problem, refuse, type Answer } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import { answer, editorOf, readInput } from "./request.ts";
import { badExpression } from "./rule-input.ts";
import type { Editor } from "./rules.ts";

export const automations = new Hono<App>();
export const ownership = new Hono<App>();

automations.get("/", async (c) =>
  shown(c, await readAutomations(c.env, c.var.caller.tenant, c.var.now)),
);

automations.put("/", async (c) => {
  const input = await readInput(c, automationsInputSchema);
  if (!input.ok) return input.response;
  const set = await setAutomations(editorOf(c), input.value.items, tagSeen(c));
  return set.ok ? shown(c, set.value) : problem(c, set.problem);
});

automations.post("/preview", async (c) => {
  const input = await readInput(c, automationPreviewInputSchema);
  if (!input.ok) return input.response;
  return answer(c, await previewAutomation(c.env, c.var.caller.tenant, input.value.when));
});

ownership.get("/", (c) => shown(c, readOwnership(c.var.caller.tenant)));

ownership.put("/", async (c) => {
  const input = await readInput(c, ownershipInputSchema);
  if (!input.ok) return input.response;
  const set = await setOwnership(editorOf(c), input.value.items, tagSeen(c));
  return set.ok ? shown(c, set.value) : problem(c, set.problem);
});

/** A list with its version. */
export interface Tagged<T> {
  items: T[];
  tag: string;
}

function shown<T>(c: Context, { items, tag }: Tagged<T>): Response {
  c.header("etag", `"${tag}"`);
  return c.json({ items });
}

/** The version that `If-Match` names; null: it may be any. */
function tagSeen(c: Context): string | null {
  const given = c.req.header("if-match")?.trim();
  if (given === undefined || given === "*") return null;
  return given.replace(/^(?:W\/)?"(.*)"$/, "$1");
}

/** `seen`: the version that whoever sets them has seen; null: it may be any. */
export async function setAutomations(
  editor: Editor,
  items: Automation[],
  seen: string | null,
): Promise<Answer<Tagged<AutomationView>>> {
  const changed = await change(editor, items, { automations: items }, seen);
  if (!changed.ok) return changed;
  return { ok: true, value: await readAutomations(editor.env, changed.value, editor.now) };
}

export async function setOwnership(
  editor: Editor,
  items: OwnershipRule[],
  seen: string | null,
): Promise<Answer<Tagged<OwnershipRule>>> {
  const changed = await change(editor, items, { ownership: items }, seen);
  return changed.ok ? { ok: true, value: readOwnership(changed.value) } : changed;
}

export function readOwnership({ config }: Tenant): Tagged<OwnershipRule> {
  return { items: config.ownership, tag: caseRulesTag(config.ownership, sha256) };
}

export async function readAutomations(
  env: Env,
  tenant: Tenant,
  now: EpochMs,
): Promise<Tagged<AutomationView>> {
  const { automations: known } = tenant.config;
  const items = await Promise.all(known.map((it) => viewOf(env, tenant, it, now)));
  return { items, tag: caseRulesTag(known, sha256) };
}

async function change(
  { env, tenant, doer, now }: Editor,
  items: readonly { when: string; assignee?: string | null }[],
  rules: CaseRules,
  seen: string | null,
): Promise<Answer<Tenant>> {
  for (const [i, { when, assignee }] of items.entries()) {
    const bad = badExpression(when, `items.${i}.when`, compileScope);
    if (bad !== null) return refuse(bad);
    const nobody = badAssignee(tenant, assignee);
    if (nobody !== null) return refuse({ ...nobody, field: `items.${i}.assignee` });
  }
  const changed = await changeRules(env, tenant.id, now, (it) =>
    it.changeCaseRules(rules, seen, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  return { ok: true, value: changed.tenant };
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
export async function previewAutomation(
  env: Env,
  tenant: Tenant,
  when: string,
): Promise<Answer<AutomationPreview>> {
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
