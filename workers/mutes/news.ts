/** The one place where what becomes of mutes is told: muting is also what an attacker would do. */
import { formatInstant } from "../../schema/time.ts";
import type { MuteRow } from "../../schema/queries-mutes.ts";
import { log } from "../../durable/log.ts";

/** What becomes of a mute; `by` is who did it. */
export type MuteNews =
  | { type: "mute.created"; by: string }
  | { type: "mute.ended"; by: string }
  | { type: "mute.expiring" }
  | { type: "mute.expired" };

/** What of a mute is told. */
type Told = Pick<MuteRow, "tenant" | "id" | "kind" | "finding" | "reason" | "until">;

export function tell(news: MuteNews, { tenant, id, kind, finding, reason, until }: Told): void {
  log("info", news.type, {
    tenant,
    mute: id,
    kind,
    finding: finding ?? undefined,
    reason,
    until: formatInstant(until),
    by: "by" in news ? news.by : undefined,
  });
}
