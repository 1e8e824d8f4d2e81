/**
 * The dashboard as a Hono sub-app, mounted at `/`. It renders and validates; who is signed in,
 * sessions and protection against forged requests are the business of what mounts it.
 */
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { DashboardData } from "./data.ts";
import type { ErrorStatus } from "./pages/error.tsx";
import { type DashboardEnv, errorPage, viewOf } from "./render.tsx";
import { downloadClaims, showCertificate } from "./routes/certificate.tsx";
import {
  changeSettings,
  confirmGone,
  listCoverage,
  sayGone,
  showHost,
} from "./routes/coverage.tsx";
import { sayFixed, showFinding, showFindingLive, takeFixBack } from "./routes/finding.tsx";
import { listFindings, listHistory, newFindings } from "./routes/findings.tsx";
import { listRollups, showRollup } from "./routes/rollups.tsx";
import {
  addNote,
  addStep,
  changeStep,
  editCase,
  editNote,
  linkToCase,
  makeTicket,
  moveCase,
  showCase,
  unlinkFromCase,
} from "./routes/case.tsx";
import { closeCase, confirmClose } from "./routes/case-close.tsx";
import {
  addOwnership,
  arrangeAutomation,
  arrangeOwnership,
  changeDueSettings,
  createAutomation,
  listAutomations,
  listOwnership,
  newAutomation,
  saveAutomation,
  showAutomation,
  showDueSettings,
} from "./routes/case-rules.tsx";
import { showRecord } from "./routes/case-record.tsx";
import { createCase, joinCase, newCase } from "./routes/case-new.tsx";
import { listCases } from "./routes/cases.tsx";
import { showOverview } from "./routes/overview.tsx";
import {
  confirmException,
  createException,
  deleteException,
  listExceptions,
  newException,
  showException,
} from "./routes/exceptions.tsx";
import {
  replayDeliveries,
  replayDelivery,
  showDelivery,
  showEndpoint,
  testEndpoint,
} from "./routes/deliveries.tsx";
import {
  confirmEndpointDeletion,
  createEndpoint,
  deleteEndpoint,
  editEndpoint,
  listEndpoints,
  newEndpointPage,
  rotateSecret,
  saveEndpoint,
  switchEndpoint,
} from "./routes/endpoints.tsx";
import { showLedger } from "./routes/ledger.tsx";
import { showIntake } from "./routes/intake.tsx";
import {
  confirmMuteEnd,
  createMute,
  endMute,
  listMutes,
  muteFinding,
  newFindingMute,
  newMute,
  showMute,
} from "./routes/mutes.tsx";
import { confirmRevocation, createKey, listKeys, revokeKey } from "./routes/keys.tsx";
import {
  changeMember,
  disableMember,
  inviteAgain,
  inviteMember,
  listMembers,
  showMember,
} from "./routes/members.tsx";
import { listRuleChanges } from "./routes/rule-changes.tsx";
import {
  confirmDeletion,
  createRule,
  deleteRule,
  editRule,
  newRule,
  saveRule,
} from "./routes/rule-edit.tsx";
import { changeRule, listRules, showRule, tryRule } from "./routes/rules.tsx";
import { listSignals, showSignal } from "./routes/signals.tsx";
import { pageSecurity } from "./security.ts";

/** What the dashboard needs of what mounts it. */
export interface DashboardOptions {
  /** The data of the signed-in tenant; called once a request. */
  data: (c: Context) => Promise<DashboardData> | DashboardData;
  /** Notes that the reader's role does not allow what they ask for. */
  refused?: (c: Context) => void;
  /** Logs a failure and says which error page it deserves; without it every failure is a 500. */
  failed?: (error: Error, c: Context) => ErrorStatus;
}

/** Where the dashboard's own middleware applies: not `*`, since it shares `/` with the API. */
const PAGES = [
  "/",
  "/findings/*",
  "/cases/*",
  "/rollups/*",
  "/history",
  "/signals/*",
  "/rules/*",
  "/exceptions/*",
  "/mutes/*",
  "/intake",
  "/coverage/*",
  "/settings/*",
] as const;

