/** Agents that fall silent: their host gets a finding, which only their return can end. */
import { describe, expect, test } from "vitest";
import type { AgentRule } from "../../../durable/domain/agent-rule.ts";
import { AGENT_SILENT } from "../../../durable/domain/silence.ts";
import { LATE_LOOK_MS } from "../../../schema/limits.ts";
import { containerResourceId } from "../../../schema/ids.ts";
import { Actor, AUDITD, BEAT, FALCO, findingId, HOST, MINUTE, QUIET, T0 } from "./fixtures.ts";

const ID = findingId(9);
const RULE: AgentRule = {
  findingId: ID,
  title: "Security agent fell silent",
  severity: "high",
  quietPeriodMs: QUIET,
  rulesVersion: 1,
};
/** When an agent that came at an instant for the last time has been silent for too long. */
const silent = (lastAt: number) => lastAt + 3 * BEAT + 1;

/** What the shell does when its alarm fires. */
function look(actor: Actor, now: number, rule: AgentRule | null = RULE): void {
  actor.wake(now);
  actor.tell({ type: "silence", rule }, now);
  actor.settleFresh(now, ID);
  actor.flush(now);
}

/** An agent that has been silent since T0. */
function bereft(owner = HOST): Actor {
  const actor = new Actor(owner);
  actor.beat(T0);
  look(actor, silent(T0));
  return actor;
}

describe("an agent that falls silent", () => {
  test("gives its host a finding, dated by when it was missed", () => {
    const actor = new Actor();
    actor.beat(T0);
    look(actor, silent(T0) - 1);
    expect(actor.state.findings.size).toBe(0);
    look(actor, silent(T0) + LATE_LOOK_MS);
    expect(actor.finding(ID)).toMatchObject({
      ruleId: AGENT_SILENT,
      resourceId: HOST,
      subject: "falco fell silent",
      status: "open",
      firstSeenAt: silent(T0),
      count: 1,
      reporters: [FALCO],
    });
  });

  test("is given the time again where nobody was there to hear it, and only once", () => {
    const actor = new Actor();
    actor.beat(T0);
    const late = T0 + 60 * MINUTE;
    look(actor, late);
    expect(actor.state.findings.size).toBe(0);
    look(actor, silent(late) - 1);
    expect(actor.state.findings.size).toBe(0);
    // However late that look is.
    look(actor, late + 60 * MINUTE);
    expect(actor.finding(ID)).toMatchObject({ status: "open", firstSeenAt: silent(late) });
    expect(actor.state.agents.get(FALCO)?.silentSince).toBe(T0);
  });

  test("is not missed after an outage if it is there", () => {
    const actor = new Actor();
    actor.beat(T0);
    const late = T0 + 60 * MINUTE;
    look(actor, late);
    actor.beat(late + BEAT);
    look(actor, silent(late));
    expect(actor.state.findings.size).toBe(0);
    look(actor, silent(late + BEAT));
    expect(actor.finding(ID)).toMatchObject({ status: "open", firstSeenAt: silent(late + BEAT) });
  });

  test("is told of once", () => {
    const actor = bereft();
    look(actor, silent(T0) + MINUTE);
    expect(actor.finding(ID).count).toBe(1);
  });

  test("keeps the finding open for as long as it is away", () => {
    const actor = bereft();
    actor.wake(T0 + 100 * QUIET);
    expect(actor.finding(ID).status).toBe("open");
  });

  test("ends the finding by a quiet period in contact", () => {
    const actor = bereft();
    const back = T0 + 60 * MINUTE;
    actor.beats(back, back + QUIET - MINUTE);
    expect(actor.finding(ID).status).toBe("open");
    actor.beats(back + QUIET, back + QUIET + MINUTE);
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", resolution: "quiet" });
    expect(actor.finding(ID).resolvedAt).toBe(back + QUIET);
  });

  test("that falls silent again extends the finding", () => {
    const actor = bereft();
    const back = T0 + 60 * MINUTE;
    actor.beat(back);
    look(actor, silent(back));
    expect(actor.finding(ID)).toMatchObject({ status: "open", count: 2, lastSeenAt: silent(back) });
  });

  test("is not back by a late word from before", () => {
    const actor = bereft();
    actor.beat(T0 - MINUTE);
    expect(actor.state.agents.get(FALCO)?.silentSince).toBe(T0);
  });

  test("that never sent a heartbeat is not missed", () => {
    const actor = new Actor();
    actor.events(T0);
    look(actor, T0 + 60 * MINUTE);
    expect(actor.state.findings.size).toBe(0);
  });

  test("of a container whose host nobody names has no host to report", () => {
    expect(bereft(containerResourceId("c0ffee000009")).state.findings.size).toBe(0);
  });

  test("is noted though the rule is off, so that it does not wake its actor again and again", () => {
    const actor = new Actor();
    actor.beat(T0);
    look(actor, silent(T0), null);
    expect(actor.state.findings.size).toBe(0);
    expect(actor.state.agents.get(FALCO)?.silentSince).toBe(T0);
  });
});

test("while one of two is back, the finding waits for the other", () => {
  const actor = new Actor();
  actor.beat(T0);
  actor.beat(T0, { agentId: AUDITD, kind: "auditd" });
  look(actor, silent(T0));
  const back = T0 + 60 * MINUTE;
  actor.beats(back, back + 3 * QUIET);
  expect(actor.finding(ID)).toMatchObject({ status: "open", reporters: [AUDITD] });
  actor.beats(back + 3 * QUIET, back + 5 * QUIET, { agentId: AUDITD, kind: "auditd" });
  expect(actor.finding(ID)).toMatchObject({ status: "resolved", resolution: "quiet" });
});

test("an agent that is back proves nothing of one that falls silent after it", () => {
  const actor = new Actor();
  actor.beat(T0);
  actor.beats(T0, T0 + 10 * MINUTE, { agentId: AUDITD, kind: "auditd" });
  look(actor, silent(T0));
  const back = T0 + 10 * MINUTE;
  actor.beats(back, back + 5 * MINUTE);
  look(actor, silent(back));
  actor.beats(back + 5 * MINUTE, back + 3 * QUIET);
  expect(actor.finding(ID)).toMatchObject({ status: "open", count: 2, reporters: [AUDITD] });
});

test("agents that are missed at once are told of in the same order, however they were loaded", () => {
  const actor = new Actor();
  actor.beat(T0 + 1);
  actor.beat(T0, { agentId: AUDITD, kind: "auditd" });
  const agents = new Map([...actor.state.agents].toReversed());
  const reloaded = new Actor(HOST, { ...actor.state, agents });
  for (const one of [actor, reloaded]) look(one, silent(T0 + 1));
  expect(reloaded.finding(ID)).toEqual(actor.finding(ID));
});

describe("a host that is out of service", () => {
  test("takes its findings along and is not missed", () => {
    const actor = bereft();
    actor.tell({ type: "resourceGone", id: HOST }, T0 + 60 * MINUTE);
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", resolution: "resource_gone" });
    look(actor, T0 + 120 * MINUTE);
    expect(actor.finding(ID)).toMatchObject({ status: "resolved", episode: 1 });
  });

  test("that reports again is expected again", () => {
    const actor = bereft();
    actor.tell({ type: "resourceGone", id: HOST }, T0 + 60 * MINUTE);
    const back = T0 + 90 * MINUTE;
    actor.beat(back);
    look(actor, silent(back));
    expect(actor.finding(ID)).toMatchObject({ status: "open", episode: 2 });
  });
});
