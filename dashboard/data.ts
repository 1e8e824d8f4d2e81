/**
 * What the dashboard reads and does. `workers/` supplies it for the signed-in tenant,
 * so that pages know neither D1 nor actors.
 */
import type {
  FindingCounts,
  FindingsQuery,
  Page,
  RulePatch,
  RuleView,
  SignalsQuery,
} from "../schema/api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  GroupView,
  SignalView,
} from "../schema/finding.ts";

export interface DashboardData {
  /** Who is signed in, for the top line. */
  tenant: string;
  findings(query: FindingsQuery): Promise<Page<FindingSummary>>;
  groups(query: FindingsQuery): Promise<Page<GroupView>>;
  counts(query: FindingsQuery): Promise<FindingCounts>;
  /** Findings under the same filters opened after the instant (epoch ms): for "3 new". */
  openedSince(query: FindingsQuery, sinceMs: number): Promise<number>;
  /** Live, from the actor that owns it; null if there is none. */
  finding(id: string): Promise<FindingDetail | null>;
  /** Resolved episodes, newest first. */
  episodes(id: string): Promise<EpisodeView[]>;
  signals(query: SignalsQuery): Promise<Page<SignalView>>;
  rules(): Promise<RuleView[]>;
  rule(id: string): Promise<RuleView | null>;
  patchRule(id: string, patch: RulePatch): Promise<RuleView | null>;
  /** Epoch ms of the clock the data was read by. */
  now: number;
}
