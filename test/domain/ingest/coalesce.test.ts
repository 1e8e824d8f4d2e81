/** Coalescing: nothing is lost, nothing is counted twice, whatever comes together in a batch. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LullEvent, Normalised } from "../../../schema/event.ts";
import { parseTenantId, type ResourceId } from "../../../schema/ids.ts";
import { LATE_HORIZON_MS } from "../../../schema/limits.ts";
import type { RuleClass } from "../../../schema/rule.ts";
import type { Observation } from "../../../durable/domain/model.ts";
import type { AgentReport } from "../../../workers/ingest/agent-report.ts";
import { coalesce, type CoalesceOptions } from "../../../workers/ingest/coalesce.ts";
import { sampleOf } from "../../../workers/ingest/sample.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { defaultRuleset } from "../../../durable/ruleset.ts";
import { countedBy, describedBy, outcomes, type Hit } from "./naive.ts";

const NOW = Date.UTC(2026, 10, 24, 10);
const tenant = parseTenantId("t");
if (tenant === null) throw new Error("not a tenant");
const BASE: CoalesceOptions = {
  tenant,
  engine: compileRuleset(defaultRuleset()),
  rulesVersion: 3,
  agent: undefined,
  dropped: 0,
  namedHost: null,
  intervalMs: null,
  receivedAt: NOW,
};

/** Of one container. */
const SPELLINGS = ["c0ffee123456", "docker://C0FFEE123456789"] as const;
const name = fc.constantFrom("a", "b");
const maybe = { requiredKeys: [] };
const event: fc.Arbitrary<LullEvent> = fc.record(
  {
    id: fc.constantFrom("1", "2", "3"),
    time: fc.integer({ min: NOW - 2_500, max: NOW }),
    format: fc.constantFrom("native" as const, "falco" as const),
    kind: fc.constant("process" as const),
    action: fc.constant("exec"),
    host: fc.record({ id: name, name }, maybe),
    container: fc.record(
      {
        id: fc.constantFrom(...SPELLINGS, "Task-1"),
        name,
        image: name,
        imageDigest: name,
      },
      { requiredKeys: ["id"] },
    ),
    k8s: fc.record(
      {
        cluster: name,
        namespace: name,
        pod: name,
        workload: fc.record({ kind: name, name }, { requiredKeys: ["name"] }),
      },
      maybe,
    ),
    service: name,
    process: fc.record(
      {
        name: fc.constantFrom("gcc", "apt-get", "bash", "nc", "cat"),
        args: fc.constantFrom(["install"], ["-e", "/bin/sh"], ["-c", "x"]),
        tty: fc.boolean(),
        pid: fc.nat(9),
      },
      { requiredKeys: ["name"] },
    ),
  },
  { requiredKeys: ["time", "format", "kind", "action", "process"] },
);
const item: fc.Arbitrary<Normalised> = fc.oneof(
  { weight: 8, arbitrary: event.map((one): Normalised => ({ type: "event", event: one })) },
  fc.record(
    {
      type: fc.constant("contact" as const),
      format: fc.constant("falco" as const),
      reason: fc.constant(""),
      dropped: fc.nat(3),
      host: fc.record({ name }),
    },
    { requiredKeys: ["type", "format", "reason"] },
  ),
  fc.constant<Normalised>({ type: "ignored", format: "falco", reason: "" }),
  fc.constant<Normalised>({ type: "rejected", code: "not_json", detail: "" }),
);
const agent = fc.option(
  fc.record({
    id: fc.constant("agent"),
    kind: fc.constant("native" as const),
    host: fc.record({ id: name, name }, maybe),
  }),
  { nil: undefined },
);

