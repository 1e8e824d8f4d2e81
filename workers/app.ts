/** The HTTP side of the Worker: composes intake, API and dashboard, and turns failures into answers. */
import { Hono, type Context, type Next } from "hono";
import { accepts } from "hono/accepts";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { createDashboard } from "../dashboard/app.tsx";
import { errorPage } from "../dashboard/render.tsx";
import { pageSecurity } from "../dashboard/security.ts";
import { errorText, log } from "../durable/log.ts";
import type { Ready } from "../schema/answers.ts";
import { findingsQuerySchema } from "../schema/api.ts";
import { jwks } from "./api/certificates.ts";
import { metricsText, OPENMETRICS_TYPE } from "./api/metrics.ts";
import { BadCursor, Reads } from "./api/reads.ts";
import { api } from "./api/routes.ts";
import { apiToken, clock, logRefused, sessionCaller, type App } from "./auth/authenticate.ts";
import { signIn, signInPage } from "./auth/sign-in.tsx";
import { dashboardData } from "./dashboard-data.ts";
import { elasticsearchIntake } from "./ingest/elasticsearch-routes.ts";
import { osqueryIntake } from "./ingest/osquery-routes.ts";
import { otlpIntake } from "./ingest/otlp-routes.ts";
import { datadogIntake, ingest } from "./ingest/routes.ts";
import { openApi } from "./openapi/routes.tsx";
import { operator } from "./operator.ts";
import { problem } from "./problem.ts";
import { trackerHooks } from "./trackers/hooks.ts";

export const app = new Hono<App>();
app.use(clock);
app.get("/healthz", healthz);
app.get("/metrics", apiToken, metrics);
app.get("/.well-known/jwks.json", jwks);
app.route("/operator", operator);
// Before `ingest`, which asks for a key under all of /v1 and answers in its own words.
app.route("/v1", otlpIntake);
app.route("/v1", elasticsearchIntake);
app.route("/v1/osquery", osqueryIntake);
app.route("/v1", ingest);
app.route("/api/v2", datadogIntake);
app.route("/api/v1", api);
app.route("/hooks/v1", trackerHooks);
app.route("/", openApi);
app.route("/", signIn);
app.use("/findings/*", csrf());
app.use("/rules/*", csrf());
app.use("/exceptions/*", csrf());
app.use("/coverage/*", csrf());
app.use("/mutes/*", csrf());
app.use("/cases/*", csrf());
app.use("/settings/*", csrf());
app.route("/", createDashboard({ data: readersData, refused: pageRefused, failed: pageFailed }));
app.get("*", pageSecurity(), nothingHere);
app.notFound((c) =>
  problem(c, { status: 404, code: "not_found", detail: "There is nothing at this address." }),
);
app.onError(failed);

/** A reader's browser gets a page, everybody else a problem document. */
async function nothingHere(c: Context<App>, next: Next): Promise<Response | void> {
  const supports = ["application/json", "text/html"];
  const wanted = accepts(c, { header: "Accept", supports, default: "application/json" });
  return wanted === "text/html" ? errorPage(c, { status: 404 }) : next();
}

/** Ready means that the database answers and has its tables. */
async function healthz(c: Context<App>): Promise<Response> {
  try {
    await c.env.DB.prepare("SELECT 1 FROM findings LIMIT 1").first();
    return c.json({ status: "ok" } satisfies Ready);
  } catch (error) {
    log("error", "not_ready", { error: errorText(error) });
    const detail = "The database does not answer, or its migrations have not been applied.";
    return problem(c, { status: 503, code: "not_ready", detail, retryAfter: 5 });
  }
}

async function metrics(c: Context<App>): Promise<Response> {
  const { tenant } = c.var.caller;
  const counts = await new Reads(c.env, tenant.id, c.var.now).counts(findingsQuerySchema.parse({}));
  const text = await metricsText(c.env, tenant.id, counts);
  return c.body(text, 200, { "content-type": OPENMETRICS_TYPE });
}

/** Called by the dashboard, whose context carries what this app's carries. */
async function readersData(context: Context) {
  const c = context as Context<App>;
  const caller = await sessionCaller(c);
  if (caller === null) throw new HTTPException(401, { res: await signInPage(c, null) });
  c.set("caller", caller);
  return dashboardData(c.env, caller, c.var.now);
}

function pageRefused(context: Context): void {
  const c = context as Context<App>;
  logRefused(c, c.var.caller);
}

function failed(error: Error, c: Context<App>): Response {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof BadCursor) {
    return problem(c, {
      status: 400,
      code: "invalid_request",
      detail: error.message,
      field: "cursor",
    });
  }
  if (logFailure(error, c) === 503) {
    const detail = "The service is busy or restarting. Send the request again.";
    return problem(c, { status: 503, code: "busy", detail, retryAfter: 5 });
  }
  return problem(c, {
    status: 500,
    code: "internal",
    detail: "Something broke. It has been logged; send the request again.",
  });
}

/** Which error page a failure of the dashboard deserves. */
function pageFailed(error: Error, c: Context): 400 | 500 | 503 {
  return error instanceof BadCursor ? 400 : logFailure(error, c);
}

/** One line without the query string; says whether to come again. */
function logFailure(error: Error, c: Context): 500 | 503 {
  const transient = isTransient(error);
  log("error", "request.failed", {
    method: c.req.method,
    path: c.req.path,
    transient,
    error: errorText(error),
  });
  return transient ? 503 : 500;
}

/** What the platform says of an object that is overloaded, restarting or being updated, or cannot read or write its disk. */
function isTransient(error: Error): boolean {
  return (
    ("retryable" in error && error.retryable === true) ||
    ("overloaded" in error && error.overloaded === true) ||
    ("durableObjectReset" in error && error.durableObjectReset === true) ||
    // Its own failures, of which it tells no more.
    errorText(error).includes("internal error; reference =")
  );
}
