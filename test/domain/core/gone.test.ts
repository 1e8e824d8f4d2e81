/** Containers that go: their findings end with them, and nobody calls that quiet. */
import { describe, expect, test } from "vitest";
import { missingFrom } from "../../../durable/domain/gone.ts";
import { containerResourceId } from "../../../schema/ids.ts";
import {
  Actor,
  API,
  contact,
  findingId,
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

  test("has done something since, though that changed nothing that is known of it", () => {
    const actor = opened();
    const other = observation(T0 + 2 * MINUTE, { findingId: findingId(2) });
    const more = {
      ...report(contact(T0 + 2 * MINUTE), [other]),
      resources: [resource({ seenAt: T0 + 2 * MINUTE })],
    };
    actor.tell(more, T0 + 2 * MINUTE);
    const late = { ...report(contact(T0 + 3 * MINUTE)), gone: [{ id: API, at: T0 + MINUTE }] };
    actor.tell(late, T0 + 3 * MINUTE);
    expect(actor.finding().status).toBe("open");
    expect(missingFrom(actor.state, { at: T0 + MINUTE, ids: [] })).toEqual([]);
  });

  test("before it was quiet for long enough is not quiet, however late that is told", () => {
    const actor = opened();
    const now = T0 + QUIET + MINUTE;
    actor.tell({ ...report(contact(now)), gone: [{ id: API, at: T0 + MINUTE }] }, now);
    expect(actor.finding()).toMatchObject({
      resolution: "resource_gone",
      resolvedAt: T0 + MINUTE,
    });
  });

  test("is gone for an event of before that comes after", () => {
    const actor = opened();
    actor.tell(goneAt(T0 + 2 * MINUTE), T0 + 2 * MINUTE);
    const before = observation(T0 - MINUTE, { findingId: findingId(2) });
    const more = {
      ...report(contact(T0 + 3 * MINUTE), [before]),
      resources: [resource({ seenAt: T0 - MINUTE })],
    };
    actor.tell(more, T0 + 3 * MINUTE);
    actor.settleFresh(T0 + 3 * MINUTE, findingId(2));
    expect(actor.finding(findingId(2))).toMatchObject({
      resolution: "resource_gone",
      resolvedAt: T0 + 2 * MINUTE,
    });
  });

  test("is gone for what reopens by an event of before that comes after", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    const wentAt = T0 + QUIET + 2 * MINUTE;
    const other = observation(T0 + QUIET, { findingId: findingId(2) });
    actor.tell({ ...report(contact(T0 + QUIET), [other]), resources: [resource()] }, T0 + QUIET);
    actor.tell(goneAt(wentAt), wentAt);
    const before = observation(wentAt - MINUTE);
    actor.tell(report(contact(wentAt + MINUTE), [before]), wentAt + MINUTE);
    expect(actor.finding()).toMatchObject({
      episode: 2,
      resolution: "resource_gone",
      resolvedAt: wentAt,
    });
  });

  test("by somebody's word, after it was quiet for long enough, ends as quiet though no alarm came", () => {
    const actor = opened();
    actor.tell({ type: "resourceGone", id: API }, T0 + QUIET + MINUTE);
    expect(actor.finding()).toMatchObject({
      resolution: "quiet_unverified",
      resolvedAt: T0 + QUIET,
    });
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
