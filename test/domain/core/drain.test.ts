/** One drain against a read model in memory: what it writes, and what it leaves for the next one. */
import { describe, expect, test } from "vitest";
import type { Command } from "../../../durable/domain/model.ts";
import type { FindingDoc } from "../../../durable/domain/view.ts";
import { drainOnce, type DrainDeps } from "../../../durable/host-drain.ts";
import { ALL_GUARDS, Database, SimReadModel, type Around } from "../../sim/read-model.ts";
import {
  Actor,
  findingId,
  HOST,
  HOUR,
  made,
  MINUTE,
  observation,
  OTHER_HOST,
  QUIET,
  T0,
} from "./fixtures.ts";

const QUIETLY: Around = () => Promise.resolve();

function database(): Database {
  return new Database(ALL_GUARDS, () => undefined);
}

/** Drains until nothing is left to write; `around` sees each call of D1. */
async function drain(
  actor: Actor,
  d1: Database,
  now: number,
  around = QUIETLY,
  written?: DrainDeps<unknown>["written"],
): Promise<Command[]> {
  const told: Command[] = [];
  const deps = {
    projection: new SimReadModel(d1, actor.state.owner, around),
    state: () => actor.state,
    apply: (command: Command) => {
      told.push(command);
      actor.tell(command, now);
    },
    ...(written === undefined ? {} : { written }),
    now,
  };
  for (let n = 0; await drainOnce(deps); n++) expect(n).toBeLessThan(10);
  return told;
}

/** Does something at the n-th call of D1, before it is answered. */
function during(call: number, act: () => void): Around {
  let calls = 0;
  return (when) => {
    if (when === "before" && calls++ === call) act();
    return Promise.resolve();
  };
}

function opened(owner = HOST): Actor {
  const actor = new Actor(owner);
  actor.events(T0, observation(T0));
  return actor;
}

describe("a drain", () => {
  test("writes the row of an opened finding, and asks no more of it", async () => {
    const [actor, d1] = [opened(), database()];
    await drain(actor, d1, T0);
    expect(d1.rows.get(findingId())).toMatchObject({ owner: HOST, finding: { status: "open" } });
    expect(actor.state.outbox).toEqual([]);
    expect(await drain(actor, d1, T0)).toEqual([]);
  });

  test("tells of rows that are new once they are there, and keeps them in the outbox until that is done", async () => {
    const [actor, d1] = [opened(), database()];
    const told: string[] = [];
    const written = async (docs: readonly FindingDoc[]) => {
      for (const { finding } of docs) {
        expect(d1.rows.get(finding.id)).toBeDefined();
        expect(actor.state.outbox).toHaveLength(1);
        told.push(finding.id);
      }
      if (told.length === 1) throw new Error("the tenant cannot be asked");
    };
    await expect(drain(actor, d1, T0, QUIETLY, written)).rejects.toThrow("cannot be asked");
    await drain(actor, d1, T0, QUIETLY, written);
    expect(told).toEqual([findingId(), findingId()]);
    expect(actor.state.outbox).toEqual([]);
    // What only repeats is not new.
    actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    await drain(actor, d1, T0 + 2 * HOUR, QUIETLY, written);
    expect(told).toHaveLength(2);
  });

  test("writes one history row for an episode, with the state of its end", async () => {
    const [actor, d1] = [opened(), database()];
    await drain(actor, d1, T0);
    actor.events(T0 + HOUR, observation(T0 + HOUR));
    await drain(actor, d1, T0 + HOUR);
    expect(d1.episodesOf(findingId())).toMatchObject([{ episode: 1, resolvedAt: T0 + QUIET }]);
    expect(d1.rows.get(findingId())).toMatchObject({ finding: { status: "open", episode: 2 } });
  });

  test("leaves a finding that opens meanwhile to the next one, which settles it first", async () => {
    const [actor, d1] = [opened(), database()];
    const other = findingId(2);
    const arrive = () => actor.events(T0, observation(T0, { id: other }));
    const told = await drain(actor, d1, T0, during(0, arrive));
    const asked = told.flatMap((command) => (command.type === "settle" ? command.asked : []));
    expect(asked).toEqual([findingId(), other]);
    expect(d1.rows.size).toBe(2);
  });

  test("does not take events for told that come while D1 is written", async () => {
    const [actor, d1] = [opened(), database()];
    const repeat = () => actor.events(T0 + 1, observation(T0 + 1));
    await drain(actor, d1, T0, during(1, repeat));
    expect(actor.finding()).toMatchObject({ count: 2, flushed: { totalCount: 1, version: 1 } });
    await drain(actor, d1, T0 + MINUTE);
    expect(made(d1.rows.get(findingId())).finding.count).toBe(2);
  });

  test("tells D1 of late events on a resolved finding", async () => {
    const [actor, d1] = [opened(), database()];
    await drain(actor, d1, T0);
    actor.wake(T0 + QUIET);
    await drain(actor, d1, T0 + QUIET);
    actor.events(T0 + HOUR, observation(T0));
    await drain(actor, d1, T0 + HOUR);
    expect(d1.rows.get(findingId())).toMatchObject({
      finding: { status: "resolved", lateCount: 1 },
    });
  });
});

describe("of two owners of one finding", () => {
  test("the one that comes second goes on with the episode, and the first lets go", async () => {
    const [first, second, d1] = [opened(), opened(OTHER_HOST), database()];
    await drain(first, d1, T0);
    await drain(second, d1, T0);
    expect(d1.rows.get(findingId())).toMatchObject({ owner: OTHER_HOST, finding: { count: 2 } });
    first.wake(T0 + QUIET);
    await drain(first, d1, T0 + QUIET);
    expect(first.state.findings.size).toBe(0);
    expect(d1.episodesOf(findingId())).toEqual([]);
  });

  test("the one that loses the race for a new row joins it", async () => {
    const [first, second, d1] = [opened(), opened(OTHER_HOST), database()];
    // The second has asked, and D1 knew nothing; then the first writes.
    let done = Promise.resolve<unknown>(null);
    await drain(
      second,
      d1,
      T0,
      during(1, () => {
        done = drain(first, d1, T0);
      }),
    );
    await done;
    await drain(second, d1, T0);
    expect(d1.rows.get(findingId())).toMatchObject({ finding: { count: 2, episode: 1 } });
  });

  test("the first does not count again what it wrote before it could note that", async () => {
    const [first, second, d1] = [opened(), opened(OTHER_HOST), database()];
    const lost: Around = (when) =>
      when === "after" && d1.rows.size > 0 ? Promise.reject(new Error("lost")) : Promise.resolve();
    await expect(drain(first, d1, T0, lost)).rejects.toThrow("lost");
    await drain(second, d1, T0);
    await drain(first, d1, T0);
    expect(d1.rows.get(findingId())).toMatchObject({ owner: OTHER_HOST, finding: { count: 2 } });
    expect(first.state.findings.size).toBe(0);
  });
});
