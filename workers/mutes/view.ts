/** A mute as the API shows it. */
import type { MuteEnd, MuteKind, MuteReason } from "../../schema/mute.ts";
import type { MuteSummary, MuteView } from "../../schema/mutes-api.ts";
import type { MuteRow } from "../../schema/queries-mutes.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { headline } from "../../durable/domain/headline.ts";
import { announceAt } from "../../durable/domain/mute.ts";
import { findingDocOf } from "../api/reads.ts";

/** `doc`: of the finding that it is of, as D1 holds it. */
export function muteView(
  { mute, doc }: { mute: MuteRow; doc: string | null },
  meanwhile: MuteSummary,
  now: EpochMs,
): MuteView {
  const inForce = mute.endedAt === null && mute.until > now;
  return {
    id: mute.id,
    // Rows were written from these types.
    kind: mute.kind as MuteKind,
    finding: mute.finding === null ? null : findingOf(mute.finding, doc, now),
    scope: mute.scope,
    reason: mute.reason as MuteReason,
    note: mute.note,
    author: mute.author,
    createdAt: formatInstant(mute.createdAt),
    until: formatInstant(mute.until),
    state: inForce ? "in_force" : "ended",
    endsSoon: inForce && announceAt(mute) <= now,
    announcedAt: instantOrNull(mute.announcedAt),
    endedAt: inForce ? null : formatInstant(mute.endedAt ?? mute.until),
    endedBy: mute.endedBy,
    end: inForce ? null : ((mute.endKind ?? "expired") as MuteEnd),
    applied: mute.pending === null,
    meanwhile,
  };
}

function findingOf(id: string, doc: string | null, now: EpochMs) {
  if (doc === null) return { id, headline: id };
  const { finding, resource } = findingDocOf(doc);
  return { id, headline: headline(finding, resource, now) };
}

function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
