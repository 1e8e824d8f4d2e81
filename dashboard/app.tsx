/**
 * The dashboard as a Hono sub-app, mounted at `/`. It renders and validates; who is signed in,
 * sessions and protection against forged requests are the business of what mounts it.
 */
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { DashboardData } from "./data.ts";
import { type DashboardEnv, errorPage, viewOf } from "./render.tsx";
import { showFinding, showFindingLive } from "./routes/finding.tsx";
import { listFindings, listHistory, newFindings } from "./routes/findings.tsx";
import { showOverview } from "./routes/overview.tsx";
import { changeRule, listRules, showRule } from "./routes/rules.tsx";
import { listSignals } from "./routes/signals.tsx";
import { pageSecurity } from "./security.ts";

export interface DashboardOptions {
  /** The data of the signed-in tenant; called once a request. */
  data: (c: Context) => Promise<DashboardData> | DashboardData;
}

/** Where the dashboard's own middleware applies: not `*`, since it shares `/` with the API. */
const PAGES = ["/", "/findings/*", "/history", "/signals", "/rules/*"] as const;

export function createDashboard(options: DashboardOptions): Hono<DashboardEnv> {
  const app = new Hono<DashboardEnv>();

  for (const path of PAGES) {
    app.use(path, pageSecurity(), async (c, next) => {
      const data = await options.data(c);
      c.set("data", data);
      c.set("view", viewOf(c, data));
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
  app.get("/history", listHistory);
  app.get("/signals", listSignals);
  app.get("/rules", listRules);
  app.get("/rules/:id", showRule);
  app.post("/rules/:id", changeRule);

  app.notFound((c) => errorPage(c, { status: 404, view: c.get("view") }));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.res !== undefined) return error.res;
    // Thrown on purpose by what mounts the dashboard: its handler knows better.
    if (error instanceof HTTPException) return error.getResponse();
    reportError(error);
    return errorPage(c, { status: 500, view: c.get("view") });
  });
  return app;
}

/** The platform's log is the only place a page's failure can go. */
function reportError(error: unknown): void {
  // oxlint-disable-next-line no-console -- workerd's log
  console.error("dashboard", error);
}