/** Changes one thing that an event says of its place, or nothing. */
const anyChange: fc.Arbitrary<(event: LullEvent) => Partial<LullEvent>> = fc.oneof(
  fc.constant(() => ({})),
  name.map((service) => () => ({ service })),
  name.map((pod) => ({ k8s }: LullEvent) => ({ k8s: { ...k8s, pod } })),
  name.map((namespace) => ({ k8s }: LullEvent) => ({ k8s: { ...k8s, namespace } })),
  name.map((cluster) => ({ k8s }: LullEvent) => ({ k8s: { ...k8s, cluster } })),
  name.map((kind) => ({ k8s }: LullEvent) => ({ k8s: { ...k8s, workload: { kind, name: "w" } } })),
  name.map((it) => ({ k8s }: LullEvent) => ({ k8s: { ...k8s, workload: { name: it } } })),
  name.map((it) => ({ container: c }: LullEvent) => ({
    ...(c && { container: { ...c, name: it } }),
  })),
  name.map((image) => ({ container: c }: LullEvent) => ({
    ...(c && { container: { ...c, image } }),
  })),
  name.map((imageDigest) => ({ container: c }: LullEvent) => ({
    ...(c && { container: { ...c, imageDigest } }),
  })),
  fc.constantFrom(...SPELLINGS).map((id) => ({ container: c }: LullEvent) => ({
    ...(c && { container: { ...c, id } }),
  })),
  name.map((it) => ({ host }: LullEvent) => ({ host: { id: "a", ...host, name: it } })),
);

/** One event again and again with small changes: what a batch mostly is. */
const mostlyOne = fc
  .tuple(event, fc.array(fc.record({ change: anyChange, time: fc.nat(3) }), { maxLength: 8 }))
  .map(([one, others]) =>
    others.map(({ change, time }, at): Normalised => {
      const process = { name: "gcc" };
      return {
        type: "event",
        event: { ...one, process, time: NOW - time, id: `${at}`, ...change(one) },
      };
    }),
  );

const total = (list: readonly { count: number }[]) =>
  list.reduce((sum, { count }) => sum + count, 0);

function expectTold(told: Observation, counted: readonly LullEvent[]): void {
  const times = counted.map(({ time }) => time);
  expect(told).toMatchObject({
    count: counted.length,
    firstAt: Math.min(...times),
    lastAt: Math.max(...times),
    rulesVersion: 3,
  });
  expect(total(told.occurrences.map(([, count]) => ({ count })))).toBe(told.count);
  for (const [start] of told.occurrences)
    expect(times.some((time) => time >= start && time < start + 1_000)).toBe(true);
  expect(told.samples.at(-1)?.at).toBe(told.lastAt);
}

function expectReport({ resources, observations, signals }: AgentReport, hits: readonly Hit[]) {
  const on = (id: ResourceId) => hits.filter(({ resource }) => resource.id === id);
  expect(resources).toEqual(
    [...new Set(hits.map(({ resource }) => resource.id))].map((id) => describedBy(on(id))),
  );
  for (const told of observations) expectTold(told, countedBy(hits, told.ruleId, told.resourceId));
  const countedAs = (...classes: readonly RuleClass[]) =>
    hits.flatMap(({ rules }) => rules.filter((rule) => classes.includes(rule.class))).length;
  expect(total(observations)).toBe(countedAs("posture", "both"));
  expect(total(signals)).toBe(countedAs("threat", "both"));
  const ids = observations.map(({ findingId, late }) => `${findingId} ${late === true}`);
  expect(new Set(ids).size).toBe(ids.length);
}

