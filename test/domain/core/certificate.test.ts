/** What is taken down of an episode when it ends: what was known, and no more. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { certificateClaimsSchema, type EpisodeFacts } from "../../../schema/certificate.ts";
import { MAX_RECENT_TALLIES } from "../../../schema/limits.ts";
import { formatInstant } from "../../../schema/time.ts";
import { watchedSince } from "../../../durable/domain/coverage.ts";
import {
  Actor,
  API,
  AUDITD,
  BEAT,
  contact,
  FALCO,
  findingId,
  made,
  MINUTE,
  observation,
  OTHER_HOST,
  QUIET,
  report,
  resource,
  RULE,
  SECOND,
  T0,
} from "./fixtures.ts";

const RULESET = { version: 1, hash: `sha256:${"a".repeat(64)}` };

/** An actor that D1 has confirmed a finding of, seen once at T0 by an agent that sends heartbeats. */
function watched(): Actor {
  const actor = new Actor();
  actor.beat(T0 - MINUTE);
  actor.tell(
    { ...report(contact(T0), [observation(T0)]), resources: [resource()], ruleset: RULESET },
    T0,
  );
  actor.settleFresh(T0);
  return actor;
}

/** What was taken down of the episode that ended last. */
function facts(actor: Actor): EpisodeFacts {
  const ended = made(actor.state.outbox.findLast((one) => one.type === "finding.resolved"));
  if (!("finding" in ended)) throw new Error("not a finding's");
  const whole = made(ended.facts);
  // With what is added where it is signed it is what the schema says, and has survived JSON.
  const claims = { tenant: "t", ...whole, episode: { ...whole.episode, case: null } };
  expect(certificateClaimsSchema.parse(JSON.parse(JSON.stringify(claims)))).toEqual(claims);
  return whole;
}

const at = formatInstant;

describe("an episode that ended under watch", () => {
  test("says what was seen, when, by which rules, and that every heartbeat came", () => {
    const actor = watched();
    actor.beats(T0 + BEAT, T0 + QUIET);
    expect(facts(actor)).toMatchObject({
      jti: `${findingId()}/1`,
      iat: (T0 + QUIET) / SECOND,
      rule: { id: RULE, severity: "high", rulesVersion: 1, rulesetHash: RULESET.hash },
      resource: { name: "api", host: "node-7", namespace: "shop" },
      episode: {
        number: 1,
        openedAt: at(T0),
        lastSeenAt: at(T0),
        resolvedAt: at(T0 + QUIET),
        decidedAt: at(T0 + QUIET),
        resolution: "quiet",
        count: 1,
      },
      quiet: {
        from: at(T0),
        to: at(T0 + QUIET),
        periodMs: QUIET,
        basis: "coverage",
        watchedMs: QUIET,
        coverage: 1,
        gaps: [],
      },
      agents: [
        {
          id: FALCO,
          kind: "falco",
          intervalMs: BEAT,
          heartbeats: { expected: 10, received: 10 },
          dropped: 0,
        },
      ],
    });
  });

  test("names its gaps with their reasons, and counts none of their time as watched", () => {
    const actor = watched();
    actor.beats(T0 + BEAT, T0 + 3 * MINUTE);
    actor.beat(T0 + 4 * MINUTE, { dropped: 7 });
    actor.beats(T0 + 10 * MINUTE, T0 + 30 * MINUTE);
    const { quiet, agents } = facts(actor);
    expect(quiet.gaps).toEqual([
      { from: at(T0 + 3 * MINUTE), to: at(T0 + 4 * MINUTE), reason: "dropped" },
      { from: at(T0 + 4 * MINUTE), to: at(T0 + 10 * MINUTE), reason: "no_contact" },
    ]);
    expect(quiet).toMatchObject({ to: at(T0 + 17 * MINUTE), watchedMs: QUIET });
    expect(agents[0]).toMatchObject({
      heartbeats: { expected: 17, received: 12 },
      dropped: 7,
    });
  });

  test("counts heartbeats within the window only, though more came before and after it", () => {
    const actor = watched();
    actor.beats(T0 + BEAT, T0 + 9 * MINUTE);
    actor.beat(T0 + QUIET + 30 * SECOND);
    expect(facts(actor)).toMatchObject({
      episode: { resolvedAt: at(T0 + QUIET), decidedAt: at(T0 + QUIET + 30 * SECOND) },
      agents: [{ heartbeats: { expected: 10, received: 9 } }],
    });
  });

  test("counts those that came between the event and its report", () => {
    const actor = new Actor();
    actor.beats(T0 - MINUTE, T0 + 5 * MINUTE);
    const late = T0 + 5 * MINUTE + SECOND;
    actor.tell(report(contact(late), [observation(T0 + 30 * SECOND)]), late);
    actor.settleFresh(late);
    actor.beats(T0 + 6 * MINUTE, T0 + 11 * MINUTE);
    expect(facts(actor).agents[0]?.heartbeats).toEqual({ expected: 10, received: 10 });
  });

  test("counts over a window that is far longer than single heartbeats are remembered", () => {
    const actor = watched();
    const long = 4 * MAX_RECENT_TALLIES * BEAT;
    actor.tell(
      report(contact(T0 + SECOND), [observation(T0 + SECOND, { quietPeriodMs: long })]),
      T0 + SECOND,
    );
    actor.beats(T0 + BEAT, T0 + long + BEAT);
    expect(facts(actor).agents[0]?.heartbeats).toEqual({
      expected: 4 * MAX_RECENT_TALLIES,
      received: 4 * MAX_RECENT_TALLIES,
    });
  });

  test("says that it does not know how many came, where the event was reported too late to tell", () => {
    const actor = new Actor();
    const late = T0 + 2 * MAX_RECENT_TALLIES * SECOND;
    actor.beats(T0, late, { intervalMs: SECOND });
    actor.tell(report(contact(late), [observation(T0 + SECOND)]), late);
    actor.settleFresh(late);
    actor.beats(late, late + QUIET, { intervalMs: SECOND });
    expect(facts(actor).agents[0]).toMatchObject({
      heartbeats: { expected: QUIET / SECOND, received: null },
      dropped: null,
    });
  });

  test("tells of each agent that reported it, and of one without heartbeats that it has none", () => {
    const actor = watched();
    actor.tell(
      report(contact(T0 + SECOND, { agentId: AUDITD, kind: "auditd", version: "4.0" }), [
        observation(T0 + SECOND),
      ]),
      T0 + SECOND,
    );
    actor.beats(T0 + BEAT, T0 + QUIET + BEAT);
    expect(facts(actor).agents).toEqual([
      {
        id: FALCO,
        kind: "falco",
        version: null,
        ruleset: null,
        intervalMs: BEAT,
        heartbeats: { expected: 10, received: 10 },
        dropped: 0,
      },
      {
        id: AUDITD,
        kind: "auditd",
        version: "4.0",
        ruleset: null,
        intervalMs: null,
        heartbeats: { expected: null, received: 0 },
        dropped: 0,
      },
    ]);
  });
});

