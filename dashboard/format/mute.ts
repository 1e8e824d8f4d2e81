/** What happened while a mute hid, and what a scope would hide, in sentences. Pure. */
import type { MutePreview, MuteSummary, MuteView } from "../../schema/mutes-api.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { counted, exactCount } from "./number.ts";

/** "hides 38 findings", "hid nothing". */
export function hidesWords({ state, meanwhile }: Pick<MuteView, "state" | "meanwhile">): string {
  const { findings, open } = meanwhile;
  if (state === "in_force")
    return open === 0 ? "hides nothing now" : `hides ${counted(open, "open finding")}`;
  return findings === 0 ? "hid nothing" : `hid ${counted(findings, "finding")}`;
}

/** "1,204 events came, 12 episodes opened, 15 resolved". */
export function meanwhileWords(meanwhile: MuteSummary): string {
  const { events, episodesOpened, episodesResolved } = meanwhile;
  if (events + episodesOpened + episodesResolved === 0) return "nothing happened";
  return [
    events === 1 ? "1 event came" : `${exactCount(events)} events came`,
    episodesOpened > 0 && `${counted(episodesOpened, "episode")} opened`,
    episodesResolved > 0 && `${counted(episodesResolved, "episode")} resolved`,
  ]
    .filter((clause) => clause !== false)
    .join(", ");
}

/** "Hides 41 findings on 12 workloads and 9 hosts: 30 medium, 11 low." */
export function previewWords(preview: MutePreview): string {
  const { findings, workloads, hosts, tested, bySeverity } = preview;
  if (tested === 0) return "Nothing is open, so there is nothing to try it on.";
  const of = counted(tested, "open finding");
  if (findings === 0) return `Hides nothing of ${of}.`;
  const where = [
    workloads > 0 && counted(workloads, "workload"),
    hosts > 0 && counted(hosts, "host"),
  ].filter((part) => part !== false);
  const on = where.length === 0 ? "" : ` on ${where.join(" and ")}`;
  const severities = SEVERITIES.filter((severity) => bySeverity[severity] > 0).map(
    (severity) => `${exactCount(bySeverity[severity])} ${severity}`,
  );
  return `Hides ${counted(findings, "finding")}${on}: ${severities.join(", ")}.`;
}

/** What of a preview is a warning; null where nothing is. */
export function previewWarning({ everything, tested }: MutePreview): string | null {
  if (!everything) return null;
  return tested === 0
    ? "It is true of any finding: whatever opens until its end is hidden."
    : "This hides every open finding. Whatever opens until its end may be hidden too.";
}
