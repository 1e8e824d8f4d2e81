/** Custom rules, exceptions, changes and trials for the dashboard's fixture; what is done stays in memory. */
import type { Result, RuleData } from "../../dashboard/data.ts";
import type {
  CustomRuleInput,
  ExceptionView,
  RuleChangeView,
  RuleTestAnswer,
  RuleView,
} from "../../schema/rules-api.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import { formatDuration } from "../../schema/time.ts";
import { badCondition, badExpression } from "../../workers/api/rule-input.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";
import { fixtureRules } from "./dashboard-fixture-rules.ts";

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();
const refused = (code: string, detail: string, field?: string): Result<never> => ({
  ok: false,
  problem: { code, detail, field },
});

function viewsOf(rises: CustomRuleInput["rises"]): RuleView["rises"] {
  return rises.map(({ after, ...step }) =>
    after === undefined ? step : { ...step, after: formatDuration(after) },
  );
}

/** A rule as its form would have made it. */
function customRule(
  input: Omit<CustomRuleInput, "quietPeriod" | "rises"> & Pick<RuleView, "quietPeriod" | "rises">,
): RuleView {
  const matchers = input.matchers.map((matcher) => ({ ...matcher }));
  return { ...input, matchers, builtIn: false, overrides: null };
}

function ownRules(size: FixtureSize): RuleView[] {
  if (size === "none") return [];
  const text = size === "hostile" ? HOSTILE.markup + HOSTILE.rtl : "";
  return [
    customRule({
      id: "miner-port",
      title: `Connection to a mining pool's port ${text}`,
      class: "both",
      severity: "high",
      rises: [{ resources: 5, severity: "critical" }],
      scope: ["container", "host"],
      enabled: true,
      quietPeriod: "7d",
      quietPeriodReason: "Miners start again with the node.",
      phrase: `{process} called {peer} ${text}`,
      matchers: [
        {
          on: "event",
          kind: "network",
          actions: ["connect"],
          when: `network.port in [3333, 5555, 14444]\n  && process.name != "prometheus"${text === "" ? "" : `\n  && user.name != ${JSON.stringify(HOSTILE.long.slice(0, 400))}`}`,
        },
        {
          on: "agentRule",
          format: "falco",
          names: ["Detect outbound connections to common miner pool ports"],
        },
      ],
      why: "Mining costs money and says that somebody can run programs.",
      good: "",
      remediation: "Find who started it, and how it came in.",
      references: [{ title: "Ports of pools", url: "https://example.org/pools" }],
      tags: ["mining"],
    }),
  ];
}

function exceptionsOf(size: FixtureSize, now: number): ExceptionView[] {
  const n = { none: 0, little: 2, lot: 40, hostile: 4 }[size];
  const hostile = Object.values(HOSTILE);
  return Array.from({ length: n }, (_, i): ExceptionView => {
    const text = size === "hostile" ? (hostile[i] ?? "") : "";
    const until = i % 4 === 1 ? now - i * DAY : now + (1 + i * 3) * DAY;
    return {
      id: `x${i}`,
      rule: i % 7 === 6 ? "long-gone" : "compiler-in-container",
      ruleTitle: i % 7 === 6 ? null : `Compiler run in a container${text}`,
      when:
        text === ""
          ? `k8s.namespace == "ci" && k8s.workload == "runner-${i}" && process.name in ["gcc", "cc1"]`
          : JSON.stringify(text),
      reason: text === "" ? "The build runners are there to compile." : text,
      createdBy: text === "" ? "ana@shop.example" : text,
      createdAt: iso(now - (2 + i) * DAY),
      until: iso(until),
      state: until > now ? "active" : "ended",
      hits: i === 0 ? 0 : i * 411,
      lastHitAt: i === 0 ? null : iso(now - i * 3_600_000),
    };
  });
}

function changesOf(size: FixtureSize, now: number): RuleChangeView[] {
  const n = { none: 0, little: 3, lot: 120, hostile: 4 }[size];
  const hostile = Object.values(HOSTILE);
  const kinds: readonly Pick<RuleChangeView, "action" | "subject" | "detail">[] = [
    {
      action: "rule.changed",
      subject: "imds-v1-access",
      detail: { quietPeriod: "24h", severity: null },
    },
    {
      action: "exception.created",
      subject: "x0",
      detail: { rule: "compiler-in-container", reason: "The build runners are there to compile." },
    },
    {
      action: "rule.created",
      subject: "miner-port",
      detail: { title: "Connection to a mining pool's port" },
    },
    { action: "rule.deleted", subject: "old-rule", detail: { title: "A rule of old" } },
  ];
  return Array.from({ length: n }, (_, i) => {
    const kind = kinds[i % kinds.length] ?? { action: "rule.changed", subject: "", detail: {} };
    const text = size === "hostile" ? hostile[i] : undefined;
    return {
      version: n - i + 1,
      at: iso(now - i * 5 * 3_600_000),
      by: text ?? "ana@shop.example",
      ...kind,
      ...(text !== undefined && { detail: { title: text, reason: text, phrase: text } }),
      hash: `sha256:${(0xa1b2c3 + i).toString(16).repeat(11).slice(0, 64)}`,
    };
  });
}

