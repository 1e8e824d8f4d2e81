/** The judge of a run sees what a broken node would say. */
import { expect, test } from "vitest";
import type { EpisodeView, FindingDetail, SignalView } from "../../schema/finding.ts";
import { HEARTBEAT_MS, iso, type Host, QUIET_PERIOD_MS } from "./fleet.ts";
import { judge, type Known } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { type Batch, type Contact, type Told, thingOf } from "./record.ts";

const T = Date.UTC(2026, 10, 24);
const RULE = "compiler-in-container";
const RESOURCE = "container:c0ffee000000";
const HOST: Host = {
  name: "h",
  format: "native",
  heartbeatMs: HEARTBEAT_MS,
  clock: "right",
  containers: ["c0ffee000000"],
};

let batches = 0;
function batch(at: number | null): Batch {
  return { id: `b${batches++}`, acknowledgedAt: at };
}

/** Two events of a finding, taken at once; acknowledged unless told otherwise. */
function told(at: number, fields: Partial<Told> = {}): Told {
  const thing = thingOf("finding", RULE, RESOURCE);
  return { thing, host: "h", count: 2, from: at, to: at, batch: batch(at + 10), ...fields };
}

function episode(n: number, from: number, to: number, fields: Partial<EpisodeView> = {}) {
  const one: Partial<EpisodeView> = {
    episode: n,
    openedAt: iso(from),
    lastSeenAt: iso(to),
    resolvedAt: iso(to + QUIET_PERIOD_MS),
    resolution: "quiet",
    quietPeriod: "1s",
    count: 2,
    ...fields,
  };
  // The judge looks at nothing else.
  return one as EpisodeView;
}

function finding(episodes: EpisodeView[], fields: Partial<FindingDetail> = {}): Outcome {
  const last = episodes.at(-1);
  const live: Partial<FindingDetail> = {
    id: "f1",
    status: "resolved",
    rule: RULE,
    episode: episodes.length,
    firstSeenAt: last?.openedAt ?? "",
    lastSeenAt: last?.lastSeenAt ?? "",
    resolvedAt: last?.resolvedAt ?? "",
    resolution: last?.resolution ?? null,
    count: last?.count ?? 0,
    totalCount: episodes.reduce((sum, { count }) => sum + count, 0),
    lateCount: 0,
    ...fields,
  };
  const resource = { id: RESOURCE, host: "h" };
  const detail = { ...live, resource } as FindingDetail;
  return { findings: [{ listed: { ...detail }, live: detail, episodes }], signals: [] };
}

/** A contact a second. */
const WATCHED: Contact[] = Array.from({ length: 30 }, (_, i) => ({
  host: "h",
  from: T + i * 1_000,
  to: T + i * 1_000 + 5,
}));

function known(events: readonly Told[], contacts = WATCHED): Known {
  return { hosts: [HOST], told: events, contacts };
}

const FIRST = () => told(T);
const SECOND = () => told(T + 5_000);
const TWO = () => [episode(1, T, T), episode(2, T + 5_000, T + 5_000)];

test("a right outcome has nothing wrong", () => {
  expect(judge(known([FIRST(), SECOND()]), finding(TWO()))).toEqual([]);
});

test("a batch that was given up may be there or not", () => {
  const doubtful = told(T, { batch: batch(null), count: 3 });
  const events = [FIRST(), SECOND(), doubtful];
  expect(judge(known(events), finding(TWO()))).toEqual([]);
  const withIt = [episode(1, T, T, { count: 5 }), episode(2, T + 5_000, T + 5_000)];
  expect(judge(known(events), finding(withIt))).toEqual([]);
  const twice = [episode(1, T, T, { count: 8 }), episode(2, T + 5_000, T + 5_000)];
  expect(judge(known(events), finding(twice))).not.toEqual([]);
});

test("a batch that was given up is whole on a host, or not there", () => {
  const doubtful = batch(null);
  const signal = told(T, { thing: thingOf("signal", RULE, RESOURCE), batch: doubtful, count: 1 });
  const events = [FIRST(), SECOND(), told(T, { batch: doubtful }), signal];
  const outcome = finding(TWO());
  const raised = { rule: RULE, resource: { id: RESOURCE }, count: 1 } as SignalView;
  expect(judge(known(events), { ...outcome, signals: [raised] })).not.toEqual([]);
});

test.each<[string, Known, Outcome]>([
  ["an event is lost", known([FIRST(), SECOND(), SECOND()]), finding(TWO())],
  ["an event counts twice", known([told(T, { count: 1 }), SECOND()]), finding(TWO())],
  ["a finding is nobody's", known([]), finding(TWO())],
  [
    "an event is in the wrong episode",
    known([FIRST(), FIRST(), SECOND()]),
    finding([episode(1, T, T), episode(2, T + 5_000, T + 5_000, { count: 4 })]),
  ],
  [
    "an event is called late that was in time",
    known([FIRST(), FIRST(), SECOND()]),
    finding(TWO(), { lateCount: 2 }),
  ],
  [
    "an episode is missing",
    known([FIRST(), SECOND()]),
    finding([episode(2, T + 5_000, T + 5_000, { count: 4 })]),
  ],
  [
    "an episode ends before its quiet period has passed",
    known([FIRST(), SECOND()]),
    finding([
      episode(1, T, T, { resolvedAt: iso(T + QUIET_PERIOD_MS - 1) }),
      episode(2, T + 5_000, T + 5_000),
    ]),
  ],
  [
    "silence is called proven that nobody watched",
    known([FIRST()], []),
    finding([episode(1, T, T)]),
  ],
  [
    "silence is called unproven that was watched",
    known([FIRST()]),
    finding([episode(1, T, T, { resolution: "quiet_unverified" })]),
  ],
  ["it is still open", known([FIRST(), SECOND()]), finding(TWO(), { status: "open" })],
])("it is told that %s", (_, what, outcome) => {
  expect(judge(what, outcome)).not.toEqual([]);
});

test("it is told that the list says something else than the actor", () => {
  const outcome = finding(TWO());
  const [found] = outcome.findings;
  if (found === undefined) throw new Error("no finding");
  found.listed.count = 1;
  expect(judge(known([FIRST(), SECOND()]), outcome)).not.toEqual([]);
});
