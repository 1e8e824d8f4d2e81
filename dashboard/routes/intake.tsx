/** Handler of `/intake`. */
import type { Context } from "hono";
import { outcomesQuerySchema } from "../../schema/outcome.ts";
import { IntakePage } from "../pages/intake.tsx";
import { type Window, WINDOWS } from "../parts/intake-bars.ts";
import { parseTolerantly } from "../query.ts";
import { type DashboardEnv, page, searchOf } from "../render.tsx";

function windowOf(text: string | undefined): Window {
  return text !== undefined && Object.hasOwn(WINDOWS, text) ? (text as Window) : "24h";
}

export async function showIntake(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const window = windowOf(c.req.query("window"));
  const { hours } = WINDOWS[window];
  const { query } = parseTolerantly(outcomesQuerySchema, searchOf(c), ["cursor"]);
  const [byHour, byAgent] = await Promise.all([
    data.outcomes({ ...query, cursor: undefined, groupBy: "hour", hours }),
    data.outcomes({ ...query, groupBy: "agent", hours }),
  ]);
  return page(
    c,
    <IntakePage
      view={c.get("view")}
      {...{ window, byHour, byAgent }}
      later={query.cursor !== undefined}
    />,
  );
}