/** The sub-app: pages and the fragments they refresh. */
export function createDashboard(options: DashboardOptions): Hono<DashboardEnv> {
  const app = new Hono<DashboardEnv>();

  for (const path of PAGES) {
    app.use(path, pageSecurity(), async (c, next) => {
      const data = await options.data(c);
      c.set("data", data);
      const view = viewOf(c, data);
      c.set("view", view);
      const forbidden = data.forbids(c.req.method, c.req.path);
      if (forbidden !== null) {
        options.refused?.(c);
        const title = "Your role does not allow this";
        return errorPage(c, { status: 403, view, title, todo: forbidden });
      }
      await next();
      // Pages hold a tenant's data, and are stale at once.
      c.header("Cache-Control", "private, no-cache");
    });
  }

  app.get("/", showOverview);
  app.get("/findings", listFindings);
  app.get("/findings/new", newFindings);
  app.get("/findings/:id", showFinding);
  app.get("/findings/:id/live", showFindingLive);
  app.get("/findings/:id/episodes/:episode", showCertificate);
  app.get("/findings/:id/episodes/:episode/claims.json", downloadClaims);
  app.post("/findings/:id/fixed", sayFixed);
  app.post("/findings/:id/unfixed", takeFixBack);
  // The address that a refused word leaves in the browser is the finding's page when it is opened anew.
  app.get("/findings/:id/fixed", showFinding);
  app.get("/rollups", listRollups);
  app.get("/rollups/:id", showRollup);
  app.get("/history", listHistory);
  app.get("/signals", listSignals);
  app.get("/signals/:id", showSignal);
  app.get("/intake", showIntake);
  addCases(app);
  addRules(app);
  addCoverage(app);
  addMutes(app);
  addSettings(app);
  addEndpoints(app);

  app.notFound((c) => errorPage(c, { status: 404, view: c.get("view") }));
  app.onError((error, c) => {
    // Thrown on purpose by what mounts the dashboard, with its answer.
    if (error instanceof HTTPException) return error.getResponse();
    const status = options.failed?.(error, c) ?? statusOf(error);
    return errorPage(c, { status, view: c.get("view") });
  });
  return app;
}

/** The work on findings. `new` and `join` are no ids. */
function addCases(app: Hono<DashboardEnv>): void {
  app.get("/cases", listCases);
  app.get("/cases/new", newCase);
  app.post("/cases/new", createCase);
  // The address that a refusal leaves in the browser is that of a new one when it is opened anew.
  app.get("/cases/join", newCase);
  app.post("/cases/join", joinCase);
  app.get("/cases/:id", showCase);
  app.post("/cases/:id/edit", editCase);
  app.post("/cases/:id/status", moveCase);
  app.get("/cases/:id/record", showRecord);
  app.get("/cases/:id/close", confirmClose);
  app.post("/cases/:id/close", closeCase);
  app.post("/cases/:id/notes", addNote);
  app.post("/cases/:id/notes/:note", editNote);
  app.post("/cases/:id/checklist", addStep);
  app.post("/cases/:id/checklist/:step", changeStep);
  app.post("/cases/:id/tickets", makeTicket);
  app.post("/cases/:id/link", linkToCase);
  app.post("/cases/:id/unlink", unlinkFromCase);
  // The addresses that what was refused leaves in the browser are the case's page when they are opened anew.
  for (const part of ["edit", "status", "notes", "notes/:note", "checklist", "checklist/:step"])
    app.get(`/cases/:id/${part}`, showCase);
  for (const part of ["link", "unlink", "tickets"]) app.get(`/cases/:id/${part}`, showCase);
}

/** Rules and their exceptions. `new` and `changes` are no ids. */
function addRules(app: Hono<DashboardEnv>): void {
  app.get("/rules", listRules);
  app.get("/rules/new", newRule);
  app.post("/rules/new", createRule);
  app.get("/rules/changes", listRuleChanges);
  app.get("/rules/:id", showRule);
  app.post("/rules/:id", changeRule);
  app.get("/rules/:id/edit", editRule);
  app.post("/rules/:id/edit", saveRule);
  app.get("/rules/:id/delete", confirmDeletion);
  app.post("/rules/:id/delete", deleteRule);
  // The address that a trial leaves in the browser is the rule's page when it is opened anew.
  app.get("/rules/:id/test", showRule);
  app.post("/rules/:id/test", tryRule);
  app.get("/exceptions", listExceptions);
  app.get("/exceptions/new", newException);
  app.post("/exceptions/new", createException);
  app.get("/exceptions/:id", showException);
  app.get("/exceptions/:id/delete", confirmException);
  app.post("/exceptions/:id/delete", deleteException);
}

