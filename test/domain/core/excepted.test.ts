/** Events that an exception hides: they are no silence, and they are no events either. */
import { expect, test } from "vitest";
import type { Excepted } from "../../../durable/domain/model.ts";
import {
  Actor,
  BEAT,
  contact,
  findingId,
  HOUR,
  MINUTE,
  observation,
  QUIET,
  report,
  RULE,
  T0,
} from "./fixtures.ts";

/** A finding of which the last event was at T0, with an agent that sends heartbeats. */
function opened(): Actor {
  const actor = new Actor();
  actor.tell(report(contact(T0, { intervalMs: BEAT }), [observation(T0)]), T0);
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

/** A batch at `now` with nothing but hidden events. */
function hidden(actor: Actor, now: number, since: number, more: Partial<Excepted> = {}) {
  const command = report(contact(now, { intervalMs: BEAT }));
  const excepted = [{ findingId: findingId(), since, ...more }];
  return actor.tell({ ...command, excepted }, now);
}

test("a finding that has seen nothing else since ends as its rule would", () => {
  const actor = opened();
  actor.beats(T0, T0 + MINUTE);
  hidden(actor, T0 + 2 * MINUTE, T0 + 1);
  expect(actor.finding()).toMatchObject({
    status: "resolved",
    resolution: "rule_retired",
    resolvedAt: T0 + 2 * MINUTE,
    coverage: null,
  });
  expect(actor.messages()).toEqual(["finding.resolved"]);
});

test("one that has is left alone, to its own quiet period", () => {
  const actor = opened();
  hidden(actor, T0 + MINUTE, T0);
  expect(actor.finding()).toMatchObject({ status: "open", lastSeenAt: T0, count: 1, version: 1 });
});

test("an event in the same batch that is not hidden keeps it open", () => {
  const actor = opened();
  const at = T0 + MINUTE;
  const command = report(contact(at, { intervalMs: BEAT }), [observation(at)]);
  actor.tell({ ...command, excepted: [{ findingId: findingId(), since: T0 + 1 }] }, at);
  expect(actor.finding()).toMatchObject({ status: "open", lastSeenAt: at });
});

test("what had been quiet for long enough before has resolved as quiet", () => {
  const actor = opened();
  actor.beats(T0, T0 + QUIET - BEAT);
  // The alarm is late; the contact proves the rest.
  hidden(actor, T0 + QUIET + MINUTE, T0 + QUIET);
  expect(actor.finding()).toMatchObject({ resolution: "quiet", resolvedAt: T0 + QUIET });
});

test("a later event that is not hidden reopens it as the next episode", () => {
  const actor = opened();
  hidden(actor, T0 + MINUTE, T0 + 1);
  actor.events(T0 + HOUR, observation(T0 + HOUR));
  expect(actor.finding()).toMatchObject({ status: "open", episode: 2 });
});

test("findings that are resolved, or not known, are left alone", () => {
  const actor = opened();
  hidden(actor, T0 + MINUTE, T0 + 1);
  const { version } = actor.finding();
  hidden(actor, T0 + 2 * MINUTE, T0 + 1);
  hidden(actor, T0 + 3 * MINUTE, T0 + 1, { findingId: findingId(9) });
  expect(actor.finding()).toMatchObject({ version, resolvedAt: T0 + MINUTE });
  expect(actor.state.findings.size).toBe(1);
});

test("a rule that is gone leaves its findings their severity and quiet period", () => {
  const actor = opened();
  actor.tell(
    {
      type: "applyRule",
      ruleId: RULE,
      version: 2,
      severity: null,
      quietPeriodMs: null,
      enabled: false,
    },
    T0 + MINUTE,
  );
  expect(actor.finding()).toMatchObject({
    resolution: "rule_retired",
    severity: "high",
    quietPeriodMs: QUIET,
    rulesVersion: 2,
  });
});
