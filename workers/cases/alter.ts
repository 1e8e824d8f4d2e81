/**
 * Changes a case: reads it, asks what the change comes to, and writes it if nobody has been faster; else it begins
 * anew, unless the caller names the version that it has seen.
 */
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CaseAction } from "../../schema/case.ts";
import { CASE_TRIES } from "../../schema/limits.ts";
import type { Role } from "../../schema/member.ts";
import { refusalOf } from "../../durable/domain/case.ts";
import { loadCase } from "../../durable/cases/read.ts";
import {
  changeCase,
  type CaseChange,
  type CaseState,
  type Changed,
  type Statement,
} from "../../durable/cases/write.ts";
import { tellActs } from "../../durable/ledger-acts.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { tellCaseNews } from "../../durable/cases/news.ts";

/** What the routes that change cases ask for (workers/auth/roles.ts): whoever comes here has it. */
export const CASE_ROLE: Role = "responder";

/** What a change comes to; a null change: nothing is different. */
export interface Alteration<T> {
  change: CaseChange | null;
  more?: (changed: Changed) => Statement[];
  value: T;
  /** What to tell where the change's condition does not hold. */
  otherwise?: Answer<never>;
}

export interface Asked {
  id: string;
  /** Null: each status allows some of it. */
  action: CaseAction | null;
  /** The version that the caller has seen. Null: it may be any; undefined: the caller must say, and has not. */
  version: number | null | undefined;
}

/** The case as it is then, with what the plan says. */
export async function alterCase<T>(
  { env, tenant, now, hook }: Editor,
  { id, action, version }: Asked,
  plan: (state: CaseState) => Answer<Alteration<T>> | Promise<Answer<Alteration<T>>>,
): Promise<Answer<{ state: CaseState; value: T }>> {
  const db = drizzle(env.DB);
  for (let tries = 0; tries < CASE_TRIES; tries++) {
    const state = await loadCase(db, tenant.id, id);
    if (state === null) return noCase();
    if (version === undefined) return refuse(unsaid);
    if (version !== null && version !== state.row.version) return lost(state);
    const why = action === null ? null : refusalOf(state.row.status, action, CASE_ROLE);
    if (why !== null) return refuse({ status: 409, code: "action_not_allowed", detail: why });
    const planned = await plan(state);
    if (!planned.ok) return planned;
    const { change, more, value, otherwise } = planned.value;
    if (change === null) return { ok: true, value: { state, value } };
    const once = hook === undefined ? change : { ...change, ...ofHook(change, hook) };
    const after = await changeCase(db, state, once, now, (changed) => [
      ...(more?.(changed) ?? []),
      ...(hook?.note(changed) ?? []),
    ]);
    if (after !== null) {
      await tellActs(env, tenant.id);
      await tellCaseNews(env, { tenant: tenant.id, id }, now);
      return { ok: true, value: { state: after, value } };
    }
    if (otherwise !== undefined && !(await hasMoved(env.DB, state))) return otherwise;
  }
  const detail = "The case is being changed by others all the time. Send the request again.";
  return refuse({ status: 503, code: "busy", detail, retryAfter: 1 });
}

function ofHook(change: CaseChange, { origin, condition }: NonNullable<Editor["hook"]>) {
  const both =
    change.condition === undefined ? condition : sql`${change.condition} and ${condition}`;
  return { origin, condition: both };
}

const unsaid = {
  status: 428,
  code: "if_match_required",
  detail:
    "If-Match: send the ETag of the case that you have seen, so that nobody's change is lost.",
  field: "If-Match",
} as const;

async function hasMoved(d1: D1Database, { row }: CaseState): Promise<boolean> {
  const { tenant, id, version } = row;
  const statement = d1.prepare("SELECT version FROM cases WHERE tenant = ? AND id = ?");
  const found = await statement.bind(tenant, id).first<{ version: number }>();
  return found?.version !== version;
}

function lost({ row: { version } }: CaseState) {
  return refuse({
    status: 412,
    code: "version_conflict",
    detail: `Somebody has changed the case: it is at version ${version}. Read it, and decide anew.`,
    version,
  });
}

export function noCase() {
  return refuse({ status: 404, code: "not_found", detail: "There is no such case." });
}
