/** Containers that go: their findings end with them, and nobody calls that quiet. */
import { describe, expect, test } from "vitest";
import { missingFrom } from "../../../durable/domain/gone.ts";
import { containerResourceId } from "../../../schema/ids.ts";
import {
  Actor,
  API,
  contact,
  MINUTE,
  observation,
  QUIET,
  report,
  resource,
  T0,
} from "./fixtures.ts";

const OTHER = containerResourceId("0123456789ab");

/** An open finding of a container that is known to D1. */
function opened(settled = true): Actor {
  const actor = new Actor();
  actor.tell({ ...report(contact(T0), [observation(T0)]), resources: [resource()] }, T0);
  if (settled) {
    actor.settleFresh(T0);
    actor.flush(T0);
  }
  return actor;
}

const goneAt = (at: number) => ({ ...report(contact(at)), gone: [{ id: API, at }] });

describe("a container that is gone", () => {
  test("takes its open findings along, as resource_gone", () => {
    const actor = opened();
    actor.tell(goneAt(T0 + MINUTE), T0 + MINUTE);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      resolution: "resource_gone",
      resolvedAt: T0 + MINUTE,
      coverage: null,
    });
  });

  test("whose finding had been quiet for long enough before ends as quiet", () => {
    const actor = opened();
    actor.tell(goneAt(T0 + QUIET + MINUTE), T0 + QUIET + MINUTE);
    expect(actor.finding()).toMatchObject({
      resolution: "quiet_unverified",
      resolvedAt: T0 + QUIET,
    });
  });

  test("is not, if it has done something since", () => {
    const actor = opened();
    const at = T0 + MINUTE;
    const more = {
      ...report(contact(at), [observation(at)]),
      resources: [resource({ seenAt: at })],
    };
    actor.tell(more, at);
    actor.tell(goneAt(T0 + 1), T0 + 2 * MINUTE);
    expect(actor.finding().status).toBe("open");
  });

  test("ends what D1 has not confirmed yet as soon as it has", () => {
    const actor = opened(false);
    actor.tell(goneAt(T0 + MINUTE), T0 + MINUTE);
    expect(actor.finding().status).toBe("open");
    actor.settleFresh(T0 + 2 * MINUTE);
    expect(actor.finding()).toMatchObject({
      resolution: "resource_gone",
      resolvedAt: T0 + MINUTE,
    });
  });

  test("that comes back reopens what it does again", () => {
    const actor = opened();
    actor.tell(goneAt(T0 + MINUTE), T0 + MINUTE);
    const at = T0 + 2 * MINUTE;
    const back = {
      ...report(contact(at), [observation(at)]),
      resources: [resource({ seenAt: at })],
    };
    actor.tell(back, at);
    expect(actor.finding()).toMatchObject({ status: "open", episode: 2 });
    actor.wake(at + 1);
    expect(actor.finding().status).toBe("open");
  });
});

describe("a list of running containers", () => {
  test("says that what is missing and open is gone", () => {
    const { state } = opened();
    expect(missingFrom(state, { at: T0 + MINUTE, ids: [OTHER] })).toEqual([
      { id: API, at: T0 + MINUTE },
    ]);
    expect(missingFrom(state, { at: T0 + MINUTE, ids: [OTHER, API] })).toEqual([]);
  });

  test("says nothing of a container that has been heard of since it was made", () => {
    expect(missingFrom(opened().state, { at: T0 - 1, ids: [] })).toEqual([]);
  });

  test("says it once", () => {
    const actor = opened(false);
    actor.tell(goneAt(T0 + MINUTE), T0 + MINUTE);
    expect(missingFrom(actor.state, { at: T0 + 2 * MINUTE, ids: [] })).toEqual([]);
  });
});
