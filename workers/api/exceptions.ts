/** Exceptions from posture rules: listed with what they have hidden, made and taken back. */
import { drizzle } from "drizzle-orm/d1";
import type { ExceptionCreate, ExceptionView } from "../../schema/rules-api.ts";
import { MAX_EXCEPTION_MS } from "../../schema/limits.ts";
import { selectExceptionHits } from "../../schema/queries-rules.ts";
import type { Rule, RuleException } from "../../schema/rule.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { ruleOf } from "../../durable/domain/rules.ts";
import type { Env } from "../env.ts";
import { randomId } from "../../durable/identity.ts";
import { refuse, type Answer } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import { badEnd, badExpression } from "./rule-input.ts";
import type { Editor } from "./rules.ts";

/** Newest first; those that have ended are among them until they are deleted or make room. */
export async function listExceptions(
  env: Env,
  tenant: Tenant,
  now: EpochMs,
): Promise<ExceptionView[]> {
  const { exceptions } = tenant.config;
  if (exceptions.length === 0) return [];
  const rows = await selectExceptionHits(drizzle(env.DB), tenant.id);
  const hits = new Map(rows.map((row) => [row.exception, row]));
  return exceptions
    .toReversed()
    .map((exception) => exceptionView(tenant, exception, hits.get(exception.id), now));
}

export async function findException(
  env: Env,
  tenant: Tenant,
  id: string,
  now: EpochMs,
): Promise<ExceptionView | null> {
  return (await listExceptions(env, tenant, now)).find((exception) => exception.id === id) ?? null;
}

function exceptionView(
  { config }: Tenant,
  exception: RuleException,
  hits: { n: number; lastAt: EpochMs } | undefined,
  now: EpochMs,
): ExceptionView {
  const { id, rule, when, reason, createdBy, createdAt, until } = exception;
  return {
    id,
    rule,
    ruleTitle: ruleOf(config, rule)?.title ?? null,
    when,
    reason,
    createdBy,
    createdAt: formatInstant(createdAt),
    until: formatInstant(until),
    state: until > now ? "active" : "ended",
    hits: hits?.n ?? 0,
    lastHitAt: hits === undefined ? null : formatInstant(hits.lastAt),
  };
}

export async function createException(
  { env, tenant, by, doer, now }: Editor,
  { rule: id, when, reason, until }: ExceptionCreate,
): Promise<Answer<ExceptionView>> {
  const rule = exceptableRule(tenant, id);
  if (!rule.ok) return rule;
  const bad = badEnd(until, now, MAX_EXCEPTION_MS) ?? badExpression(when, "when");
  if (bad !== null) return refuse(bad);
  const exception: RuleException = {
    id: randomId(),
    rule: rule.value.id,
    when,
    reason,
    createdBy: by,
    createdAt: now,
    until,
  };
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.createException(exception, doer, now),
  );
  return changed.ok
    ? { ok: true, value: exceptionView(changed.tenant, exception, undefined, now) }
    : refuse(problemOfRefusal(changed.refusal));
}

/** What it has hidden is reported again from then on. */
export async function deleteException(
  { env, tenant, doer, now }: Editor,
  id: string,
): Promise<Answer<null>> {
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.deleteException(id, doer, now),
  );
  return changed.ok ? { ok: true, value: null } : refuse(problemOfRefusal(changed.refusal));
}

/** The rule, if it is one that opens findings. */
export function exceptableRule({ config }: Tenant, id: string): Answer<Rule> {
  const rule = ruleOf(config, id);
  const detail =
    rule === null
      ? "rule: there is no such rule"
      : rule.class === "threat"
        ? "rule: a rule of class threat raises signals, and no exception hides a signal"
        : null;
  if (rule !== null && detail === null) return { ok: true, value: rule };
  return refuse({ status: 400, code: "invalid_request", detail: detail ?? "", field: "rule" });
}
