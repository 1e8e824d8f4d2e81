/** The dashboard's data for a signed-in reader: the same reads and changes as the API's. */
import type {
  CaseData,
  CoverageData,
  DashboardData,
  KeyData,
  LedgerData,
  MemberData,
  MuteData,
  RuleData,
} from "../dashboard/data.ts";
import { isTracker } from "../schema/endpoint-formats.ts";
import { ledgerHead, listLedger } from "./api/audit.ts";
import { checkLedger } from "./api/audit-check.ts";
import {
  previewAutomation,
  readAutomations,
  readOwnership,
  setAutomations,
  setOwnership,
} from "./api/case-rules.ts";
import { listEndpoints } from "./api/endpoints.ts";
import { readRollup } from "../durable/rollups.ts";
import { findCertificate } from "./api/certificates.ts";
import { countUnproven, coverageSummary, listCoverage, readCoverage } from "./api/coverage.ts";
import { previewException } from "./api/exception-preview.ts";
import {
  createException,
  deleteException,
  findException,
  listExceptions,
} from "./api/exceptions.ts";
import { sayFixed, takeFixBack } from "./api/fixed.ts";
import { createKey, createToken, listKeys, listTokens, revokeKey } from "./api/keys.ts";
import {
  changeMember,
  disableMember,
  findMember,
  inviteAgain,
  inviteMember,
  listMembers,
} from "./api/members.ts";
import { previewMute } from "./api/mute-preview.ts";
import { listMutes, muteCounts, readMute } from "./api/mute-reads.ts";
import { createMute, endMute, muteFinding } from "./api/mutes.ts";
import { readOutcomes } from "./api/outcomes.ts";
import { Reads } from "./api/reads.ts";
import { sayGone } from "./api/resources.ts";
import { listRollups } from "./api/rollups.ts";
import { ruleChanges } from "./api/rule-history.ts";
import { testRule } from "./api/rule-test.ts";
import {
  createRule,
  deleteRule,
  findRule,
  listRules,
  patchCustomRule,
  patchRule,
  rulesetView,
  type Editor,
} from "./api/rules.ts";
import { changeSettings, settingsOf } from "./api/settings.ts";
import { patchCase } from "./cases/change.ts";
import { makeTicket } from "./cases/tickets.ts";
import { addStep, changeStep, removeStep } from "./cases/checklist.ts";
import { createCase } from "./cases/create.ts";
import { draftCase } from "./cases/draft.ts";
import { linkToCase, unlinkFromCase } from "./cases/links.ts";
import { addNote, editNote } from "./cases/notes.ts";
import { readRecord, readTimeline } from "./cases/record.ts";
import { countCases, listCases, readCase } from "./cases/view.ts";
import { actionsFor } from "../durable/domain/case.ts";
import { doerOf, type SignedIn } from "./auth/authenticate.ts";
import { roleRefusal } from "./auth/roles.ts";
import { endpointData } from "./dashboard-endpoints.ts";
import type { Env } from "./env.ts";

/** Entries of a case's timeline that its page shows at once. */
const TIMELINE_ENTRIES = 100;

export function dashboardData(env: Env, caller: SignedIn, now: number): DashboardData {
  const reads = new Reads(env, caller.tenant.id, now);
  const editor = { env, tenant: caller.tenant, by: caller.name, doer: doerOf(caller), now };
  return {
    tenant: caller.tenant.id,
    reader: caller.member,
    forbids: (method, path) => roleRefusal(caller.role, method, path),
    now,
    findings: (query) => reads.findings(query),
    groups: (query) => reads.groups(query, query.groupBy ?? "rule"),
    counts: (query) => reads.counts(query),
    openedSince: (query, since) => reads.openedSince(query, since),
    finding: (id) => reads.finding(id),
    sayFixed: async (id, note) => (await sayFixed(editor, id, note)) !== null,
    takeFixBack: async (id) => (await takeFixBack(editor, id)) !== null,
    episodes: async (id) => (await reads.episodes(id)).items,
    certificate: (id, episode) => findCertificate(env, caller.tenant.id, id, episode),
    rollups: (query) => listRollups(env, caller.tenant.id, query, now),
    rollup: (id) => readRollup(env.DB, caller.tenant.id, id, now),
    signals: (query) => reads.signals(query),
    signal: (id) => reads.signal(id),
    outcomes: (query) => readOutcomes(env, caller.tenant, query, now),
    ...ruleData(editor),
    ...muteData(editor),
    ...coverageData(editor),
    ...caseData(editor, caller),
    ...memberData(editor),
    ...keyData(editor),
    ...ledgerData(editor),
    ...endpointData(editor, caller.member.role),
  };
}