describe("coalesce", () => {
  test("agrees with the simplest way to say it", () => {
    const items = fc.oneof(fc.array(item, { maxLength: 12 }), mostlyOne);
    fc.assert(
      fc.property(items, agent, fc.option(name), (batch, sender, namedHost) => {
        const options = { ...BASE, agent: sender, namedHost };
        const { reports, rejected, received, unplaced } = coalesce(batch, options);
        const { hits, dropped, ...expected } = outcomes(batch, options);
        const counted = (what: keyof AgentReport["counts"]) =>
          reports.reduce((sum, { counts }) => sum + counts[what], 0);
        expect({
          received,
          ignored: unplaced + counted("ignored"),
          repeated: counted("repeated"),
          rejected: rejected.map(({ index }) => index),
        }).toEqual({ received: batch.length, ...expected });
        expect(counted("accepted")).toBe(hits.length);
        for (const report of reports) {
          const { owner, contact } = report;
          expect(contact.dropped).toBe(dropped.get(`${owner} ${contact.agentId}`) ?? 0);
          expectReport(
            report,
            hits.filter((hit) => hit.owner === owner && hit.agent === contact.agentId),
          );
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

/** A compiler in a container. */
const gcc: LullEvent = {
  time: NOW - 1_000,
  format: "native",
  kind: "process",
  action: "exec",
  container: { id: "c0ffee123456" },
  process: { name: "gcc", args: ["-c", "x.c"], pid: 1 },
};

/** Two compilers in one container, `change` apart. */
function samplesOf(change: Partial<LullEvent>) {
  const first = gcc;
  const last: LullEvent = { ...first, time: NOW, ...change };
  const { reports } = coalesce(
    [first, last].map((one) => ({ type: "event", event: one })),
    { ...BASE, namedHost: "h" },
  );
  return { samples: reports[0]?.observations[0]?.samples, first, last };
}

describe("events beyond the late horizon", () => {
  test("are counted as late, and told apart from the others of their finding", () => {
    const old: LullEvent = { ...gcc, time: NOW - LATE_HORIZON_MS - 1 };
    const [report] = coalesce(
      [gcc, old, old].map((one) => ({ type: "event", event: one })),
      { ...BASE, namedHost: "h" },
    ).reports;
    expect(report?.counts).toMatchObject({ accepted: 3, late: 2 });
    expect(report?.observations.map(({ count, late }) => [count, late])).toEqual([
      [1, undefined],
      [2, true],
    ]);
  });
});

describe("the samples of an observation", () => {
  test("are one, the last, where nothing but time and process id differ", () => {
    const { samples, last } = samplesOf({ process: { name: "gcc", args: ["-c", "x.c"], pid: 2 } });
    expect(samples).toEqual([sampleOf(last)]);
  });

  test.each<Partial<LullEvent>>([
    { process: { name: "gcc", args: ["-c", "y.c"] } },
    { process: { name: "gcc", args: ["-c"] } },
    { process: { name: "gcc", args: ["-c", "x.c"], parent: { name: "make" } } },
    { process: { name: "gcc", args: ["-c", "x.c"], tty: true } },
    { user: { name: "root" } },
    { file: { path: "/x" } },
    { network: { ip: "192.0.2.1" } },
    { k8s: { pod: "p" } },
  ])("are the first and the last where %j differs", (change) => {
    const { samples, first, last } = samplesOf(change);
    expect(samples).toEqual([sampleOf(first), sampleOf(last)]);
  });
});

describe("the quiet period of an observation", () => {
  /** Of a rule that would do with a minute. */
  const quietOf = (format: LullEvent["format"], quietPeriodMs: number) => {
    const { rules, ...ruleset } = defaultRuleset();
    const engine = compileRuleset({
      ...ruleset,
      rules: rules.map((rule) => ({ ...rule, quietPeriodMs })),
    });
    const one: LullEvent = { ...gcc, format };
    const { reports } = coalesce([{ type: "event", event: one }], {
      ...BASE,
      engine,
      namedHost: "h",
    });
    const { quietPeriodMs: rule = 0, leastQuietPeriodMs: least = 0 } =
      reports[0]?.observations[0] ?? {};
    return Math.max(rule, least);
  };

  test("is the rule's", () => {
    expect(quietOf("falco", 60_000)).toBe(60_000);
    expect(quietOf("native", 60_000)).toBe(60_000);
  });

  test("is never below twice the time for which the agent holds back repeats", () => {
    expect(quietOf("datadog", 60_000)).toBe(7_200_000);
    expect(quietOf("datadog", 86_400_000)).toBe(86_400_000);
  });
});

test("an event of a container that stopped says that it is gone, and nothing of the host if it names none", () => {
  const stopped = (more: Partial<LullEvent>): Normalised => ({
    type: "event",
    event: {
      time: NOW,
      format: "native",
      kind: "container",
      action: "stop",
      host: { name: "node-7" },
      ...more,
    },
  });
  const gone = (told: Normalised) => coalesce([told], BASE).reports.map((report) => report.gone);
  expect(gone(stopped({ container: { id: "c0ffee123456" } }))).toEqual([
    [{ id: "container:c0ffee123456", at: NOW }],
  ]);
  expect(gone(stopped({}))).toEqual([undefined]);
});
