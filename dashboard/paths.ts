/** Every address of the dashboard, in one place: pages never write a URL by hand. */
import type { AgentView } from "../schema/coverage.ts";
import type { CasePriority } from "../schema/case.ts";
import type { Severity } from "../schema/rule.ts";

/** What a list's address can say; empty values are left out. */
export interface ListParams {
  status?: string | undefined;
  severity?: readonly Severity[] | undefined;
  rule?: string | undefined;
  resourceType?: string | undefined;
  resource?: string | undefined;
  host?: string | undefined;
  namespace?: string | undefined;
  workload?: string | undefined;
  service?: string | undefined;
  muted?: string | undefined;
  regressed?: string | undefined;
  case?: string | undefined;
  q?: string | undefined;
  groupBy?: string | undefined;
  sort?: string | undefined;
  cursor?: string | undefined;
}

/** What the address of the coverage list can say. */
export interface CoverageParams {
  state?: AgentView["state"] | undefined;
  drift?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
  notice?: string | undefined;
}

/** What the address of an endpoint's page can say. */
export interface EndpointParams {
  status?: string | undefined;
  type?: string | undefined;
  key?: string | undefined;
  cursor?: string | undefined;
  notice?: string | undefined;
  /** The delivery of a test. */
  tested?: string | undefined;
  /** How many a replay has begun again, and what it was asked for where there are more. */
  replayed?: number | undefined;
  next?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  all?: string | undefined;
}

/** What the address of the list of cases can say. */
export interface CaseParams {
  /** Absent: the list. */
  view?: "board" | undefined;
  status?: string | undefined;
  priority?: readonly CasePriority[] | undefined;
  assignee?: string | undefined;
  team?: string | undefined;
  label?: string | undefined;
  overdue?: string | undefined;
  q?: string | undefined;
  sort?: string | undefined;
  cursor?: string | undefined;
}

/** What the address of the ledger can say; days as their fields write them. */
export interface LedgerParams {
  actor?: string | undefined;
  action?: string | undefined;
  subject?: string | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
  /** `last`, or the number of the entry that a check begins with. */
  verify?: string | undefined;
}

/** The query string of a list with its `?`, in a fixed order so that equal lists have equal addresses. */
export function search(params: Readonly<Record<string, unknown>>): string {
  const out = new URLSearchParams();
  for (const key of Object.keys(params).toSorted()) {
    const value = params[key];
    const text = Array.isArray(value) ? value.join(",") : value;
    if (typeof text === "string" && text !== "") out.set(key, text);
    if (typeof text === "number") out.set(key, String(text));
  }
  const query = out.toString();
  return query === "" ? "" : `?${query}`;
}

const segment = encodeURIComponent;

/** Static files that pages name. */
export type StyleSheet = "api.css" | "cases.css" | "certificate.css";
type Asset = StyleSheet | "app.css" | "app.js" | "htmx.min.js" | "favicon.svg";

