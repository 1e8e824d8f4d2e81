/** Handler of `/signals`. */
import type { Context } from "hono";
import { SignalsPage } from "../pages/signals.tsx";
import { parseSignalsQuery, signalParams } from "../query.ts";
import { type DashboardEnv, page, searchOf } from "../render.tsx";

export async function listSignals(c: Context<DashboardEnv>): Promise<Response> {
  const { query } = parseSignalsQuery(searchOf(c));
  const signals = await c.get("data").signals(query);
  return page(
    c,
    <SignalsPage view={c.get("view")} query={query} params={signalParams(query)} page={signals} />,
  );
}
