/** What is said of a roll-up, and when its fix is called proven. */
import { describe, expect, test } from "vitest";
import { fixOf, type FixFacts, rollupHeadline } from "../../../durable/domain/rollup.ts";
import type { FindingDoc } from "../../../durable/domain/view.ts";
import { finding, HOUR, MINUTE, resource, sample, T0 } from "./fixtures.ts";

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;
const NOW = T0 + 5 * HOUR;

/** A finding of another rule in a container of the new image, which was watched for these spans. */
function witness(
  spans: [from: number, to: number][],
  { digest = NEW, agent = "falco" as const, resolvedAt = null as number | null } = {},
): FindingDoc {
  return {
    finding: finding({
      samples: { first: [{ ...sample(T0), agent }], latest: [] },
      resolvedAt,
    }),
    resource: resource({ image: "shop/api", imageDigest: digest }),
    quiet: {
      basis: "coverage",
      deadlineAt: null,
      complete: false,
      watching: true,
      gaps: [],
      spans: spans.map(([from, to]) => ({ from, to })),
    },
  };
}

const facts: FixFacts = {
  status: "quiet",
  ended: { quiet: 1, quiet_unverified: 0, resource_gone: 0, rule_retired: 0 },
  quietPeriodMs: HOUR,
  quietAt: T0 + HOUR,
  before: { image: "shop/api", digest: OLD },
  formats: new Set(["falco"]),
  witnesses: [witness([[T0, T0 + HOUR]])],
};

const fixed = (more: Partial<FixFacts>) => fixOf({ ...facts, ...more }, NOW);

describe("a fix is proven", () => {
  test("by a container of a newer digest that was watched for the whole period, gaps left out", () => {
    expect(fixed({})).toMatchObject({ proven: true, after: { image: "shop/api", digest: NEW } });
    const inParts = witness([
      [T0, T0 + 30 * MINUTE],
      [T0 + 2 * HOUR, T0 + 2 * HOUR + 30 * MINUTE],
    ]);
    expect(fixed({ witnesses: [inParts] })).toMatchObject({ proven: true });
  });

  test("also where the old containers are only gone", () => {
    const ended = { ...facts.ended, quiet: 0, resource_gone: 2 };
    expect(fixed({ status: "ended", ended })).toMatchObject({ proven: true });
  });

  test.each<[why: string, more: Partial<FixFacts>, words: string]>([
    ["watched too briefly", { witnesses: [witness([[T0, T0 + 59 * MINUTE]])] }, "not that it was"],
    [
      "gone before the period was over",
      { witnesses: [witness([[T0, T0 + 2 * HOUR]], { resolvedAt: T0 + 10 * MINUTE })] },
      "not that it was watched",
    ],
    ["watched by agents of another kind", { formats: new Set(["auditd"]) }, "not that it was"],
    ["of the same digest", { witnesses: [witness([[T0, NOW]], { digest: OLD })] }, "no newer"],
    ["of an image that is not known to differ", { before: { image: "a", digest: null } }, "digest"],
    ["before the period has passed", { quietAt: NOW + 1 }, "has not passed"],
    ["when the rule was off", { ended: { ...facts.ended, rule_retired: 1 } }, "turned off"],
    ["by nothing", { witnesses: [] }, "no newer image is known"],
  ])("by none %s", (_, more, words) => {
    const fix = fixed(more);
    expect(fix?.proven).toBe(false);
    expect(fix?.why).toContain(words);
  });

  test("never while it is open", () => {
    expect(fixed({ status: "open" })).toBeNull();
  });
});

test("the sentence counts containers that are affected, then those that were", () => {
  const key = { rule: "r", cluster: null, namespace: "shop", kind: null, workload: "api" };
  const containers = { affected: 3, total: 5, gone: 2, hit: 4 };
  const what = { subject: "gcc ran", containers, oldestOpenedAt: T0 - 24 * HOUR };
  expect(rollupHeadline({ ...what, status: "open" }, key, T0)).toBe(
    "gcc ran in 3 of 5 known containers of shop/api since Monday",
  );
  expect(rollupHeadline({ ...what, status: "ended" }, { ...key, namespace: null }, T0)).toBe(
    "gcc ran in 4 containers of api",
  );
});