/** All addresses. */
export const paths = {
  overview: () => "/",
  findings: (params: ListParams = {}) => `/findings${search({ ...params })}`,
  newFindings: (params: ListParams, since: number) =>
    `/findings/new${search({ ...params, since })}`,
  finding: (id: string, span?: string) => `/findings/${segment(id)}${search({ span })}`,
  /** The part of a finding's page that refreshes itself. */
  findingLive: (id: string, span?: string) => `/findings/${segment(id)}/live${search({ span })}`,
  /** The certificate of an episode, to read and print. */
  certificate: (id: string, episode: number) => `/findings/${segment(id)}/episodes/${episode}`,
  /** What it claims, as it is signed. */
  certificateClaims: (id: string, episode: number) =>
    `/findings/${segment(id)}/episodes/${episode}/claims.json`,
  /** The certificate itself; a session may read it too. */
  apiCertificate: (id: string, episode: number) =>
    `/api/v1/findings/${segment(id)}/episodes/${episode}/certificate`,
  /** The public keys of certificates. */
  keySet: () => "/.well-known/jwks.json",
  /** Says that it is fixed, or takes that back. */
  fixed: (id: string) => `/findings/${segment(id)}/fixed`,
  unfixed: (id: string) => `/findings/${segment(id)}/unfixed`,
  cases: (params: CaseParams = {}) => `/cases${search({ ...params })}`,
  case: (
    id: string,
    params: { notice?: string; show?: string | undefined; before?: string } = {},
  ) => `/cases/${segment(id)}${search(params)}`,
  editCase: (id: string) => `/cases/${segment(id)}/edit`,
  caseNotes: (id: string) => `/cases/${segment(id)}/notes`,
  caseNote: (id: string, note: string) => `/cases/${segment(id)}/notes/${segment(note)}`,
  caseSteps: (id: string) => `/cases/${segment(id)}/checklist`,
  caseStep: (id: string, step: string) => `/cases/${segment(id)}/checklist/${segment(step)}`,
  caseTickets: (id: string) => `/cases/${segment(id)}/tickets`,
  linkToCase: (id: string) => `/cases/${segment(id)}/link`,
  unlinkFromCase: (id: string) => `/cases/${segment(id)}/unlink`,
  /** The complete record, to read and print. */
  caseRecord: (id: string) => `/cases/${segment(id)}/record`,
  apiCaseRecord: (id: string) => `/api/v1/cases/${segment(id)}/record`,
  /** Leads to another status. */
  moveCase: (id: string) => `/cases/${segment(id)}/status`,
  closeCase: (id: string) => `/cases/${segment(id)}/close`,
  /** Of findings, a signal or a roll-up; of nothing. */
  newCase: (of: { finding?: string; signal?: string; rollup?: string } = {}) =>
    `/cases/new${search(of)}`,
  /** Puts findings or signals into a case that there is. */
  joinCase: () => "/cases/join",
  rollups: (params: ListParams = {}) => `/rollups${search({ ...params })}`,
  rollup: (id: string) => `/rollups/${segment(id)}`,
  history: (params: ListParams = {}) => `/history${search({ ...params })}`,
  signals: (params: ListParams = {}) => `/signals${search({ ...params })}`,
  signal: (id: string) => `/signals/${segment(id)}`,
  rules: (params: { q?: string; class?: string; notice?: string } = {}) =>
    `/rules${search(params)}`,
  rule: (id: string, notice?: string) => `/rules/${segment(id)}${search({ notice })}`,
  newRule: () => "/rules/new",
  editRule: (id: string) => `/rules/${segment(id)}/edit`,
  deleteRule: (id: string) => `/rules/${segment(id)}/delete`,
  /** Tries a rule as it stands. */
  tryRule: (id: string) => `/rules/${segment(id)}/test`,
  ruleChanges: (params: { subject?: string | undefined; cursor?: string | undefined } = {}) =>
    `/rules/changes${search(params)}`,
  exceptions: (
    params: { rule?: string | undefined; state?: string | undefined; notice?: string } = {},
  ) => `/exceptions${search(params)}`,
  exception: (id: string) => `/exceptions/${segment(id)}`,
  deleteException: (id: string) => `/exceptions/${segment(id)}/delete`,
  newException: (params: { rule?: string; when?: string } = {}) =>
    `/exceptions/new${search(params)}`,
  muteFinding: (id: string) => `/findings/${segment(id)}/mute`,
  mutes: (params: { state?: string | undefined; cursor?: string | undefined } = {}) =>
    `/mutes${search(params)}`,
  mute: (id: string, notice?: string) => `/mutes/${segment(id)}${search({ notice })}`,
  newMute: () => "/mutes/new",
  endMute: (id: string) => `/mutes/${segment(id)}/end`,
  intake: (params: { window?: string | undefined; cursor?: string | undefined } = {}) =>
    `/intake${search(params)}`,
  coverage: (params: CoverageParams = {}) => `/coverage${search({ ...params })}`,
  coverageSettings: () => "/coverage/settings",
  /** Who watches one host, by its resource id. */
  host: (id: string) => `/coverage/${segment(id)}`,
  /** Says that it is out of service. */
  hostGone: (id: string) => `/coverage/${segment(id)}/gone`,
  automations: (notice?: string) => `/settings/automations${search({ notice })}`,
  newAutomation: () => "/settings/automations/new",
  automation: (id: string) => `/settings/automations/${segment(id)}`,
  /** Moves, turns on and off, or deletes one. */
  arrangeAutomation: (id: string) => `/settings/automations/${segment(id)}/arrange`,
  ownership: (notice?: string) => `/settings/ownership${search({ notice })}`,
  arrangeOwnership: () => "/settings/ownership/arrange",
  dueSettings: (notice?: string) => `/settings/due${search({ notice })}`,
  members: () => "/settings/members",
  member: (id: string, notice?: string) => `/settings/members/${segment(id)}${search({ notice })}`,
  /** A new link. */
  inviteMember: (id: string) => `/settings/members/${segment(id)}/invite`,
  disableMember: (id: string) => `/settings/members/${segment(id)}/disable`,
  keys: (notice?: string) => `/settings/keys${search({ notice })}`,
  newKey: (kind: "key" | "token") => `/settings/keys/${kind}`,
  revokeKey: (kind: "key" | "token", id: string) => `/settings/keys/${kind}/${segment(id)}/revoke`,
  endpoints: (notice?: string) => `/settings/endpoints${search({ notice })}`,
  newEndpoint: (format?: string) => `/settings/endpoints/new${search({ format })}`,
  endpoint: (id: string, params: EndpointParams = {}) =>
    `/settings/endpoints/${segment(id)}${search({ ...params })}`,
  editEndpoint: (id: string) => `/settings/endpoints/${segment(id)}/edit`,
  deleteEndpoint: (id: string) => `/settings/endpoints/${segment(id)}/delete`,
  /** Enables or disables it. */
  switchEndpoint: (id: string) => `/settings/endpoints/${segment(id)}/status`,
  /** A new secret. */
  rotateSecret: (id: string) => `/settings/endpoints/${segment(id)}/rotate`,
  testEndpoint: (id: string) => `/settings/endpoints/${segment(id)}/test`,
  /** Where a tracker tells of its tickets; no page. */
  trackerHook: (tenant: string, id: string) => `/hooks/v1/${segment(tenant)}/${segment(id)}`,
  replayDeliveries: (id: string) => `/settings/endpoints/${segment(id)}/replay`,
  delivery: (id: string, delivery: string, notice?: string) =>
    `/settings/endpoints/${segment(id)}/deliveries/${segment(delivery)}${search({ notice })}`,
  replayDelivery: (id: string, delivery: string) =>
    `/settings/endpoints/${segment(id)}/deliveries/${segment(delivery)}/replay`,
  ledger: (params: LedgerParams = {}) => `/settings/ledger${search({ ...params })}`,
  signIn: () => "/sign-in",
  signOut: () => "/sign-out",
  /** The API's view of a finding, for "as JSON" links. */
  apiFinding: (id: string) => `/api/v1/findings/${segment(id)}`,
  apiHost: (id: string) => `/api/v1/coverage/${segment(id)}`,
  /** The ledger, to be saved as a file. */
  apiAudit: (params: Readonly<Record<string, string>>) => `/api/v1/audit${search(params)}`,
  apiRollup: (id: string) => `/api/v1/rollups/${segment(id)}`,
  apiSignal: (id: string) => `/api/v1/signals/${segment(id)}`,
  openApi: () => "/openapi.json",
  /** The same for people. */
  apiDocs: () => "/docs/api",
  asset: (name: Asset) => `/static/${name}`,
};
