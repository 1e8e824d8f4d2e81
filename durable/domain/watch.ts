/**
 * Telling D1 when nobody is watching an open finding any more, and when somebody is again: its quiet clock
 * stands still in between, and lists must say so. Pure.
 */
import type { Doer } from "../../schema/ledger.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Finding, FindingNews } from "./model.ts";
import { quietStatus } from "./quiet.ts";

/** Looks at every open finding whether it is watched. */
export function noteWatch(draft: Draft, now: EpochMs): void {
  for (const finding of draft.open((one) => one.settled)) {
    const unverified = quietStatus(finding, draft.agents, now).deadlineAt === null;
    if (unverified === finding.unverified) continue;
    const type = unverified ? "finding.unverified" : "finding.watched";
    announce(draft, { ...finding, unverified }, type, now);
  }
}

/** What a finding may be announced as that neither begins nor ends an episode. */
type Announced = Exclude<FindingNews, "finding.opened" | "finding.reopened" | "finding.resolved">;

/** Saves a finding that changed, and tells D1 at once. */
export function announce(
  draft: Draft,
  changed: Finding,
  type: Announced,
  now: EpochMs,
  doer?: Doer,
): Finding {
  const finding: Finding = { ...changed, version: changed.version + 1 };
  draft.saveFinding(finding);
  tell(draft, finding, type, now, doer);
  return finding;
}

/** The message and the event of what has become of a finding. */
export function tell(
  draft: Draft,
  finding: Finding,
  type: Announced,
  now: EpochMs,
  doer?: Doer,
): void {
  draft.enqueue({ type, at: now, finding, ...(doer === undefined ? {} : { doer }) });
  draft.events.push({
    type,
    findingId: finding.id,
    episode: finding.episode,
    count: finding.count,
  });
}
