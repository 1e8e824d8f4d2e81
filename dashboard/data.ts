/**
 * What the dashboard reads and does. `workers/` supplies it for the signed-in tenant,
 * so that pages know neither D1 nor actors.
 */
import type { AgentKeyCreated, ApiTokenCreated } from "../schema/answers.ts";
import type {
  FindingCounts,
  FindingsQuery,
  KeyInput,
  KeyView,
  Page,
  RollupsQuery,
  SignalsQuery,
  TokenInput,
  TokenView,
} from "../schema/api.ts";
import type { AuditCheck, AuditQuery } from "../schema/audit.ts";
import type {
  CaseCounts,
  CaseDetail,
  CaseDraft,
  CaseInput,
  CaseLink,
  CasePatch,
  CaseRecord,
  CasesQuery,
  CaseStatus,
  CaseSummary,
  StepPatch,
  TimelineEntry,
} from "../schema/case.ts";
import type {
  Automation,
  AutomationPreview,
  AutomationView,
  OwnershipRule,
} from "../schema/case-rules.ts";
import type { Allowed } from "../durable/domain/case.ts";
import type { CoverageQuery, CoverageSummary, HostCoverage } from "../schema/coverage.ts";
import type {
  CustomRuleInput,
  CustomRulePatch,
  ExceptionCreate,
  ExceptionPreview,
  ExceptionView,
  RuleChangesQuery,
  RuleChangeView,
  RulePatch,
  RulesetView,
  RuleTest,
  RuleTestAnswer,
  RuleView,
} from "../schema/rules-api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  GroupView,
  SignalView,
} from "../schema/finding.ts";
import type {
  DeliveriesQuery,
  DeliveryDetail,
  DeliveryView,
  EndpointCreated,
  EndpointDetail,
  EndpointHealth,
  EndpointInput,
  EndpointPatch,
  EndpointRotated,
  EndpointView,
  Replayed,
  ReplayInput,
} from "../schema/webhooks.ts";
import type { LedgerEntry, LedgerHead } from "../schema/ledger.ts";
import type { CertificateState } from "../schema/certificate.ts";
import type {
  MuteCounts,
  MuteDetail,
  MuteInput,
  MutePreview,
  MutesQuery,
  MuteView,
  ScopeMuteInput,
} from "../schema/mutes-api.ts";
import type { MemberInput, MemberInvited, MemberPatch, MemberView } from "../schema/member.ts";
import type { OutcomesAnswer, OutcomesQuery } from "../schema/outcome.ts";
import type { Problem } from "../schema/problem.ts";
import type { RollupDetail, RollupSummary } from "../schema/rollup.ts";
import type { Settings, SettingsPatch } from "../schema/settings.ts";
import type { Reader } from "./view.ts";

/** Why something was not done, in words for the one who asked: a limit, an id taken, a bad expression. */
export interface Refusal {
  /** Stable, such as `bad_expression`. */
  code: string;
  detail: string;
  /** Dotted path of the field at fault, such as `matchers.0.when`. */
  field?: string | undefined;
  /** Of `bad_expression`. */
  position?: Problem["position"];
}

/** What was made or found, or why not. What nobody expects to happen is thrown instead. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Refusal };

export interface DashboardData
  extends
    RuleData,
    MuteData,
    CoverageData,
    CaseData,
    MemberData,
    KeyData,
    EndpointData,
    LedgerData {
  tenant: string;
  /** Who is signed in. */
  reader: Reader;
  /** Why the reader's role forbids the request; null where it does not. */
  forbids(method: string, path: string): string | null;
  findings(query: FindingsQuery): Promise<Page<FindingSummary>>;
  groups(query: FindingsQuery): Promise<Page<GroupView>>;
  counts(query: FindingsQuery): Promise<FindingCounts>;
  /** Findings under the same filters opened after the instant (epoch ms): for "3 new". */
  openedSince(query: FindingsQuery, sinceMs: number): Promise<number>;
  /** Live, from the actor that owns it; null if there is none. */
  finding(id: string): Promise<FindingDetail | null>;
  /** Notes that the reader says it is fixed; false where there is no such finding. */
  sayFixed(id: string, note: string | undefined): Promise<boolean>;
  /** Takes that back. */
  takeFixBack(id: string): Promise<boolean>;
  /** Resolved episodes, newest first. */
  episodes(id: string): Promise<EpisodeView[]>;
  /** Of an episode, as the address has its number. */
  certificate(id: string, episode: string): Promise<CertificateState>;
  rollups(query: RollupsQuery): Promise<Page<RollupSummary>>;
  /** Null if there is none. */
  rollup(id: string): Promise<RollupDetail | null>;
  signals(query: SignalsQuery): Promise<Page<SignalView>>;
  signal(id: string): Promise<SignalView | null>;
  outcomes(query: OutcomesQuery): Promise<OutcomesAnswer>;
  /** Epoch ms of the clock the data was read by. */
  now: number;
}

