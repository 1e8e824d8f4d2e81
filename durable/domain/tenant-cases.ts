/** Changes of the rules by which a tenant's cases are made and given to teams. Pure. */
import type { Automation, OwnershipRule } from "../../schema/case-rules.ts";
import { MAX_CASE_RULES_CHARS } from "../../schema/limits.ts";
import type { Sha256 } from "./ledger.ts";
import { refuse, unchanged, type Planned } from "./tenant-rules.ts";
import { changed, type TenantConfig } from "./tenant.ts";

/** In order; what is absent stays. */
export interface CaseRules {
  automations?: Automation[];
  ownership?: OwnershipRule[];
}

/** A list's version, by what it says. */
export function caseRulesTag(items: readonly object[], sha256: Sha256): string {
  return sha256(JSON.stringify(items)).slice(0, 16);
}

/** `seen`: the version of the list that whoever changes it has seen; null: it may be any. */
export function changeCaseRules(
  config: TenantConfig,
  rules: CaseRules,
  seen: string | null,
  sha256: Sha256,
): Planned {
  const subject = rules.automations === undefined ? "ownership" : "automations";
  if (seen !== null && seen !== caseRulesTag(config[subject], sha256))
    return refuse("version_conflict");
  const before = { automations: config.automations, ownership: config.ownership };
  const after = { ...before, ...rules };
  const text = JSON.stringify(after);
  if (text === JSON.stringify(before)) return unchanged(config);
  if (text.length > MAX_CASE_RULES_CHARS)
    return refuse("case_rules_too_large", MAX_CASE_RULES_CHARS);
  return {
    ok: true,
    config: changed(config, after),
    record: {
      action: "case_rules.changed",
      subject,
      detail: { [subject]: after[subject] },
      before: { [subject]: before[subject] },
      force: null,
    },
  };
}
