/** The quiet clock: when silence is enough, and when it is proof. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coverageShare,
  dueFrom,
  quietStatus,
  resolutionOf,
} from "../../../durable/domain/quiet.ts";
import { AUDITD, FALCO, HOUR, MINUTE, QUIET, T0, agent, agents, finding } from "./fixtures.ts";

const DEADLINE = T0 + QUIET;

describe("where no agent sends heartbeats", () => {
  const silent = agents(agent([[T0, T0]], { intervalMs: null, heartbeats: 0 }));

  test("silence for the quiet period is all there is, and is called unverified", () => {
    const before = quietStatus(finding(), silent, DEADLINE - 1);
    expect(before).toMatchObject({ basis: "silence", complete: false, deadlineAt: DEADLINE });
    const then = quietStatus(finding(), silent, DEADLINE);
    expect(then).toMatchObject({ complete: true, watching: false, gaps: [] });
    expect(resolutionOf(then)).toBe("quiet_unverified");
    expect(coverageShare(finding(), then)).toBeNull();
  });

  test("the heartbeats of an agent that has never reported the finding prove nothing", () => {
    const both = agents(
      agent([[T0, T0]], { intervalMs: null }),
      agent([[T0, T0 + HOUR]], { id: AUDITD }),
    );
    expect(quietStatus(finding(), both, DEADLINE).basis).toBe("silence");
  });

  test("nor those of a reporter that the host does not remember", () => {
    expect(resolutionOf(quietStatus(finding(), agents(), DEADLINE))).toBe("quiet_unverified");
  });
});

describe("where an agent sends heartbeats", () => {
  test("the finding stays open at its deadline until a contact covers it", () => {
    const known = agents(agent([[T0, DEADLINE - MINUTE]]));
    expect(quietStatus(finding(), known, DEADLINE)).toMatchObject({
      basis: "coverage",
      complete: false,
      watching: true,
      deadlineAt: DEADLINE,
    });
  });

  test("it is complete, and verified, once contacts reach the deadline", () => {
    const known = agents(agent([[T0, DEADLINE]]));
    const status = quietStatus(finding(), known, DEADLINE);
    expect(status).toMatchObject({ complete: true, deadlineAt: DEADLINE, gaps: [] });
    expect(resolutionOf(status)).toBe("quiet");
    expect(coverageShare(finding(), status)).toBe(1);
  });

  test("a gap stops the clock for as long as it lasts", () => {
    const known = agents(
      agent([
        [T0, T0 + 4 * MINUTE],
        [T0 + 9 * MINUTE, T0 + HOUR],
      ]),
    );
    const status = quietStatus(finding(), known, T0 + HOUR);
    expect(status).toMatchObject({
      complete: true,
      deadlineAt: DEADLINE + 5 * MINUTE,
      gaps: [{ from: T0 + 4 * MINUTE, to: T0 + 9 * MINUTE, reason: "no_contact" }],
    });
    expect(coverageShare(finding(), status)).toBe(0.6667);
  });

  test("lost events stop it as well", () => {
    const known = agents(
      agent([
        [T0, T0 + MINUTE],
        [T0 + 2 * MINUTE, T0 + HOUR, "dropped"],
      ]),
    );
    expect(quietStatus(finding(), known, T0 + HOUR)).toMatchObject({
      deadlineAt: DEADLINE + MINUTE,
      gaps: [{ reason: "dropped" }],
    });
  });

  test("with a dead agent there is no deadline, and the gap goes on", () => {
    const known = agents(agent([[T0, T0 + MINUTE]]));
    expect(quietStatus(finding(), known, T0 + HOUR)).toMatchObject({
      complete: false,
      watching: false,
      deadlineAt: null,
      gaps: [{ from: T0 + MINUTE, to: null, reason: "no_contact" }],
    });
  });

  test("an agent is dead only after three heartbeat intervals", () => {
    const known = agents(agent([[T0, T0 + MINUTE]]));
    expect(quietStatus(finding(), known, T0 + 4 * MINUTE).watching).toBe(true);
    expect(quietStatus(finding(), known, T0 + 4 * MINUTE + 1).watching).toBe(false);
  });

  test("a gap after the deadline does not matter", () => {
    const known = agents(
      agent([
        [T0, DEADLINE],
        [T0 + HOUR, T0 + HOUR],
      ]),
    );
    expect(quietStatus(finding(), known, T0 + HOUR).gaps).toEqual([]);
  });

  test("one of several reporters is enough, and those without heartbeats do not count", () => {
    const known = agents(
      agent([[T0, T0 + 4 * MINUTE]]),
      agent([[T0 + 3 * MINUTE, DEADLINE]], { id: AUDITD }),
    );
    const both = finding({ reporters: [FALCO, AUDITD] });
    expect(quietStatus(both, known, DEADLINE)).toMatchObject({ complete: true, gaps: [] });
    expect(quietStatus(finding(), known, DEADLINE).complete).toBe(false);
  });
});

test("it is never complete before its quiet period, nor with less than that watched", () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), fc.nat({ max: HOUR }), (steps, late) => {
      let at = T0;
      const spans = steps.map(([pause, length]): [number, number] => {
        const from = at + pause * MINUTE;
        at = from + length * MINUTE;
        return [from, at];
      });
      const now = at + late;
      const status = quietStatus(finding(), agents(agent(spans)), now);
      if (!status.complete) return;
      const deadline = status.deadlineAt ?? 0;
      expect(deadline).toBeGreaterThanOrEqual(dueFrom(finding()));
      expect(deadline).toBeLessThanOrEqual(now);
      const watched = status.spans
        .map(({ from, to }) => Math.min(to, deadline) - Math.min(from, deadline))
        .reduce((sum, length) => sum + length, 0);
      expect(watched).toBe(QUIET);
    }),
  );
});