/** An endpoint with how it goes; null where its queue does not answer. */
export type ListedEndpoint = EndpointView & { health: EndpointHealth | null };

/** Where webhooks go, and what has become of them. Addresses are cut for who is no admin. */
export interface EndpointData {
  endpoints(): Promise<ListedEndpoint[]>;
  endpoint(id: string): Promise<EndpointDetail | null>;
  createEndpoint(input: EndpointInput): Promise<Result<EndpointCreated>>;
  changeEndpoint(id: string, patch: EndpointPatch): Promise<Result<EndpointView>>;
  deleteEndpoint(id: string): Promise<Result<null>>;
  /** Null where there is none. */
  rotateSecret(id: string): Promise<EndpointRotated | null>;
  testEndpoint(id: string): Promise<Result<DeliveryView>>;
  /** The newest first; none of an endpoint that there is not. */
  deliveries(id: string, query: DeliveriesQuery): Promise<Page<DeliveryView>>;
  /** With its attempts. */
  delivery(id: string, delivery: string): Promise<DeliveryDetail | null>;
  replayDelivery(id: string, delivery: string): Promise<Result<DeliveryView>>;
  replayDeliveries(id: string, input: ReplayInput): Promise<Result<Replayed>>;
}

/** What a case is to be about. */
export type CaseSubjects = Pick<CaseInput, "findings" | "signals" | "rollup">;

/** A list that is replaced as a whole, with its version. */
export interface TaggedList<T> {
  items: T[];
  tag: string;
}

/** The human work on findings. */
export interface CaseData {
  cases(query: CasesQuery): Promise<Page<CaseSummary>>;
  /** Under the filters of the list, whatever status it asks for. `own`: the reader's. */
  caseCounts(query: CasesQuery): Promise<CaseCounts>;
  /** What the reader may do with a case of the status, in the order of the table, and why not. */
  caseActions(status: CaseStatus): Allowed[];
  /** Whom automation and ownership rules give cases to. */
  caseTeams(): Promise<string[]>;
  /** Null if there is none. */
  case(id: string): Promise<CaseDetail | null>;
  patchCase(id: string, patch: CasePatch, version: number): Promise<Result<unknown>>;
  /** What has happened to it, the newest first. */
  caseTimeline(id: string, cursor: string | undefined): Promise<Page<TimelineEntry>>;
  /** The whole of it, to take away; null if there is none. */
  caseRecord(id: string): Promise<CaseRecord | null>;
  /** What a case of these would be. Stores nothing. */
  draftCase(about: CaseSubjects): Promise<Result<CaseDraft>>;
  automations(): Promise<TaggedList<AutomationView>>;
  /** All of them, in order, unless somebody has changed the list since it had the tag. */
  setAutomations(items: Automation[], tag: string): Promise<Result<unknown>>;
  /** Stores nothing. */
  previewAutomation(when: string): Promise<Result<AutomationPreview>>;
  ownership(): Promise<TaggedList<OwnershipRule>>;
  setOwnership(items: OwnershipRule[], tag: string): Promise<Result<unknown>>;
  /** Its id. Sent again under the same key, it is made once. */
  createCase(input: CaseInput, key: string): Promise<Result<string>>;
  linkToCase(id: string, what: CaseLink): Promise<Result<unknown>>;
  unlinkFromCase(
    id: string,
    what: { finding: string } | { signal: string },
  ): Promise<Result<unknown>>;
  addNote(id: string, body: string, key: string): Promise<Result<unknown>>;
  editNote(id: string, note: string, body: string, version: number): Promise<Result<unknown>>;
  addStep(id: string, step: string): Promise<Result<unknown>>;
  changeStep(id: string, step: string, patch: StepPatch): Promise<Result<unknown>>;
  removeStep(id: string, step: string): Promise<Result<unknown>>;
  /** Endpoints that can have a ticket of it. */
  trackers(): Promise<EndpointView[]>;
  /** It is on its way then. */
  makeTicket(id: string, endpoint: string): Promise<Result<unknown>>;
}

