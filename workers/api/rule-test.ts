/**
 * Trying a rule before it is saved, or seeing why one does not match: on events as agents send them, or on
 * the samples that are kept of findings and signals. Nothing is stored; exceptions are not applied.
 */
import { drizzle } from "drizzle-orm/d1";
import type { RuleTest, RuleTestAnswer } from "../../schema/rules-api.ts";
import type { Normalised } from "../../schema/event.ts";
import type { ResourceId, TenantId } from "../../schema/ids.ts";
import { MAX_TEST_EVENTS, MAX_TEST_FINDINGS } from "../../schema/limits.ts";
import {
  selectFindingSamples,
  selectFindingStates,
  selectSignalSamples,
} from "../../schema/queries-rules.ts";
import type { Rule } from "../../schema/rule.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import type { Finding, Resource, Sample } from "../../durable/domain/model.ts";
import { ruleOf } from "../../durable/domain/rules.ts";
import type { Env } from "../env.ts";
import { findingId } from "../../durable/identity.ts";
import { decodeBatch, type DecodedBatch } from "../ingest/decode.ts";
import { hostOf, resourceIdOf } from "../ingest/resource.ts";
import { subjectOf } from "../ingest/sample.ts";
import { refuse, type Answer } from "../problem.ts";
import { eventOfSample } from "../rules/sample-event.ts";
import { Trial } from "../rules/trial.ts";
import type { Tenant } from "../tenant.ts";
import { badCondition, ruleFrom } from "./rule-input.ts";

type Result = RuleTestAnswer["results"][number];

export async function testRule(
  env: Env,
  tenant: Tenant,
  test: RuleTest,
  now: EpochMs,
): Promise<Answer<RuleTestAnswer>> {
  const rule = ruleOfTest(tenant, test);
  if (!rule.ok) return rule;
  const trial = new Trial(rule.value);
  const results =
    test.events === undefined
      ? { ok: true as const, value: await onSamples(env, tenant.id, trial, now) }
      : onEvents(test, trial, now);
  if (!results.ok) return results;
  const against = test.events === undefined ? "samples" : "events";
  const { tested, matched, shown } = results.value;
  return {
    ok: true,
    value: {
      against,
      tested,
      matched,
      results: shown,
      findings: await findingsOf(env, tenant.id, trial),
      signals: trial.signals,
    },
  };
}

function ruleOfTest({ config }: Tenant, { id, rule: draft }: RuleTest): Answer<Rule> {
  const rule = draft === undefined ? ruleOf(config, id ?? "") : ruleFrom(draft);
  if (rule === null) {
    const detail = "id: there is no such rule";
    return refuse({ status: 404, code: "not_found", detail, field: "id" });
  }
  const bad = badCondition(rule.matchers, draft === undefined ? "" : "rule.");
  return bad === null ? { ok: true, value: rule } : refuse(bad);
}

interface Tested {
  tested: number;
  matched: number;
  shown: Result[];
}

function onEvents(test: RuleTest, trial: Trial, now: EpochMs): Answer<Tested> {
  const decoded = decodeBatch(JSON.stringify(test.events), { format: null, receivedAt: now });
  if (!decoded.ok) return refuse(decoded.problem);
  const { items, agent } = decoded.value;
  if (items.length > MAX_TEST_EVENTS) {
    return refuse({
      status: 413,
      code: "too_many_events",
      detail: `events: ${items.length} events; at most ${MAX_TEST_EVENTS} are tested at once`,
      field: "events",
      limit: MAX_TEST_EVENTS,
    });
  }
  const shown = items.map((item, index) => eventResult(item, index, agent, test.host, trial, now));
  const matched = shown.filter((result) => result.matches).length;
  return { ok: true, value: { tested: shown.length, matched, shown } };
}

function eventResult(
  item: Normalised,
  index: number,
  agent: DecodedBatch["agent"],
  named: string | undefined,
  trial: Trial,
  now: EpochMs,
): Result {
  const none = { index, matches: false, at: null, subject: null, resource: null, source: null };
  if (item.type === "rejected") return { ...none, reason: `rejected: ${item.detail}` };
  if (item.type !== "event") return { ...none, reason: `not an event of interest: ${item.reason}` };
  const { event } = item;
  const host = hostOf(event.host, agent?.host, named ?? null);
  if (host === null && event.container === undefined)
    return { ...none, reason: "rejected: neither the event nor the test names a host" };
  const resource = resourceIdOf(event, host);
  const verdict = trial.add(event, resource, now);
  return {
    index,
    ...verdict,
    at: formatInstant(event.time),
    subject: subjectOf(trial.rule.phrase, event),
    resource,
    source: null,
  };
}

/** What a sample was kept of. */
interface Kept {
  source: string;
  resource: Resource;
  samples: Sample[];
}

/** Only what matches is shown, and no more of it than events could be tested. */
async function onSamples(env: Env, tenant: TenantId, trial: Trial, now: EpochMs): Promise<Tested> {
  const tested: Tested = { tested: 0, matched: 0, shown: [] };
  for (const { source, resource, samples } of await keptSamples(env, tenant)) {
    for (const sample of samples) {
      const event = eventOfSample(sample, resource);
      if (event === null) continue;
      const index = tested.tested++;
      const verdict = trial.add(event, resource.id, now);
      if (!verdict.matches) continue;
      tested.matched++;
      if (tested.shown.length >= MAX_TEST_EVENTS) continue;
      const subject = subjectOf(trial.rule.phrase, event);
      const at = formatInstant(event.time);
      tested.shown.push({ index, ...verdict, at, subject, resource: resource.id, source });
    }
  }
  return tested;
}

async function keptSamples(env: Env, tenant: TenantId): Promise<Kept[]> {
  const db = drizzle(env.DB);
  const [ofFindings, ofSignals] = await Promise.all([
    selectFindingSamples(db, tenant, MAX_TEST_FINDINGS),
    selectSignalSamples(db, tenant, MAX_TEST_FINDINGS),
  ]);
  // Written by Projection from these types.
  const resourceOf = (text: string) => JSON.parse(text) as Resource;
  return [
    ...ofFindings.map(({ id, samples, resource }) => {
      const { first, latest } = JSON.parse(samples) as Finding["samples"];
      return { source: id, resource: resourceOf(resource), samples: [...first, ...latest] };
    }),
    ...ofSignals.map(({ id, sample, resource }) => ({
      source: id,
      resource: resourceOf(resource),
      samples: [JSON.parse(sample) as Sample],
    })),
  ];
}

/** Which findings would open, or are there. */
async function findingsOf(
  env: Env,
  tenant: TenantId,
  { rule, counts }: Trial,
): Promise<RuleTestAnswer["findings"]> {
  const found = Array.from(counts, ([resource, count]: [ResourceId, number]) => ({
    id: findingId(tenant, rule.id, resource),
    resource,
    count,
  }));
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const rows = await selectFindingStates(drizzle(env.DB), tenant, ids);
  const states = new Map(rows.map((row) => [row.id, row.status]));
  return found.map((finding) => {
    const status = states.get(finding.id);
    return {
      ...finding,
      state:
        status === undefined
          ? ("new" as const)
          : status === "open"
            ? ("open" as const)
            : ("resolved" as const),
    };
  });
}