describe("an episode that ended otherwise", () => {
  test("by silence claims no watched time", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    actor.settleFresh(T0);
    actor.wake(T0 + QUIET);
    expect(facts(actor)).toMatchObject({
      episode: { resolution: "quiet_unverified" },
      rule: { rulesetHash: null },
      quiet: { basis: "silence", watchedMs: null, coverage: null, gaps: [] },
      agents: [{ intervalMs: null, heartbeats: { expected: null, received: 0 } }],
    });
  });

  test("with its rule says under which rules, and how little was watched until then", () => {
    const actor = watched();
    actor.beat(T0 + MINUTE);
    const hash = `sha256:${"b".repeat(64)}`;
    actor.tell(
      {
        type: "applyRule",
        ruleId: RULE,
        version: 2,
        severity: "high",
        quietPeriodMs: QUIET,
        enabled: false,
        hash,
      },
      T0 + 2 * MINUTE,
    );
    expect(facts(actor)).toMatchObject({
      episode: { resolution: "rule_retired", resolvedAt: at(T0 + 2 * MINUTE) },
      rule: { rulesVersion: 2, rulesetHash: hash },
      quiet: { to: at(T0 + 2 * MINUTE), watchedMs: MINUTE, coverage: null },
    });
  });

  test("with its resource says when that was known to be gone, and claims no coverage", () => {
    const actor = watched();
    const goneAt = T0 + MINUTE;
    const told = report(contact(T0 + 2 * MINUTE, { intervalMs: BEAT }));
    actor.tell({ ...told, gone: [{ id: API, at: goneAt }] }, T0 + 2 * MINUTE);
    expect(facts(actor)).toMatchObject({
      episode: {
        resolution: "resource_gone",
        resolvedAt: at(goneAt),
        decidedAt: at(T0 + 2 * MINUTE),
      },
      quiet: { to: at(goneAt), watchedMs: MINUTE, coverage: null },
    });
  });

  test("after long pauses says that its quiet period is longer than the rule's, and why", () => {
    const actor = new Actor();
    const pause = 20 * MINUTE;
    actor.events(T0, observation(T0, { lastAt: T0 + pause }));
    actor.settleFresh(T0);
    actor.wake(T0 + 4 * pause);
    const { periodBasis, rulePeriodMs, longestPauseMs, periodMs } = facts(actor).quiet;
    expect(periodBasis).toBe("cadence");
    expect(rulePeriodMs).toBe(QUIET);
    expect(periodMs).toBe(2 * longestPauseMs);
    expect(longestPauseMs).toBeLessThanOrEqual(pause);
  });

  test("keeps to itself a hash of other rules than those that it followed last", () => {
    const actor = watched();
    actor.tell(
      {
        type: "applyRule",
        ruleId: RULE,
        version: 2,
        severity: "low",
        quietPeriodMs: QUIET,
        enabled: true,
      },
      T0 + SECOND,
    );
    actor.beats(T0 + BEAT, T0 + QUIET);
    expect(facts(actor).rule).toMatchObject({ rulesVersion: 2, rulesetHash: null });
  });
});