/** Who did what. */
export interface LedgerData {
  /** Newest first. */
  ledger(query: AuditQuery): Promise<Page<LedgerEntry>>;
  /** Null: it does not answer. */
  ledgerHead(): Promise<LedgerHead | null>;
  /** Compares what the database has with the chain's head: from an entry on, or the last ones. */
  checkLedger(fromSeq: number | undefined): Promise<AuditCheck>;
}

/** What may send, and what may ask. */
export interface KeyData {
  /** The revoked ones too. */
  keys(): Promise<KeyView[]>;
  tokens(): Promise<TokenView[]>;
  createKey(input: KeyInput): Promise<AgentKeyCreated>;
  createToken(input: TokenInput): Promise<ApiTokenCreated>;
  /** False where there is none of the id. */
  revoke(kind: "key" | "token", id: string): Promise<boolean>;
}

/** Who may sign in. */
export interface MemberData {
  /** The disabled ones too. */
  members(): Promise<MemberView[]>;
  member(id: string): Promise<MemberView | null>;
  /** `origin`: where the link leads. */
  inviteMember(input: MemberInput, origin: string): Promise<Result<MemberInvited>>;
  inviteAgain(id: string, origin: string): Promise<Result<MemberInvited>>;
  changeMember(id: string, patch: MemberPatch): Promise<Result<MemberView>>;
  disableMember(id: string): Promise<Result<MemberView>>;
}

/** Decisions not to be told. */
export interface MuteData {
  mutes(query: MutesQuery): Promise<Page<MuteView>>;
  /** With what it hides; null if there is none. */
  mute(id: string): Promise<MuteDetail | null>;
  muteCounts(): Promise<MuteCounts>;
  muteFinding(id: string, input: MuteInput): Promise<Result<MuteView>>;
  createMute(input: ScopeMuteInput): Promise<Result<MuteView>>;
  /** Stores nothing. */
  previewMute(scope: string): Promise<Result<MutePreview>>;
  /** With what happened meanwhile. */
  endMute(id: string): Promise<Result<MuteView>>;
}

/** Who watches which host, and what that is worth. */
export interface CoverageData {
  coverage(query: CoverageQuery): Promise<Page<HostCoverage>>;
  coverageSummary(): Promise<CoverageSummary>;
  /** Live, by the host's resource id; null where nobody has reported it, or it is out of service. */
  host(id: string): Promise<HostCoverage | null>;
  /** How many open findings silence alone would end. */
  unproven(): Promise<number>;
  settings(): Promise<Settings>;
  changeSettings(patch: SettingsPatch): Promise<Result<Settings>>;
  /** Ends its open findings as `resource_gone`: how many; null where nobody knows it. */
  resourceGone(id: string): Promise<number | null>;
}

/** Rules, what is excepted from them, and their history. */
export interface RuleData {
  rules(): Promise<RuleView[]>;
  rule(id: string): Promise<RuleView | null>;
  /** Of a built-in rule. */
  patchRule(id: string, patch: RulePatch): Promise<Result<RuleView>>;
  createRule(input: CustomRuleInput): Promise<Result<RuleView>>;
  /** Of a custom rule. */
  changeRule(id: string, patch: CustomRulePatch): Promise<Result<RuleView>>;
  /** Ends its open findings as `rule_retired`. */
  deleteRule(id: string): Promise<Result<null>>;
  /** Stores nothing. */
  testRule(test: RuleTest): Promise<Result<RuleTestAnswer>>;
  exceptions(): Promise<ExceptionView[]>;
  exception(id: string): Promise<ExceptionView | null>;
  createException(input: ExceptionCreate): Promise<Result<ExceptionView>>;
  previewException(
    input: Pick<ExceptionCreate, "rule" | "when">,
  ): Promise<Result<ExceptionPreview>>;
  deleteException(id: string): Promise<Result<null>>;
  ruleset(): Promise<RulesetView>;
  /** Newest first. */
  ruleChanges(query: RuleChangesQuery): Promise<Page<RuleChangeView>>;
}
