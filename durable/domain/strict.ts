/**
 * Strict coverage: a tenant may want nothing to resolve on silence alone. Then a finding whose agents send no
 * heartbeats stays open, unverified, until one of them does or its resource is gone. Pure.
 */
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { HostState } from "./model.ts";
import { dueFrom, quietStatus } from "./quiet.ts";
import { resolveDue } from "./resolve.ts";
import { noteWatch } from "./watch.ts";

/**
 * What hangs on the tenant's word now. `resolves`: a finding is about to resolve on silence. `stays`: one has been
 * silent for long enough, and stays open by an earlier word.
 */
export function pendingOnCoverage(state: HostState, now: EpochMs): "resolves" | "stays" | null {
  if (now < state.dueFrom) return null;
  let stays = false;
  for (const finding of state.findings.values()) {
    if (finding.status !== "open" || !finding.settled || dueFrom(finding) > now) continue;
    const { basis } = quietStatus(finding, state.agents, now);
    if (basis === "silence") return "resolves";
    if (basis === "none") stays = true;
  }
  return stays ? "stays" : null;
}

/** Open findings follow; what is due by the new word resolves. */
export function applyCoverage(
  draft: Draft,
  { strict: on, version }: { strict: boolean; version: number },
  now: EpochMs,
): void {
  for (const finding of draft.open(({ settled }) => settled)) {
    const known = finding.strict ?? { on: false, version: 0 };
    if (known.on === on || known.version > version) continue;
    draft.saveFinding({ ...finding, strict: { on, version } });
  }
  noteWatch(draft, now);
  resolveDue(draft, now);
}
