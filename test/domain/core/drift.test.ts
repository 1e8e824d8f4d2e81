/** Agents that enforce another ruleset than their peers, as their host sees it. */
import { describe, expect, test } from "vitest";
import type { AgentRule } from "../../../durable/domain/agent-rule.ts";
import { AGENT_RULESET_DRIFT, majorityOf, type Peers } from "../../../durable/domain/drift.ts";
import { Actor, BEAT, FALCO, findingId, HOUR, MINUTE, QUIET, T0 } from "./fixtures.ts";

const ID = findingId(8);
const RULE: AgentRule = {
  findingId: ID,
  title: "Security agent enforces another ruleset than its peers",
  severity: "medium",
  quietPeriodMs: QUIET,
  rulesVersion: 1,
};
const PEERS: Peers = { ruleset: "sha256:new", hosts: 4, of: 5, rule: RULE };

/** An agent that enforces the old ruleset, and has just been told that most enforce the new one. */
function odd(): Actor {
  const actor = new Actor();
  actor.beat(T0, { ruleset: "sha256:old" });
  actor.tell({ type: "peers", agentId: FALCO, peers: PEERS }, T0 + MINUTE);
  actor.settleFresh(T0 + MINUTE, ID);
  actor.flush(T0 + MINUTE);
  return actor;
}

describe("an agent that enforces another ruleset than its peers", () => {
  test("is a finding of its host, which names both", () => {
    const finding = odd().finding(ID);
    expect(finding).toMatchObject({
      ruleId: AGENT_RULESET_DRIFT,
      status: "open",
      reporters: [FALCO],
    });
    expect(finding.samples.first[0]?.message).toBe(
      "It enforces sha256:old; 4 of 5 falco agents enforce sha256:new.",
    );
  });

  test("keeps it open for as long as it reports that, and is noted now and then", () => {
    const actor = odd();
    actor.beats(T0 + MINUTE, T0 + HOUR, { ruleset: "sha256:old" });
    actor.wake(T0 + HOUR);
    expect(actor.finding(ID)).toMatchObject({ status: "open", count: 13 });
  });

  test("ends it by a quiet period in contact with the right one", () => {
    const actor = odd();
    const mended = T0 + 2 * MINUTE;
    actor.beats(mended, mended + QUIET + BEAT, { ruleset: "sha256:new" });
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", resolution: "quiet" });
  });

  test("does not end it by falling silent", () => {
    const actor = odd();
    actor.wake(T0 + 10 * HOUR);
    expect(actor.finding(ID).status).toBe("open");
  });

  test("is in line when the peers follow it", () => {
    const actor = odd();
    const follow = { ...PEERS, ruleset: "sha256:old" };
    actor.tell({ type: "peers", agentId: FALCO, peers: follow }, T0 + 2 * MINUTE);
    actor.beats(T0 + 2 * MINUTE, T0 + HOUR, { ruleset: "sha256:old" });
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", resolution: "quiet" });
  });

  test("is not told from its peers any more where there is no telling", () => {
    const actor = odd();
    actor.tell({ type: "peers", agentId: FALCO, peers: null }, T0 + 2 * MINUTE);
    actor.beats(T0 + 2 * MINUTE, T0 + HOUR, { ruleset: "sha256:old" });
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", count: 1 });
  });

  test("is not one by a late word of what it enforced before", () => {
    const actor = new Actor();
    actor.beat(T0, { ruleset: "sha256:new" });
    actor.tell({ type: "peers", agentId: FALCO, peers: PEERS }, T0);
    actor.beat(T0 - MINUTE, { ruleset: "sha256:old" });
    actor.beat(T0 + MINUTE);
    expect(actor.state.findings.size).toBe(0);
  });
});

describe("the majority of agents", () => {
  test.each([
    ["more than half decide", { a: 3, b: 2 }, { ruleset: "a", hosts: 3, of: 5 }],
    ["half do not", { a: 2, b: 2 }, null],
    ["the most numerous of three do not, if they are fewer than half", { a: 3, b: 2, c: 2 }, null],
    ["two agents have no majority, though they agree", { a: 2 }, null],
    ["all of three have one", { a: 3 }, { ruleset: "a", hosts: 3, of: 3 }],
    ["nobody has none", {}, null],
  ])("%s", (_, hosts, majority) => {
    expect(majorityOf(new Map(Object.entries(hosts)))).toEqual(majority);
  });
});
