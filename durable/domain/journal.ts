/**
 * A HostActor's journal: commands that were decided since its entities were last saved. Deciding them
 * again gives the same state, so one small row makes a batch durable, however many findings it touches.
 * Pure.
 */
import type { EpochMs } from "../../schema/time.ts";
import { decide } from "./decide.ts";
import type { Command, Decision, Effect, HostState } from "./model.ts";

/** A command with the instant it was decided at. */
export interface JournalEntry {
  at: EpochMs;
  command: Command;
}

/** The effects that have not been saved, the latest for each entity. */
export class UnsavedEffects {
  readonly #effects = new Map<string, Effect>();

  get size(): number {
    return this.#effects.size;
  }

  add(decision: Decision): void {
    for (const effect of decision.effects) this.#effects.set(keyOf(effect), effect);
  }

  /** All of them; the caller saves them in one transaction and then calls {@link clear}. */
  values(): Iterable<Effect> {
    return this.#effects.values();
  }

  clear(): void {
    this.#effects.clear();
  }
}

/** Decides a journal again on top of what was saved before it. */
export function replay(
  saved: HostState,
  journal: Iterable<JournalEntry>,
  unsaved: UnsavedEffects,
  decideAgain: typeof decide = decide,
): HostState {
  let state = saved;
  for (const { command, at } of journal) {
    const decision = decideAgain(state, command, at);
    unsaved.add(decision);
    state = decision.state;
  }
  return state;
}

function keyOf(effect: Effect): string {
  switch (effect.type) {
    case "saveFinding":
      return `finding ${effect.finding.id}`;
    case "dropFinding":
      return `finding ${effect.id}`;
    case "saveResource":
      return `resource ${effect.resource.id}`;
    case "dropResource":
      return `resource ${effect.id}`;
    case "saveSignal":
      return `signal ${effect.signal.id}`;
    case "dropSignal":
      return `signal ${effect.id}`;
    case "saveAgent":
      return `agent ${effect.agent.id}`;
    case "dropAgent":
      return `agent ${effect.id}`;
    case "enqueue":
      return `outbox ${effect.message.seq}`;
    case "dequeue":
      return `outbox ${effect.seq}`;
  }
}
