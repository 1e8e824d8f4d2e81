/** What each page and its parts are given to show. */
import type { FindingCounts, FindingsQuery, Page } from "../schema/api.ts";
import type { CaseCounts } from "../schema/case.ts";
import type { CoverageSummary } from "../schema/coverage.ts";
import type { RuleChangeView, RuleView } from "../schema/rules-api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  GroupView,
  SignalView,
} from "../schema/finding.ts";
import type { MuteCounts } from "../schema/mutes-api.ts";
import type { StripSpan } from "./parts/strip-model.ts";
import type { ListParams } from "./paths.ts";
import type { RuleFormErrors, RuleFormValues, RuleNotice } from "./rule-form.ts";
import type { Trial } from "./trial.ts";
import type { View } from "./view.ts";

/** `/`. */
export interface OverviewProps {
  view: View;
  /** Of what is not muted. */
  counts: FindingCounts;
  /** Of what is. */
  muted: FindingCounts;
  mutes: MuteCounts;
  newest: readonly FindingSummary[];
  soonest: readonly FindingSummary[];
  /** The most recent resolved findings; more than a page of them is said as "at least". */
  resolved: Page<FindingSummary>;
  rules: readonly GroupView[];
  signals: Page<SignalView>;
  coverage: CoverageSummary;
  cases: CaseCounts;
}

/** `/findings` and `/history`. */
export interface FindingsPageProps {
  view: View;
  kind: "findings" | "history";
  query: FindingsQuery;
  params: ListParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  counts: FindingCounts;
  /** Counts by severity as if severity were not filtered: what the menu offers. */
  facets: FindingCounts;
  rules: readonly RuleView[];
  list:
    | { type: "findings"; page: Page<FindingSummary> }
    | { type: "groups"; page: Page<GroupView> };
}

/** `/findings/:id`. */
export interface FindingPageProps {
  view: View;
  finding: FindingDetail;
  episodes: readonly EpisodeView[];
  /** Null where the rule no longer exists. */
  rule: RuleView | null;
  span: StripSpan;
  /** Why the word that it is fixed was not taken. */
  fixProblem?: string;
  /** As the address says, so that a refresh asks for the same. */
  askedSpan: string | undefined;
}

/** `/rules/:id`; `values` are as typed where the form was refused. */
export interface RulePageProps {
  view: View;
  rule: RuleView;
  counts: FindingCounts;
  values: RuleFormValues;
  errors: RuleFormErrors;
  notice: RuleNotice | undefined;
  trial: Trial;
  /** The last few. */
  changes: Page<RuleChangeView>;
  /** Active exceptions from the rule. */
  exceptions: number;
}
