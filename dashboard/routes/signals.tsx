/** Handlers of the signals: the list, and one of them. */
import type { Context } from "hono";
import { SignalPage } from "../pages/signal.tsx";
import { SignalsPage } from "../pages/signals.tsx";
import { parseFindingsQuery, parseSignalsQuery, signalParams } from "../query.ts";
import { type DashboardEnv, errorPage, page, searchOf } from "../render.tsx";

export async function listSignals(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const { query, dropped } = parseSignalsQuery(searchOf(c));
  const [signals, rules] = await Promise.all([data.signals(query), data.rules()]);
  return page(
    c,
    <SignalsPage
      view={c.get("view")}
      query={query}
      params={signalParams(query)}
      dropped={dropped}
      rules={rules
        .filter((rule) => rule.class !== "posture")
        .toSorted((a, b) => a.title.localeCompare(b.title))}
      page={signals}
    />,
  );
}

export async function showSignal(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const signal = await data.signal(c.req.param("id") ?? "");
  if (signal === null) return errorPage(c, { status: 404, view, title: "There is no such signal" });
  const same = parseFindingsQuery(new URLSearchParams({ resource: signal.resource.id })).query;
  const [rule, counts] = await Promise.all([data.rule(signal.rule), data.counts(same)]);
  return page(c, <SignalPage view={view} signal={signal} rule={rule} open={counts.open} />);
}
