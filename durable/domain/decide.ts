/**
 * The one transition function of a HostActor: state and command in, next state, what happened and what
 * must be made durable out. No clock, no randomness, no I/O: `now` is an argument.
 */
import { DRAIN_SPACING_MS, MAX_AGENTS_PER_HOST } from "../../schema/limits.ts";
import type { OwnerId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { withQuietPeriod } from "./cadence.ts";
import { recordContact } from "./coverage.ts";
import { Draft } from "./draft.ts";
import { noteDrift, notePeers } from "./drift.ts";
import { claimFixed, takeFixBack } from "./fixed.ts";
import { hostGone, noteGone, resolveGone } from "./gone.ts";
import type {
  Command,
  Contact,
  Decision,
  Excepted,
  Finding,
  HostState,
  RuleChange,
  Written,
} from "./model.ts";
import { describe, observe, raise } from "./observe.ts";
import { forget, resolveDue, retire } from "./resolve.ts";
import { noteSpread, openUntil, riseDue, ruleSeverityOf, underRule } from "./rise.ts";
import { noteTold } from "./roster.ts";
import { drainBackoff } from "./schedule.ts";
import { recall, settle, yieldTo } from "./settle.ts";
import { noteReturn, noteSilence } from "./silence.ts";
import { applyCoverage } from "./strict.ts";
import { noteBelated } from "./tally.ts";
import { announce, noteWatch } from "./watch.ts";

/** The state of an actor that has been told nothing. */
export function emptyState(owner: OwnerId): HostState {
  return {
    owner,
    resources: new Map(),
    findings: new Map(),
    signals: new Map(),
    agents: new Map(),
    outbox: [],
    nextSeq: 1,
    drain: { failures: 0, notBefore: 0, spacedUntil: 0 },
    dueFrom: Number.POSITIVE_INFINITY,
  };
}

export function decide(state: HostState, command: Command, now: EpochMs): Decision {
  const draft = new Draft(state);
  switch (command.type) {
    case "report":
      return report(draft, command, now);
    case "wake":
      resolveDue(draft, now);
      riseDue(draft, now);
      noteWatch(draft, now);
      forget(draft, now);
      return draft.finish("woke");
    case "silence":
      noteSilence(draft, command.rule, now);
      return draft.finish("silence_noted");
    case "peers":
      notePeers(draft, command.agentId, command.peers, now);
      return draft.finish("peers_noted");
    case "resourceGone":
      // What was quiet before it was gone ends as quiet, whether or not the alarm has come.
      resolveDue(draft, now);
      if (command.id === draft.owner) hostGone(draft, now);
      else noteGone(draft, [{ id: command.id, at: now }]);
      resolveGone(draft, now);
      return draft.finish("resource_gone");
    case "spread":
      resolveDue(draft, now);
      noteSpread(draft, command.rollup, command.resources, now);
      return draft.finish("spread_noted");
    case "fixed": {
      // What was quiet before has resolved before.
      resolveDue(draft, now);
      const finding = findingOf(draft, command, now);
      if (finding !== undefined) claimFixed(draft, finding, command.fixed, now);
      // With it may have come that its container is gone.
      resolveGone(draft, now);
      return draft.finish("fix_claimed");
    }
    case "unfixed": {
      resolveDue(draft, now);
      const finding = findingOf(draft, command, now);
      if (finding !== undefined) takeFixBack(draft, finding, command.doer, now);
      resolveGone(draft, now);
      return draft.finish("fix_taken_back");
    }
    case "applyRule":
      // What was quiet before the change ends by the rule as it was.
      resolveDue(draft, now);
      applyRule(draft, command, now);
      resolveDue(draft, now);
      return draft.finish("rule_applied");
    case "applyCoverage":
      applyCoverage(draft, command, now);
      return draft.finish("coverage_applied");
    case "settle":
      settle(draft, command.asked, command.stored, now);
      resolveGone(draft, now);
      riseDue(draft, now);
      return draft.finish("settled");
    case "flushed":
      flushed(draft, command.findings, now);
      noteTold(draft, command.agents ?? [], now);
      draft.dequeue(new Set(command.seqs));
      draft.drain = { failures: 0, notBefore: 0, spacedUntil: now + DRAIN_SPACING_MS };
      return draft.finish("flushed");
    case "refused":
      yieldTo(draft, command.stored, now);
      return draft.finish("refused");
    case "drainFailed": {
      const failures = draft.drain.failures + 1;
      draft.drain = { ...draft.drain, failures, notBefore: now + drainBackoff(failures) };
      return draft.finish("drain_failed");
    }
  }
}

function report(
  draft: Draft,
  command: Extract<Command, { type: "report" }>,
  now: EpochMs,
): Decision {
  draft.ruleset = command.ruleset;
  meet(draft, command.contact, now);
  for (const resource of command.resources) describe(draft, resource);
  for (const observation of command.observations) {
    observe(draft, observation, [command.contact.agentId], now);
  }
  for (const signal of command.signals) raise(draft, signal, now);
  noteGone(draft, command.gone ?? []);
  // The contact may have proven the silence of findings that nothing was reported on.
  resolveDue(draft, now);
  // Also where nothing is newly gone: what was seen now may be from before its container went.
  resolveGone(draft, now);
  // After that: what was quiet before the exception has resolved as quiet.
  for (const excepted of command.excepted ?? []) except(draft, excepted, now);
  if (endedGap(draft, command.contact)) noteWatch(draft, now);
  return draft.finish("applied");
}

/** A finding that somebody says something of, also where it was resolved and forgotten. */
function findingOf(
  draft: Draft,
  { id, stored }: Extract<Command, { type: "fixed" | "unfixed" }>,
  now: EpochMs,
): Finding | undefined {
  return draft.findings.get(id) ?? (stored === undefined ? undefined : recall(draft, stored, now));
}

function meet(draft: Draft, contact: Contact, now: EpochMs): void {
  const known = draft.agents.get(contact.agentId);
  if (known === undefined && draft.agents.size >= MAX_AGENTS_PER_HOST && !makeRoom(draft)) return;
  noteBelated(draft, contact);
  const agent = recordContact(known, contact);
  draft.saveAgent(agent);
  // A late word from before it fell silent is no return.
  if (known === undefined || contact.at <= known.lastContactAt) return;
  noteReturn(draft, agent, now);
  noteDrift(draft, draft.agents.get(agent.id) ?? agent, now);
}

/**
 * Forgets the agent that has been silent for longest, such as one with a new id at each restart, but none
 * that open findings depend on. Where all are needed, the events of one more count all the same.
 */
function makeRoom(draft: Draft): boolean {
  const needed = new Set(draft.open(() => true).flatMap((finding) => finding.reporters));
  const [oldest] = [...draft.agents.values()]
    .filter((agent) => !needed.has(agent.id))
    .toSorted((a, b) => a.lastContactAt - b.lastContactAt || (a.id < b.id ? -1 : 1));
  if (oldest === undefined) return false;
  draft.dropAgent(oldest.id);
  return true;
}

/** Whether the contact began a new span: what nobody watched is watched again. */
function endedGap(draft: Draft, contact: Contact): boolean {
  return draft.agents.get(contact.agentId)?.intervals.at(-1)?.from === contact.at;
}

/**
 * What goes on behind an exception must not count as silence. A finding that has seen nothing else since ends
 * as its rule would, with no claim about the behaviour; one that has is kept open by that alone.
 */
function except(draft: Draft, { findingId, since }: Excepted, now: EpochMs): void {
  const finding = draft.findings.get(findingId);
  if (finding?.status === "open" && finding.lastSeenAt < since) retire(draft, finding, now);
}

/** Open findings follow their rule; those of a retired rule end. */
function applyRule(draft: Draft, change: RuleChange, now: EpochMs): void {
  // What a finding knows already may be newer: the change was told twice, or late. What was seen under the very
  // version that put a rule out of force is of the rule that it made of it.
  const follows = (one: Finding) =>
    one.ruleId === change.ruleId &&
    (change.enabled ? one.rulesVersion <= change.version : one.rulesVersion < change.version);
  for (const finding of draft.open(follows)) {
    const timed = withQuietPeriod({
      ...finding,
      rulePeriodMs: change.quietPeriodMs ?? finding.rulePeriodMs,
      rulesVersion: change.version,
      ...(change.hash === undefined
        ? {}
        : { ruleset: { version: change.version, hash: change.hash } }),
    });
    const isGone = change.severity === null;
    const followed = underRule(
      timed,
      change.severity ?? ruleSeverityOf(finding),
      isGone ? finding.rises : change.rises,
      openUntil(timed, draft.agents, now),
    );
    if (!change.enabled) retire(draft, followed, now);
    else if (ruledBy(finding) !== ruledBy(followed)) {
      draft.unasked.add(followed.id);
      announce(draft, followed, "finding.changed", now);
    } else if (finding.rulesVersion < change.version) {
      // It is the same again, and what was classified by rules of in between is outdated.
      draft.saveFinding(followed);
    }
  }
}

/** What a finding has of its rule, and what follows from that. */
function ruledBy({ severity, risen, rises, rulePeriodMs }: Finding): string {
  return JSON.stringify([severity, risen, rises, rulePeriodMs]);
}

function flushed(draft: Draft, written: readonly Written[], now: EpochMs): void {
  for (const { id, ...told } of written) {
    const finding = draft.findings.get(id);
    if (finding === undefined) continue;
    // A version that this state never reached was written by one that was lost: go on from there.
    const version = told.version > finding.version ? told.version + 1 : finding.version;
    draft.saveFinding({ ...finding, version, claim: null, flushed: { ...told, at: now } });
  }
}