/** Who watches which host. `settings` is no id. */
function addCoverage(app: Hono<DashboardEnv>): void {
  app.get("/coverage", listCoverage);
  // The address that a refused change leaves in the browser is the list when it is opened anew.
  app.get("/coverage/settings", listCoverage);
  app.post("/coverage/settings", changeSettings);
  app.get("/coverage/:id", showHost);
  app.get("/coverage/:id/gone", confirmGone);
  app.post("/coverage/:id/gone", sayGone);
}

/** Decisions not to be told. `new` is no id. */
function addMutes(app: Hono<DashboardEnv>): void {
  app.get("/findings/:id/mute", newFindingMute);
  app.post("/findings/:id/mute", muteFinding);
  app.get("/mutes", listMutes);
  app.get("/mutes/new", newMute);
  app.post("/mutes/new", createMute);
  app.get("/mutes/:id", showMute);
  app.get("/mutes/:id/end", confirmMuteEnd);
  app.post("/mutes/:id/end", endMute);
}

/** Who may sign in, what may send and ask, and who did what. */
function addSettings(app: Hono<DashboardEnv>): void {
  app.get("/settings/keys", listKeys);
  // The address that a new key leaves in the browser is the list when it is opened anew.
  app.get("/settings/keys/:kind", listKeys);
  app.post("/settings/keys/:kind", createKey);
  app.get("/settings/keys/:kind/:id/revoke", confirmRevocation);
  app.post("/settings/keys/:kind/:id/revoke", revokeKey);
  app.get("/settings/automations", listAutomations);
  app.get("/settings/automations/new", newAutomation);
  app.post("/settings/automations/new", createAutomation);
  app.get("/settings/automations/:id", showAutomation);
  app.post("/settings/automations/:id", saveAutomation);
  app.post("/settings/automations/:id/arrange", arrangeAutomation);
  app.get("/settings/automations/:id/arrange", listAutomations);
  app.get("/settings/ownership", listOwnership);
  app.post("/settings/ownership", addOwnership);
  app.post("/settings/ownership/arrange", arrangeOwnership);
  app.get("/settings/ownership/arrange", listOwnership);
  app.get("/settings/due", showDueSettings);
  app.post("/settings/due", changeDueSettings);
  app.get("/settings/members", listMembers);
  app.post("/settings/members", inviteMember);
  app.get("/settings/members/:id", showMember);
  app.post("/settings/members/:id", changeMember);
  app.post("/settings/members/:id/invite", inviteAgain);
  app.post("/settings/members/:id/disable", disableMember);
  // The address that a new link leaves in the browser is the member's page when it is opened anew.
  app.get("/settings/members/:id/invite", showMember);
  app.get("/settings/members/:id/disable", showMember);
  app.get("/settings/ledger", showLedger);
}

/** Where webhooks go. `new` is no id. */
function addEndpoints(app: Hono<DashboardEnv>): void {
  app.get("/settings/endpoints", listEndpoints);
  app.get("/settings/endpoints/new", newEndpointPage);
  app.post("/settings/endpoints/new", createEndpoint);
  app.get("/settings/endpoints/:id", showEndpoint);
  app.get("/settings/endpoints/:id/edit", editEndpoint);
  app.post("/settings/endpoints/:id/edit", saveEndpoint);
  app.get("/settings/endpoints/:id/delete", confirmEndpointDeletion);
  app.post("/settings/endpoints/:id/delete", deleteEndpoint);
  app.post("/settings/endpoints/:id/status", switchEndpoint);
  app.post("/settings/endpoints/:id/rotate", rotateSecret);
  app.post("/settings/endpoints/:id/test", testEndpoint);
  app.post("/settings/endpoints/:id/replay", replayDeliveries);
  // The address that an act leaves in the browser is the endpoint's page when it is opened anew.
  for (const act of ["status", "rotate", "test", "replay"])
    app.get(`/settings/endpoints/:id/${act}`, showEndpoint);
  app.get("/settings/endpoints/:id/deliveries/:delivery", showDelivery);
  app.get("/settings/endpoints/:id/deliveries/:delivery/replay", showDelivery);
  app.post("/settings/endpoints/:id/deliveries/:delivery/replay", replayDelivery);
}

/** A cursor that no list has given out is the address's fault, whoever supplies the data. */
function statusOf(error: Error): ErrorStatus {
  if (error.name === "BadCursor") return 400;
  // oxlint-disable-next-line no-console -- the platform's log: without `failed` there is no other
  console.error("dashboard", error);
  return 500;
}
