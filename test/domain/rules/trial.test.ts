/** Trying a rule: it says what the engine would, and why it does not match. */
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import { containerResourceId, hostResourceId } from "../../../schema/ids.ts";
import type { Matcher, Rule } from "../../../schema/rule.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { eventOfSample } from "../../../workers/rules/sample-event.ts";
import { Trial } from "../../../workers/rules/trial.ts";
import { resourceOf } from "../../../workers/ingest/resource.ts";
import { sampleOf } from "../../../workers/ingest/sample.ts";
import { CASES } from "./cases.ts";
import { exec, file } from "./events.ts";

const NOW = Date.UTC(2026, 10, 24, 10);
const API = containerResourceId("c0ffee123456");
const [pack] = RULE_PACK;
if (pack === undefined) throw new Error("the pack is empty");
const GCC: Matcher = { on: "event", kind: "process", actions: ["exec"], processNames: ["gcc"] };

const ruleWith = (...matchers: Matcher[]): Rule => ({
  ...pack,
  class: "posture",
  scope: ["container"],
  enabled: false,
  matchers,
});
const reason = (event: LullEvent, ...matchers: Matcher[]) =>
  new Trial(ruleWith(...matchers)).add(event, API, NOW).reason;

describe("a rule that does not match says why:", () => {
  test("the resource is none of its scope", () => {
    const { container: _, ...onHost } = exec("gcc x.c");
    expect(reason(onHost, GCC)).toBe("not on a container");
    const host = new Trial({ ...ruleWith(GCC), scope: ["host"] });
    expect(host.add(exec("gcc x.c"), API, NOW).reason).toBe("not on a host");
  });

  test("no matcher is about such an event", () => {
    expect(reason(file("open", "/x"), GCC)).toBe("no matcher for file/open");
    expect(reason(exec("gcc x.c", {}, { action: "exit" }), GCC)).toBe(
      "no matcher for process/exit",
    );
    const named = exec("gcc x.c", {}, { format: "falco", agentRule: "Other", action: "exit" });
    const falco: Matcher = { on: "agentRule", format: "falco", names: ["Compiler"] };
    expect(reason(named, falco)).toContain('nor for the agent\'s rule "Other"');
  });

  test("the process or the path is another", () => {
    expect(reason(exec("cc x.c"), GCC)).toBe('no matcher for process "cc"');
    const below: Matcher = { on: "event", kind: "file", actions: ["open"], paths: ["/etc/"] };
    expect(reason(file("open", "/tmp/x"), below)).toContain("path begins with none");
  });

  test("the condition, of the matcher that came closest", () => {
    const never: Matcher = { ...GCC, when: "process.tty" };
    const other: Matcher = { ...GCC, processNames: ["cc"] };
    expect(reason(exec("gcc x.c"), other, never)).toBe("condition is false");
    const broken: Matcher = { ...GCC, when: "facts.x == 1" };
    expect(reason(exec("gcc x.c"), never, broken)).toMatch(/^condition cannot be evaluated: /);
  });

  test("and one that matches says nothing, enabled or not", () => {
    expect(new Trial(ruleWith(GCC)).add(exec("gcc x.c"), API, NOW)).toEqual({
      matches: true,
      reason: null,
    });
  });
});

test("it matches what the engine matches, and has a reason for all else", () => {
  const rules = RULE_PACK.map((rule) => ({ ...rule, enabled: true }));
  const engine = compileRuleset({ version: 1, hash: "", rules }, false);
  const events = Object.values(CASES).flatMap(({ fires, stays }) => [...fires, ...stays]);
  const matched = events.map((event) => {
    const type = event.container === undefined ? "host" : "container";
    return new Set(engine.match(event, type).map(({ id }) => id));
  });
  for (const rule of RULE_PACK) {
    const trial = new Trial(rule);
    for (const [at, event] of events.entries()) {
      const { matches, reason: why } = trial.add(event, API, NOW);
      if (matches === matched[at]?.has(rule.id) && matches === (why === null)) continue;
      expect.unreachable(`${rule.id} ${JSON.stringify(event)}: ${matches} ${why}`);
    }
  }
});

test("findings are counted by resource, signals by manner", () => {
  const both = new Trial({ ...ruleWith(GCC), class: "both" });
  const other = containerResourceId("c0ffee000002");
  for (const command of ["gcc x.c", "gcc x.c", "gcc y.c"]) both.add(exec(command), API, NOW);
  both.add(exec("gcc x.c"), other, NOW);
  both.add(exec("cc x.c"), other, NOW);
  expect([...both.counts]).toEqual([
    [API, 3],
    [other, 1],
  ]);
  expect(both.signals).toBe(3);
  const threat = new Trial({ ...ruleWith(GCC), class: "threat" });
  threat.add(exec("gcc x.c"), API, NOW);
  expect([threat.counts.size, threat.signals]).toEqual([0, 1]);
});

describe("a kept sample", () => {
  const full: LullEvent = {
    ...exec("/usr/bin/gcc -O2 x.c", { pid: 7, tty: true, cwd: "/src", parent: { name: "sh" } }),
    format: "falco",
    agentRule: "Compiler",
    message: "gcc ran",
    host: { id: "h1", name: "node-7" },
    container: { id: "c0ffee123456", name: "api", image: "shop/api:1", imageDigest: "sha256:1" },
    k8s: {
      cluster: "eu",
      namespace: "shop",
      pod: "api-1",
      workload: { kind: "Deployment", name: "api" },
    },
    service: "checkout",
    user: { name: "root", uid: 0, loginUid: 1000 },
    file: { path: "/src/x.c", flags: "O_RDONLY" },
    network: { ip: "192.0.2.1", port: 80, protocol: "tcp", direction: "outbound" },
    syscall: "execve",
  };
  const host = { owner: hostResourceId("h1"), name: "node-7", id: "h1" };
  const again = (event: LullEvent) =>
    eventOfSample(
      structuredClone(sampleOf(event)),
      structuredClone(resourceOf(event, event.host === undefined ? null : host)),
    );

  test("is the event it was taken from, but for tags and ids", () => {
    const { tags: _, agentPriority: __, ...kept } = { ...full, tags: ["t"], agentPriority: "high" };
    expect(again({ ...full, id: "e1", tags: ["t"], agentPriority: "high" })).toEqual(kept);
  });

  test("has no workload that no one named", () => {
    const { k8s: _, service: __, ...bare } = full;
    expect(again(bare)).toEqual(bare);
    expect(again({ ...bare, service: "checkout" })).toEqual({ ...bare, service: "checkout" });
  });

  test("of a host is about the host", () => {
    const fact: LullEvent = {
      time: NOW,
      format: "native",
      kind: "host",
      action: "fact",
      host: { id: "h1", name: "node-7" },
      facts: { cgroupVersion: 1 },
    };
    expect(again(fact)).toEqual(fact);
  });
});
