/** Handler of `/rules/changes`. */
import type { Context } from "hono";
import { ruleChangesQuerySchema } from "../../schema/rules-api.ts";
import { RuleChangesPage } from "../pages/rule-changes.tsx";
import { parseTolerantly } from "../query.ts";
import { type DashboardEnv, page, searchOf } from "../render.tsx";

export async function listRuleChanges(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const { query } = parseTolerantly(ruleChangesQuerySchema, searchOf(c), ["subject", "cursor"]);
  const [ruleset, changes, rules, members] = await Promise.all([
    data.ruleset(),
    data.ruleChanges(query),
    data.rules(),
    data.members(),
  ]);
  const titles = [
    ...members.map(({ id, name }) => [id, name] as const),
    ...rules.map(({ id, title }) => [id, title] as const),
  ];
  return page(
    c,
    <RuleChangesPage
      view={c.get("view")}
      ruleset={ruleset}
      page={changes}
      titles={new Map(titles)}
      subject={query.subject}
      later={query.cursor !== undefined}
    />,
  );
}
