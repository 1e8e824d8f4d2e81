/** What must hold of the database: after every step, after every drain, and when nothing is under way any more. */
import type { HostState } from "../../durable/domain/model.ts";
import type { AgentId, FindingId, SignalId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { HOSTS } from "./cast.ts";
import type { SimHost } from "./host.ts";
import type { Oracle } from "./oracle.ts";
import type { Story } from "./story.ts";
import { withoutVersion, type Database } from "./read-model.ts";
import { insist } from "./violation.ts";

/** Of what was written since the last look. */
export function judgeTouched(database: Database): void {
  for (const id of database.touched) judgeHistory(database, id);
  database.touched.clear();
}

/** Never open and in the history at once, and one row for each episode that ended. */
function judgeHistory(database: Database, id: FindingId): void {
  const finding = database.rows.get(id)?.finding;
  const episodes = database.episodesOf(id).toSorted((a, b) => a.episode - b.episode);
  const what = () => `${JSON.stringify(finding)} and ${JSON.stringify(episodes)}`;
  insist(finding !== undefined, "history of a finding that D1 does not hold", what);
  if (finding === undefined) return;
  const ended = finding.status === "open" ? finding.episode - 1 : finding.episode;
  insist(
    episodes.every((row) => row.episode <= ended),
    "an episode is open and in the history at once",
    what,
  );
  insist(
    episodes.length === ended && episodes.every((one, i) => one.episode === i + 1),
    "not exactly one history row for each episode that ended",
    what,
  );
}

/** A message leaves the outbox only when D1 holds what it says. */
export function judgeFlushed(
  database: Database,
  state: HostState | null,
  seqs: readonly number[],
): void {
  const done = new Set(seqs);
  for (const message of state?.outbox ?? []) {
    if (!done.has(message.seq)) continue;
    const what = () => JSON.stringify(message);
    if (message.type === "signal.raised") {
      const held = database.signals.get(message.signal.id)?.version ?? 0;
      insist(held >= message.signal.version, "a signal is done and not in D1", what);
      continue;
    }
    if (!("finding" in message)) continue;
    const { finding } = message;
    const row = database.rows.get(finding.id);
    insist((row?.finding.version ?? 0) >= finding.version, "a message is done and not in D1", what);
    if (message.type !== "finding.resolved") continue;
    const episode = database.episodes.get(finding.id)?.get(finding.episode);
    insist(episode?.resolvedAt === finding.resolvedAt, "an end is done and not in D1", what);
  }
}

/** When nothing is under way any more. */
export function judgeDrained(
  database: Database,
  oracle: Oracle,
  signals: ReadonlyMap<SignalId, number>,
): void {
  for (const [id, taken] of oracle.taken) judgeCounts(database, id, taken);
  for (const [id, taken] of signals) {
    const held = database.signals.get(id)?.count;
    insist(held === taken, "detections of a threat do not add up", () => `${held} of ${taken}`);
  }
  for (const { stories } of oracle.actors) {
    for (const story of stories.values()) judgeStory(database, story);
  }
}

function judgeCounts(database: Database, id: FindingId, taken: number): void {
  const finding = database.rows.get(id)?.finding;
  insist(finding !== undefined, "events that were taken are not in D1", () => `${id}: ${taken}`);
  if (finding === undefined) return;
  const episodes = database.episodesOf(id);
  const what = () => `${JSON.stringify(finding)} with ${JSON.stringify(episodes)}`;
  const past = episodes.reduce((sum, one) => sum + one.count, 0);
  const counted = past + (finding.status === "open" ? finding.count : 0);
  insist(
    counted + finding.lateCount === taken,
    "counts do not add up",
    () => `${counted} + ${finding.lateCount} late, ${taken} taken: ${what()}`,
  );
  insist(counted === finding.totalCount, "the total is not the sum of the episodes", what);
}

/** The history is what has happened. */
function judgeStory(database: Database, story: Story): void {
  if (!story.isExact) return;
  const told = story.ends.map(({ number, episode, at, resolution }) => ({
    episode: number,
    count: episode.count,
    firstSeenAt: episode.first,
    lastSeenAt: episode.last,
    resolvedAt: at,
    resolution,
  }));
  const held = database.episodesOf(story.id).map(withoutVersion);
  insist(JSON.stringify(told) === JSON.stringify(held), "the history is not what happened", () => {
    return `${JSON.stringify(held)}, and should be ${JSON.stringify(told)}`;
  });
}

/** What is open now waits for an agent that is dead, or has paused for so long before that it must wait on. */
export function judgeOpen(
  database: Database,
  oracle: Oracle,
  hosts: readonly SimHost[],
  now: EpochMs,
  isAlive: (host: number, agent: AgentId) => boolean,
): void {
  for (const [id, row] of database.rows) {
    if (row.finding.status !== "open") continue;
    const { owner } = row;
    const finding = hosts.find((host) => host.owner === owner)?.state?.findings.get(id);
    const what = () => `${owner} holds ${JSON.stringify(finding)}, D1 ${JSON.stringify(row)}`;
    insist(finding?.status === "open", "open in D1 and not with its owner", what);
    if (finding === undefined) continue;
    const overdue = oracle.actor(owner).isOverdue(id, now);
    insist(overdue !== true, "open although it has been quiet for long enough", what);
    if (overdue !== null || now < finding.lastSeenAt + finding.quietPeriodMs) continue;
    const watchers = oracle.watchersOf(owner, id);
    // Where silence is not enough, it stays until somebody asks again.
    if (watchers.length === 0 && finding.strict?.on === true) continue;
    insist(watchers.length > 0, "open after its deadline, with silence to go by", what);
    if (oracle.coveredSince(owner, finding, now) < finding.quietPeriodMs) continue;
    const host = HOSTS.findIndex((role) => role.owner === owner);
    insist(
      !finding.reporters.some((agent) => watchers.includes(agent) && isAlive(host, agent)),
      "open after its deadline, with an agent watching",
      what,
    );
  }
}
