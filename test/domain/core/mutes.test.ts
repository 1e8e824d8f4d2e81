/** What a mute's scope is true of, when a mute's end is announced, and what a tenant's configuration says of mutes. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostResourceId, ruleId } from "../../../schema/ids.ts";
import { MAX_SCOPE_MUTES, MAX_SCOPE_MUTES_CHARS, MUTE_WARNING_MS } from "../../../schema/limits.ts";
import { SEVERITIES } from "../../../schema/rule.ts";
import type { Resource } from "../../../durable/domain/model.ts";
import { announceAt } from "../../../durable/domain/mute.ts";
import { createMute, endMute, sameMute } from "../../../durable/domain/tenant-mutes.ts";
import { EMPTY_CONFIG, type ScopeMute } from "../../../durable/domain/tenant.ts";
import { resourceOf } from "../../../durable/domain/view.ts";
import { compileScope, isInScope, SCOPE_FIELDS } from "../../../durable/mute-scope.ts";
import { HOUR } from "./fixtures.ts";

const finding = {
  ruleId: ruleId("compiler-in-container"),
  title: "Compiler run in a container",
  severity: "medium",
} as const;
const BARE = resourceOf({ resources: new Map() }, hostResourceId("node-7"));
const FULL: Resource = {
  ...BARE,
  type: "container",
  name: "api",
  host: "node-7",
  image: "shop/api:1.4",
  cluster: "eu-1",
  namespace: "shop",
  pod: "api-5d",
  workload: "api",
  workloadKind: "Deployment",
  service: "checkout",
};

describe("a scope", () => {
  test.each([
    'finding.rule == "compiler-in-container" && finding.severity == "medium"',
    'finding.title.startsWith("Compiler")',
    'resource.type == "container" && resource.name == "api" && resource.host == "node-7"',
    'resource.cluster == "eu-1" && resource.namespace == "shop" && resource.pod == "api-5d"',
    'resource.workload == "api" && resource.workloadKind == "Deployment"',
    'resource.image.startsWithAny(["shop/"]) && resource.service in ["checkout"]',
    "true",
  ])("sees what is known: %s", (scope) => {
    expect(isInScope(scope, { finding, resource: FULL })).toBe(true);
  });

  test("reads what is not known as empty", () => {
    for (const name of Object.keys(SCOPE_FIELDS.resource)) {
      const known = ["type", "name"].includes(name);
      expect(isInScope(`resource.${name} == ""`, { finding, resource: BARE })).toBe(!known);
    }
  });

  test.each(["resource.nope == 1", "finding.severity", "resource.name ==", "event.kind == 'x'"])(
    "that does not compile says where, and hides nothing: %s",
    (scope) => {
      const compiled = compileScope(scope);
      expect(compiled.ok).toBe(false);
      if (!compiled.ok) expect(compiled.error.position).not.toBeNull();
      expect(isInScope(scope, { finding, resource: FULL })).toBe(false);
    },
  );

  test("that cannot be evaluated hides nothing", () => {
    expect(isInScope("1 / 0 == 1", { finding, resource: FULL })).toBe(false);
    expect(
      isInScope('int(resource.name) == 1 || finding.rule == ""', { finding, resource: FULL }),
    ).toBe(false);
  });

  test("is true of exactly what it names, whatever the text", () => {
    const text = fc.string({ unit: "binary" }).filter((it) => it !== "" && it.isWellFormed());
    fc.assert(
      fc.property(text, text, fc.constantFrom(...SEVERITIES), (named, is, severity) => {
        const scope = `resource.namespace == ${JSON.stringify(named)} && finding.severity == "${severity}"`;
        const subject = { finding, resource: { ...FULL, namespace: is } };
        expect(isInScope(scope, subject)).toBe(named === is && severity === finding.severity);
        const meant = { ...subject, resource: { ...FULL, namespace: named } };
        expect(isInScope(scope, meant)).toBe(severity === finding.severity);
      }),
    );
  });

  test("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (scope) => {
        expect(typeof isInScope(scope, { finding, resource: FULL })).toBe("boolean");
      }),
    );
  });
});

test("an end is announced within the mute's life, and three days before it at the earliest", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 366 * 24 * HOUR }), (createdAt, lifeMs) => {
      const until = createdAt + lifeMs;
      const at = announceAt({ createdAt, until });
      expect(at).toBeGreaterThan(createdAt);
      expect(at).toBeLessThanOrEqual(until);
      expect(at).toBeGreaterThanOrEqual(until - MUTE_WARNING_MS);
    }),
  );
});

describe("a tenant's configuration", () => {
  const mute = (fields: Partial<ScopeMute> = {}): ScopeMute => ({
    id: "m1",
    scope: "true",
    reason: "other",
    note: "n",
    createdBy: "ana",
    createdAt: 1,
    until: 10,
    ...fields,
  });
  const withMutes = (...scopeMutes: ScopeMute[]) => ({ ...EMPTY_CONFIG, scopeMutes });

  test("gets a mute with its record, and none of a repeated request", () => {
    const made = createMute(EMPTY_CONFIG, mute(), 2);
    expect(made).toMatchObject({
      ok: true,
      config: { version: 2, scopeMutes: [mute()] },
      record: { action: "mute.created", subject: "m1", mute: mute() },
    });
    const again = createMute(withMutes(mute()), mute({ id: "m2", createdAt: 3 }), 3);
    expect(again).toEqual({ ok: true, config: withMutes(mute()), record: null });
    expect(sameMute(withMutes(mute()), mute({ id: "m2" }))?.id).toBe("m1");
    expect(sameMute(withMutes(mute()), mute({ note: "another" }))).toBeNull();
  });

  test("has room again when mutes are past their end", () => {
    const full = withMutes(
      ...Array.from({ length: MAX_SCOPE_MUTES }, (_, i) => mute({ id: `m${i}`, until: 5 + i })),
    );
    const another = mute({ id: "x", note: "another" });
    expect(createMute(full, another, 4)).toMatchObject({ refusal: { code: "too_many_mutes" } });
    expect(createMute(full, another, 5)).toMatchObject({ ok: true });
  });

  test("holds no more than fits beside the rules", () => {
    const large = mute({ note: "x".repeat(MAX_SCOPE_MUTES_CHARS) });
    expect(createMute(EMPTY_CONFIG, large, 2)).toMatchObject({
      refusal: { code: "mutes_too_large", limit: MAX_SCOPE_MUTES_CHARS },
    });
  });

  test("loses a mute once", () => {
    const ended = endMute(withMutes(mute()), "m1");
    expect(ended).toMatchObject({
      config: { scopeMutes: [] },
      record: { action: "mute.ended", subject: "m1", detail: { scope: "true", reason: "other" } },
    });
    expect(endMute(EMPTY_CONFIG, "m1")).toEqual({ ok: true, config: EMPTY_CONFIG, record: null });
  });
});