function ruleData(editor: Editor): RuleData {
  const { env, tenant, now } = editor;
  return {
    rules: async () => listRules(tenant),
    rule: async (id) => findRule(tenant, id),
    patchRule: (id, patch) => patchRule(editor, id, patch),
    createRule: (input) => createRule(editor, input),
    changeRule: (id, patch) => patchCustomRule(editor, id, patch),
    deleteRule: (id) => deleteRule(editor, id),
    testRule: (test) => testRule(env, tenant, test, now),
    exceptions: () => listExceptions(env, tenant, now),
    exception: (id) => findException(env, tenant, id, now),
    createException: (input) => createException(editor, input),
    previewException: (input) => previewException(env, tenant, input, now),
    deleteException: (id) => deleteException(editor, id),
    ruleset: async () => rulesetView(tenant, now),
    ruleChanges: (query) => ruleChanges(env, tenant.id, query),
  };
}

function muteData(editor: Editor): MuteData {
  const { env, tenant, now } = editor;
  return {
    mutes: (query) => listMutes(env, tenant.id, query, now),
    mute: (id) => readMute(env, tenant.id, id, now),
    muteCounts: () => muteCounts(env, tenant.id, now),
    muteFinding: (id, input) => muteFinding(editor, id, input),
    createMute: (input) => createMute(editor, input),
    previewMute: (scope) => previewMute(env, tenant.id, scope, now),
    endMute: (id) => endMute(editor, id),
  };
}

function caseData(editor: Editor, { member }: SignedIn): CaseData {
  const { env, tenant, now } = editor;
  const { role } = member;
  return {
    cases: (query) => listCases(env, tenant.id, query, now),
    caseCounts: (query) => countCases(env, tenant.id, query, member.id, now),
    caseActions: (status) => actionsFor({ status }, role),
    caseTeams: async () => [
      ...tenant.config.ownership.map(({ team }) => team),
      ...tenant.config.automations.flatMap(({ team }) => team ?? []),
    ],
    case: (id) => readCase(env, tenant.id, id, role, now),
    patchCase: (id, patch, version) => patchCase(editor, id, patch, version),
    caseTimeline: (id, cursor) =>
      readTimeline(env, tenant.id, id, TIMELINE_ENTRIES, cursor, "newest"),
    caseRecord: (id) => readRecord(env, tenant.id, id, role, now),
    draftCase: (about) => draftCase(editor, about),
    automations: () => readAutomations(env, tenant, now),
    setAutomations: (items, tag) => setAutomations(editor, items, tag),
    previewAutomation: (when) => previewAutomation(env, tenant, when),
    ownership: async () => readOwnership(tenant),
    setOwnership: (items, tag) => setOwnership(editor, items, tag),
    createCase: (input, key) => createCase(editor, input, key),
    linkToCase: (id, what) => linkToCase(editor, id, what),
    unlinkFromCase: (id, what) => unlinkFromCase(editor, id, what),
    addNote: (id, body, key) => addNote(editor, id, body, key),
    editNote: (id, note, body, version) => editNote(editor, id, note, body, version),
    addStep: (id, step) => addStep(editor, id, step),
    changeStep: (id, step, patch) => changeStep(editor, id, step, patch),
    removeStep: (id, step) => removeStep(editor, id, step),
    trackers: async () =>
      listEndpoints(tenant, role).filter(
        ({ format, status }) => isTracker(format) && status === "enabled",
      ),
    makeTicket: (id, endpoint) => makeTicket(editor, id, endpoint),
  };
}

function memberData(editor: Editor): MemberData {
  const { tenant } = editor;
  return {
    members: async () => listMembers(tenant),
    member: async (id) => findMember(tenant, id),
    inviteMember: (input, origin) => inviteMember(editor, input, origin),
    inviteAgain: (id, origin) => inviteAgain(editor, id, origin),
    changeMember: (id, patch) => changeMember(editor, id, patch),
    disableMember: (id) => disableMember(editor, id),
  };
}

function keyData(editor: Editor): KeyData {
  const { tenant } = editor;
  return {
    keys: async () => listKeys(tenant),
    tokens: async () => listTokens(tenant),
    createKey: (input) => createKey(editor, input),
    createToken: (input) => createToken(editor, input),
    revoke: (kind, id) => revokeKey(editor, kind === "key" ? "agentKeys" : "apiTokens", id),
  };
}

function ledgerData({ env, tenant }: Editor): LedgerData {
  return {
    ledger: (query) => listLedger(env, tenant.id, query),
    ledgerHead: () => ledgerHead(env, tenant.id),
    checkLedger: (fromSeq) => checkLedger(env, tenant.id, { fromSeq }),
  };
}

function coverageData(editor: Editor): CoverageData {
  const { env, tenant } = editor;
  return {
    coverage: (query) => listCoverage(env, tenant.id, query),
    coverageSummary: () => coverageSummary(env, tenant.id),
    host: (id) => readCoverage(env, tenant.id, id),
    unproven: () => countUnproven(env, tenant.id),
    settings: async () => settingsOf(tenant),
    changeSettings: (patch) => changeSettings(editor, patch),
    resourceGone: async (id) => (await sayGone(editor, id))?.findings ?? null,
  };
}
