/** Reading and changing the rules of a tenant, for the API and the dashboard. A change goes through the TenantActor. */
import type { SQL } from "drizzle-orm";
import type {
  CustomRuleInput,
  CustomRulePatch,
  RulePatch,
  RulesetView,
  RuleView,
} from "../../schema/rules-api.ts";
import { parseRuleId } from "../../schema/ids.ts";
import { MAX_OWNERS_TOLD } from "../../schema/limits.ts";
import type { Doer } from "../../schema/ledger.ts";
import { RULE_PACK } from "../../schema/rules/pack.ts";
import type { EpochMs } from "../../schema/time.ts";
import {
  builtInRule,
  customRule,
  overrideOf,
  ruleState,
  rulesOf,
} from "../../durable/domain/rules.ts";
import type { Changed as CaseChanged, Statement } from "../../durable/cases/write.ts";
import type { TenantClient } from "../../durable/tenant-actor.ts";
import type { Changed } from "../../durable/tenant-calls.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer } from "../problem.ts";
import { ruleView } from "../rules/view.ts";
import { tellOwners } from "../rule-news.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import { badCondition, fieldsFrom, overrideFrom, ruleFrom } from "./rule-input.ts";

/** Who changes which tenant's rules, and when. */
export interface Editor {
  env: Env;
  tenant: Tenant;
  by: string;
  /** The same, for the ledger. */
  doer: Doer;
  now: EpochMs;
  /** Of a tracker's hook: it changes a case once. */
  hook?: {
    /** The endpoint that it is of. */
    origin: string;
    /** It has not taken effect yet. */
    condition: SQL;
    /** That it has, in the batch of the change. */
    note: (changed: CaseChanged) => Statement[];
  };
}

/** The pack's rules, then the tenant's own. */
export function listRules({ config }: Tenant): RuleView[] {
  return [
    ...RULE_PACK.map((rule) => ruleView(rule, overrideOf(config, rule.id))),
    ...config.customRules
      .filter((rule) => builtInRule(rule.id) === null)
      .map((rule) => ruleView(rule, null)),
  ];
}

export function findRule({ config }: Tenant, id: string): RuleView | null {
  const builtIn = builtInRule(id);
  if (builtIn !== null) return ruleView(builtIn, overrideOf(config, builtIn.id));
  const custom = customRule(config, id);
  return custom === null ? null : ruleView(custom, null);
}

export function rulesetView({ config, engine }: Tenant, now: EpochMs): RulesetView {
  const rules = rulesOf(config);
  return {
    version: config.version,
    hash: engine.ruleset.hash,
    rules: rules.length,
    enabled: rules.filter((rule) => rule.enabled).length,
    custom: rules.length - RULE_PACK.length,
    exceptions: config.exceptions.filter(({ until }) => until > now).length,
  };
}

/** Changes what a tenant may change of a built-in rule. */
export async function patchRule(
  editor: Editor,
  id: string,
  patch: RulePatch,
): Promise<Answer<RuleView>> {
  const override = overrideFrom(patch);
  const { doer, now } = editor;
  return shown(id, await change(editor, id, (it) => it.overrideRule(id, override, doer, now)));
}

export async function createRule(
  editor: Editor,
  input: CustomRuleInput,
): Promise<Answer<RuleView>> {
  const rule = ruleFrom(input);
  const bad = badCondition(rule.matchers);
  if (bad !== null) return refuse(bad);
  const { doer, now } = editor;
  return shown(rule.id, await change(editor, rule.id, (it) => it.createRule(rule, doer, now)));
}

export async function patchCustomRule(
  editor: Editor,
  id: string,
  patch: CustomRulePatch,
): Promise<Answer<RuleView>> {
  const fields = fieldsFrom(patch);
  const bad = badCondition(fields.matchers ?? []);
  if (bad !== null) return refuse(bad);
  const { doer, now } = editor;
  return shown(id, await change(editor, id, (it) => it.changeRule(id, fields, doer, now)));
}

/** Its open findings end as `rule_retired`. */
export async function deleteRule(editor: Editor, id: string): Promise<Answer<null>> {
  if (builtInRule(id) !== null) {
    return refuse({
      status: 409,
      code: "built_in_rule",
      detail:
        "A built-in rule cannot be deleted. To put it out of force, set enabled to false: its open findings end as rule_retired.",
    });
  }
  const { doer, now } = editor;
  const changed = await change(editor, id, (it) => it.deleteRule(id, doer, now));
  return changed.ok ? { ok: true, value: null } : changed;
}

function shown(id: string, changed: Answer<Tenant>): Answer<RuleView> {
  if (!changed.ok) return changed;
  const value = findRule(changed.value, id);
  return value === null ? refuse(problemOfRefusal({ code: "not_found" })) : { ok: true, value };
}

/** Makes a change, and lets the findings that are open under the rule follow it. */
async function change(
  { env, tenant, now }: Editor,
  id: string,
  make: (client: TenantClient) => Promise<Changed>,
): Promise<Answer<Tenant>> {
  const changed = await changeRules(env, tenant.id, now, make);
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  const rule = parseRuleId(id);
  if (rule !== null) {
    const { config, engine } = changed.tenant;
    const state = { ...(changed.told ?? ruleState(config, rule)), hash: engine.ruleset.hash };
    await tellOwners(env, tenant.id, state, MAX_OWNERS_TOLD);
  }
  return { ok: true, value: changed.tenant };
}
