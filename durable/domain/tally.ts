/**
 * How many heartbeats an agent sent, and how many events it lost, between two instants. An agent has running
 * totals and a short memory of what made them; a finding notes what they were at its last event. Pure.
 * Contract: exact or null. Contacts in another order give the same numbers, or null, never other ones.
 */
import type { AgentId } from "../../schema/ids.ts";
import { MAX_RECENT_TALLIES } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Agent, Contact, Finding } from "./model.ts";

/** What one contact added to its agent's totals. */
export type Tally = [at: EpochMs, heartbeats: number, dropped: number];

export interface Totals {
  heartbeats: number;
  dropped: number;
}

/** Totals of a finding's reporters at its last event, as the actor that noted them counts. */
export interface NotedTotals {
  owner: string;
  at: EpochMs;
  of: Record<AgentId, Totals>;
}

/** Whether it tells, by itself or by what it holds, that its agent can be expected to come again. */
export function isHeartbeat(contact: Contact): boolean {
  return contact.intervalMs !== null || contact.beat === true;
}

/** With one more contact, in order of time; the oldest are forgotten. */
export function withTally(recent: readonly Tally[] | undefined, tally: Tally): readonly Tally[] {
  const [at, heartbeats, dropped] = tally;
  const known = recent ?? [];
  if (heartbeats === 0 && dropped === 0) return known;
  const last = known.at(-1);
  const inOrder = last === undefined || last[0] <= at;
  const all = inOrder ? [...known, tally] : [...known, tally].toSorted((a, b) => a[0] - b[0]);
  return all.slice(-MAX_RECENT_TALLIES);
}

/** The agent's totals as they stood at the instant; null where that is too long ago to tell. */
export function totalsAt(agent: Agent, at: EpochMs): Totals | null {
  const recent = agent.recent ?? [];
  const [oldest] = recent;
  // What was forgotten is not newer than the oldest that is remembered.
  const reaches = (oldest !== undefined && oldest[0] <= at) || isWhole(agent, recent);
  if (!reaches) return null;
  let { heartbeats, dropped } = agent;
  for (const [when, beats, lost] of recent) {
    if (when <= at) continue;
    heartbeats -= beats;
    dropped -= lost;
  }
  return { heartbeats, dropped };
}

/** Whether nothing has been forgotten. */
function isWhole(agent: Agent, recent: readonly Tally[]): boolean {
  const heartbeats = recent.reduce((sum, [, beats]) => sum + beats, 0);
  const dropped = recent.reduce((sum, [, , lost]) => sum + lost, 0);
  return heartbeats === agent.heartbeats && dropped === agent.dropped;
}

/** Heartbeats and losses within (from, to]; null where they cannot be told. */
export function totalsWithin(
  agent: Agent,
  noted: Totals | null,
  from: EpochMs,
  to: EpochMs,
): Totals | null {
  const before = noted ?? totalsAt(agent, from);
  const after = totalsAt(agent, to);
  if (before === null || after === null) return null;
  const heartbeats = after.heartbeats - before.heartbeats;
  const dropped = after.dropped - before.dropped;
  return heartbeats < 0 || dropped < 0 ? null : { heartbeats, dropped };
}

/** What was noted of an agent at the finding's last event, by the actor that asks. */
export function notedOf(finding: Finding, owner: string, id: AgentId): Totals | null {
  const { noted } = finding;
  if (noted === undefined || noted.owner !== owner || noted.at !== finding.lastSeenAt) return null;
  return noted.of[id] ?? null;
}

/**
 * The finding with what a certificate will need of this moment: its reporters' totals at its last event, and
 * the hash of the rules that it was seen by. Both say what they hold for, so that what is outdated counts for nothing.
 */
export function noting(draft: Draft, finding: Finding): Finding {
  const { ruleset } = draft;
  const of: NotedTotals["of"] = {};
  for (const id of finding.reporters) {
    const totals = notedOf(finding, draft.owner, id) ?? totalsNow(draft, finding.lastSeenAt, id);
    if (totals !== null) of[id] = totals;
  }
  const noted: NotedTotals = { owner: draft.owner, at: finding.lastSeenAt, of };
  // Most are seen by the rules that they were seen by before: no property is added then.
  return ruleset === undefined || ruleset.version !== finding.rulesVersion
    ? { ...finding, noted }
    : { ...finding, ruleset, noted };
}

function totalsNow(draft: Draft, at: EpochMs, id: AgentId): Totals | null {
  const agent = draft.agents.get(id);
  // What happened after all that this actor has heard of (a former owner told of it) can still change.
  return agent === undefined || at > newestContact(draft) ? null : totalsAt(agent, at);
}

function newestContact(draft: Draft): EpochMs {
  let newest = 0;
  for (const { lastContactAt } of draft.agents.values()) newest = Math.max(newest, lastContactAt);
  return newest;
}

/** A contact that arrives after newer ones belongs to what was noted already, wherever that is not older. */
export function noteBelated(draft: Draft, contact: Contact): void {
  const { agentId: id, at, dropped } = contact;
  const heartbeats = Number(isHeartbeat(contact));
  if ((heartbeats === 0 && dropped === 0) || at > newestContact(draft)) return;
  for (const finding of draft.open(({ noted }) => noted !== undefined && noted.at >= at)) {
    const totals = notedOf(finding, draft.owner, id);
    if (totals === null || finding.noted === undefined) continue;
    const more = { heartbeats: totals.heartbeats + heartbeats, dropped: totals.dropped + dropped };
    const noted = { ...finding.noted, of: { ...finding.noted.of, [id]: more } };
    draft.saveFinding({ ...finding, noted });
  }
}