describe("an episode that was taken over", () => {
  test("says nothing of agents that the new owner has not met, nor counts with the former one's numbers", () => {
    const former = watched();
    former.beats(T0 + BEAT, T0 + 5 * MINUTE);
    const owner = new Actor(OTHER_HOST);
    const seenAt = T0 + 5 * MINUTE;
    owner.tell(
      report(contact(seenAt, { agentId: AUDITD, kind: "auditd", intervalMs: BEAT }), [
        observation(seenAt),
      ]),
      seenAt,
    );
    const stored = [{ owner: former.state.owner, finding: former.finding() }];
    owner.tell({ type: "settle", asked: [findingId()], stored }, seenAt);
    owner.beats(seenAt + BEAT, seenAt + QUIET, { agentId: AUDITD, kind: "auditd" });
    expect(facts(owner)).toMatchObject({
      episode: { count: 2 },
      agents: [
        { id: FALCO, kind: null, heartbeats: { expected: null, received: null }, dropped: null },
        { id: AUDITD, heartbeats: { expected: 10, received: 10 }, dropped: 0 },
      ],
    });
  });
});

describe("whatever comes in whatever order", () => {
  const step = fc.record({
    disorder: fc.constantFrom(0, 0, 0, MINUTE, 10 * MINUTE),
    agent: fc.constantFrom(FALCO, AUDITD),
    at: fc.nat(40 * MINUTE).map((ms) => T0 + ms),
    beat: fc.boolean(),
    dropped: fc.constantFrom(0, 0, 0, 3),
    ago: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.nat(5 * MINUTE)),
  });

  test("no more is claimed as watched than was, and counts are right or unknown", () => {
    const met = { ended: 0, gaps: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (drawn) => {
        const steps = drawn.toSorted((a, b) => a.at + a.disorder - b.at - b.disorder);
        const actor = watched();
        let now = T0;
        for (const [i, { agent, at: when, beat, dropped, ago }] of steps.entries()) {
          now = Math.max(now, when);
          const by = contact(when, { agentId: agent, intervalMs: beat ? BEAT : null, dropped });
          actor.tell(
            report(
              by,
              ago === null ? [] : [observation(when - ago, { quietPeriodMs: 4 * MINUTE })],
            ),
            now,
          );
          const ended = actor.last?.effects.filter(
            (effect) => effect.type === "enqueue" && effect.message.type === "finding.resolved",
          );
          if (ended?.length !== 1) continue;
          const { quiet, agents } = facts(actor);
          met.ended++;
          if (quiet.gaps.length > 0) met.gaps++;
          const [from, to] = [Date.parse(quiet.from), Date.parse(quiet.to)];
          const { spans } = watchedSince(
            [...actor.state.agents.values()].filter((one) => one.intervalMs !== null),
            from,
          );
          const inWindow = spans.reduce(
            (sum, span) => sum + Math.max(0, Math.min(to, span.to) - span.from),
            0,
          );
          expect(quiet.watchedMs ?? 0).toBeLessThanOrEqual(inWindow);
          const holes = quiet.gaps.reduce(
            (sum, gap) => sum + Date.parse(gap.to) - Date.parse(gap.from),
            0,
          );
          expect((quiet.watchedMs ?? 0) + holes).toBeLessThanOrEqual(to - from);
          const told = steps.slice(0, i + 1);
          for (const { id, heartbeats, dropped: lost } of agents) {
            const its = told.filter((one) => one.agent === id && one.at > from && one.at <= to);
            const sent = its.filter((one) => one.beat).length;
            expect([null, sent]).toContain(heartbeats.received);
            expect([null, its.reduce((sum, one) => sum + one.dropped, 0)]).toContain(lost);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(met.ended, met.gaps)).toBeGreaterThan(20);
  });
});
