/** What an endpoint is told, by what it has chosen to hear and by mutes. */
import { describe, expect, test } from "vitest";
import { HAPPENING_TYPES } from "../../../schema/happening.ts";
import { endpointInputSchema, type EndpointFilter } from "../../../schema/webhooks.ts";
import { newsOf, wants } from "../../../durable/domain/endpoint.ts";
import { happening } from "./support.ts";

const opened = happening("finding.opened");
const hears = (events: string[], filter: EndpointFilter = {}) =>
  HAPPENING_TYPES.filter((type) => wants({ status: "enabled", events, filter }, happening(type)));
const passes = (filter: EndpointFilter, what = opened) =>
  wants({ status: "enabled", events: ["*"], filter }, what);

describe("types", () => {
  test("one, all of a kind, or all", () => {
    expect(hears(["finding.opened"])).toEqual(["finding.opened"]);
    expect(hears(["finding.*"])).toEqual(HAPPENING_TYPES.filter((it) => it.startsWith("finding.")));
    expect(hears(["agent.*", "signal.raised"])).toEqual([
      "signal.raised",
      "agent.silent",
      "agent.recovered",
    ]);
    expect(hears(["*"])).toEqual([...HAPPENING_TYPES]);
  });

  test("a type that there is not is refused, and so is half a pattern", () => {
    for (const pattern of ["finding.closed", "finding", "find*", ".*", ""])
      expect(endpointInputSchema.safeParse({ url: "x", events: [pattern] }).success).toBe(false);
  });

  test("a disabled endpoint hears nothing", () => {
    expect(wants({ status: "disabled", events: ["*"], filter: {} }, opened)).toBe(false);
  });
});

describe("filters", () => {
  test("severity is the least that is told", () => {
    const high = { ...opened, scope: { ...opened.scope, severity: "high" as const } };
    expect(passes({ severity: "medium" }, high)).toBe(true);
    expect(passes({ severity: "high" }, high)).toBe(true);
    expect(passes({ severity: "critical" }, high)).toBe(false);
  });

  test("all that are named must hold, of several values one", () => {
    const { rule = "", namespace, workload } = opened.scope;
    expect(passes({ rule: ["another", rule], namespace: [namespace ?? ""] })).toBe(true);
    expect(passes({ rule: [rule], namespace: ["another"] })).toBe(false);
    expect(passes({ workload: [workload ?? ""] })).toBe(true);
  });

  test("what might have the attribute and has none is not told", () => {
    expect(opened.scope.service).toBeNull();
    expect(passes({ service: ["api"] })).toBe(false);
  });

  test("what has no such attribute is told: an agent has no namespace, a mute of a scope no severity", () => {
    const silent = happening("agent.silent", { scope: { host: "node-7" } });
    expect(passes({ namespace: ["shop"], severity: "critical" }, silent)).toBe(true);
    expect(passes({ host: ["node-8"] }, silent)).toBe(false);
    const muted = happening("finding.muted", { scope: {} });
    expect(passes({ severity: "critical", rule: ["x"] }, muted)).toBe(true);
  });
});

describe("what is muted", () => {
  const muted = (type: (typeof HAPPENING_TYPES)[number]) => {
    const it = happening(type);
    const { finding } = it.data;
    return finding === undefined
      ? it
      : { ...it, data: { ...it.data, finding: { ...finding, muted: true } } };
  };

  test("is not told to open, to come back, or to be unverified; that it is muted is", () => {
    const told = HAPPENING_TYPES.filter((type) => passes({}, muted(type)));
    expect(HAPPENING_TYPES.filter((type) => !told.includes(type))).toEqual([
      "finding.opened",
      "finding.reopened",
      "finding.regressed",
      "finding.unverified",
    ]);
  });

  test("is told to end only where it was told to be open", () => {
    expect(newsOf(muted("finding.resolved"))).toBe("ifTold");
    expect(newsOf(happening("finding.resolved"))).toBe("ends");
    expect(newsOf(opened)).toBe("begins");
    expect(newsOf(happening("finding.unmuted"))).toBe("begins");
    expect(newsOf(happening("finding.muted"))).toBe("other");
    expect(newsOf(happening("signal.raised"))).toBe("other");
  });
});