/** Every third event matches, whatever the rule. */
function trial(events: unknown, now: number, findings: readonly FindingDetail[]): RuleTestAnswer {
  const pasted = events === undefined ? null : Array.isArray(events) ? events : [events];
  const tested = pasted?.length ?? findings.length;
  const all = Array.from({ length: tested }, (_, index) => {
    const matches = index % 3 === 0;
    const finding = findings[index];
    return {
      index,
      matches,
      reason: matches ? null : 'no matcher for process "bash"',
      at: iso(now - index * 60_000),
      subject: pasted === null ? (finding?.headline ?? null) : "gcc ran",
      resource: finding?.resource.id ?? "host:node-7",
      source: pasted === null ? (finding?.id ?? null) : null,
    };
  });
  const matched = all.filter((one) => one.matches);
  return {
    against: pasted === null ? "samples" : "events",
    tested,
    matched: matched.length,
    results: pasted === null ? matched : all,
    findings: matched.slice(0, 4).map((one, i) => ({
      id: `f${i}`,
      resource: one.resource,
      count: 1,
      state: i === 0 ? "open" : "new",
    })),
    signals: 0,
  };
}

export function ruleFixture(
  size: FixtureSize,
  findings: readonly FindingDetail[],
  now: number,
): RuleData {
  const rules = [...fixtureRules(now), ...ownRules(size)];
  const exceptions = exceptionsOf(size, now);
  const changes = changesOf(size, now);
  const find = (id: string) => rules.find((rule) => rule.id === id);
  return {
    rules: async () => rules,
    rule: async (id) => find(id) ?? null,
    patchRule: async (id, patch) => {
      const rule = find(id);
      if (rule === undefined) return refused("not_found", "There is no such rule.");
      if (typeof patch.severity === "string") rule.severity = patch.severity;
      if (typeof patch.quietPeriod === "number")
        rule.quietPeriod = formatDuration(patch.quietPeriod);
      if (Array.isArray(patch.rises)) rule.rises = viewsOf(patch.rises);
      if (typeof patch.enabled === "boolean") rule.enabled = patch.enabled;
      const reset = Object.values(patch).every((value) => value === null);
      rule.overrides = reset ? null : { updatedBy: "you@shop.example", updatedAt: iso(now) };
      return { ok: true, value: rule };
    },
    createRule: async (input) => {
      if (find(input.id) !== undefined)
        return refused("rule_exists", "id: there is a rule with this id already.", "id");
      const bad = badCondition(input.matchers.map(({ when }) => ({ when })) as never);
      if (bad !== null) return { ok: false, problem: bad };
      const rises = viewsOf(input.rises);
      const rule = customRule({
        ...input,
        rises,
        quietPeriod: formatDuration(input.quietPeriod),
      });
      rules.push(rule);
      return { ok: true, value: rule };
    },
    changeRule: async (id, { quietPeriod, rises, ...patch }) => {
      const rule = find(id);
      if (rule === undefined) return refused("not_found", "There is no such rule.");
      const given = Object.entries(patch).filter(([, value]) => value !== undefined);
      Object.assign(rule, Object.fromEntries(given));
      if (rises !== undefined) rule.rises = viewsOf(rises);
      if (quietPeriod !== undefined) rule.quietPeriod = formatDuration(quietPeriod);
      return { ok: true, value: rule };
    },
    deleteRule: async (id) => {
      rules.splice(
        rules.findIndex((rule) => rule.id === id),
        1,
      );
      return { ok: true, value: null };
    },
    testRule: async ({ rule, events }) => {
      for (const [i, matcher] of (rule?.matchers ?? []).entries()) {
        const bad =
          matcher.when === undefined
            ? null
            : badExpression(matcher.when, `rule.matchers.${i}.when`);
        if (bad !== null) return { ok: false, problem: bad };
      }
      return { ok: true, value: trial(events, now, findings) };
    },
    exceptions: async () => exceptions,
    exception: async (id) => exceptions.find((one) => one.id === id) ?? null,
    createException: async ({ rule, when, reason, until }) => {
      const made: ExceptionView = {
        id: `x${exceptions.length}`,
        rule,
        when,
        reason,
        state: "active",
        hits: 0,
        ruleTitle: find(rule)?.title ?? null,
        createdBy: "you@shop.example",
        createdAt: iso(now),
        until: iso(until),
        lastHitAt: null,
      };
      exceptions.push(made);
      return { ok: true, value: made };
    },
    previewException: async ({ rule, when }) => {
      const bad = badExpression(when, "when");
      if (bad !== null) return { ok: false, problem: bad };
      const of = findings.filter((one) => one.rule === rule && one.status === "open");
      const hidden = of.slice(0, Math.ceil(of.length / 2));
      return {
        ok: true,
        value: {
          findings: hidden.length,
          partly: Math.min(2, of.length - hidden.length),
          workloads: new Set(hidden.map((one) => one.resource.workload)).size,
          tested: of.length,
          examples: hidden
            .slice(0, 5)
            .map((one) => ({ id: one.id, headline: one.headline, resource: one.resource.id })),
        },
      };
    },
    deleteException: async (id) => {
      exceptions.splice(
        exceptions.findIndex((one) => one.id === id),
        1,
      );
      return { ok: true, value: null };
    },
    ruleset: async () => ({
      version: changes.length + 1,
      hash: changes[0]?.hash ?? `sha256:${"0123456789abcdef".repeat(4)}`,
      rules: rules.length,
      enabled: rules.filter((rule) => rule.enabled).length,
      custom: rules.filter((rule) => !rule.builtIn).length,
      exceptions: exceptions.filter((one) => one.state === "active").length,
    }),
    ruleChanges: async ({ subject, limit, cursor }) => {
      const of = changes.filter((one) => subject === undefined || one.subject === subject);
      const start = Number(cursor ?? "0");
      const end = start + limit;
      return {
        items: of.slice(start, end),
        nextCursor: end < of.length ? String(end) : null,
      };
    },
  };
}
