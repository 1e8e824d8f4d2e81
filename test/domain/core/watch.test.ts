/** Telling D1 when nobody watches an open finding any more, and when somebody does again. */
import { expect, test } from "vitest";
import { Actor, HOUR, MINUTE, observation, T0 } from "./fixtures.ts";

/** Opened, settled and told, by an agent that then sends a heartbeat a minute. */
function watched(): Actor {
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.tell({ type: "settle", asked: [actor.finding().id], stored: [] }, T0);
  actor.beat(T0);
  actor.flush(T0);
  return actor;
}

const types = (actor: Actor) => actor.state.outbox.map((message) => message.type);

test("a finding whose agent has gone silent is told to be unverified, once", () => {
  const actor = watched();
  actor.wake(T0 + HOUR);
  actor.wake(T0 + 2 * HOUR);
  expect(types(actor)).toEqual(["finding.unverified"]);
  expect(actor.finding().unverified).toBe(true);
});

test("the agent's next sign of life is told at once", () => {
  const actor = watched();
  actor.wake(T0 + HOUR);
  actor.flush(T0 + HOUR);
  actor.beat(T0 + HOUR + MINUTE);
  expect(types(actor)).toEqual(["finding.watched"]);
  expect(actor.finding().unverified).toBe(false);
});

test("an agent that keeps its interval tells nothing", () => {
  const actor = watched();
  for (let i = 1; i <= 5; i++) {
    actor.beat(T0 + i * MINUTE);
    actor.wake(T0 + i * MINUTE);
  }
  expect(types(actor)).toEqual([]);
});
