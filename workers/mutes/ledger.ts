/** What the ledger says of mutes. Of one finding it is the finding that is muted; of a scope, the mute is what began. */
import type { Doer } from "../../schema/ledger.ts";
import type { MuteEnd } from "../../schema/mute.ts";
import type { MuteRow } from "../../schema/queries-mutes.ts";
import { formatInstant } from "../../schema/time.ts";
import type { LedgerInput } from "../../durable/domain/ledger.ts";

/** One of a finding has begun. That of a scope is a change of the tenant's configuration. */
export function muteEntry(mute: MuteRow, finding: string, actor: Doer): LedgerInput {
  return {
    id: `mute:${mute.id}:begun`,
    at: mute.createdAt,
    actor,
    action: "finding.muted",
    subject: { kind: "finding", id: finding },
    after: wordsOf(mute),
    reason: mute.note === "" ? mute.reason : `${mute.reason}: ${mute.note}`,
  };
}

export function muteEndEntry(
  mute: MuteRow,
  end: { kind: MuteEnd; at: number },
  actor: Doer,
): LedgerInput {
  const { finding } = mute;
  return {
    id: `mute:${mute.id}:ended`,
    at: end.at,
    actor,
    ...(finding === null
      ? { action: "mute.ended", subject: { kind: "mute", id: mute.id } }
      : { action: "finding.unmuted", subject: { kind: "finding", id: finding } }),
    before: wordsOf(mute),
    after: { end: end.kind },
  };
}

function wordsOf({ id, scope, reason, note, until }: MuteRow): Record<string, unknown> {
  const where = scope === null ? {} : { scope };
  return { mute: id, ...where, reason, note, until: formatInstant(until) };
}
