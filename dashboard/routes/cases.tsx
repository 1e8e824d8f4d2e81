/** Handlers of the list of cases and the board. */
import type { Context } from "hono";
import { CASE_STATUSES, type CasesQuery } from "../../schema/case.ts";
import type { MemberView } from "../../schema/member.ts";
import type { DashboardData } from "../data.ts";
import { CasesPage, type CasesPageProps } from "../pages/cases.tsx";
import type { BoardColumn } from "../parts/case-board.tsx";
import { type CaseParams, paths } from "../paths.ts";
import { caseParams, parseCasesQuery } from "../query.ts";
import { type DashboardEnv, page, searchOf } from "../render.tsx";

/** Cards of a column; the list has the rest. */
const CARDS = 30;

/** Teams that a case may be given to: those of members and of the rules that give cases to teams. */
export function teamsOf(members: readonly MemberView[], ruled: readonly string[]): string[] {
  const ofMembers = members.flatMap(({ team }) => (team === null ? [] : [team]));
  return [...new Set([...ofMembers, ...ruled])].toSorted((a, b) => a.localeCompare(b));
}

export async function listCases(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const url = searchOf(c);
  const { query: asked, dropped } = parseCasesQuery(url);
  const isBoard = url.get("view") === "board";
  const params = { ...caseParams(asked), view: isBoard ? ("board" as const) : undefined };
  // In the address "mine" is whoever reads it, so that it can be sent to a colleague.
  const query = asked.assignee === "mine" ? { ...asked, assignee: view.reader.id } : asked;
  const [counts, members, teams] = await Promise.all([
    data.caseCounts(query),
    data.members(),
    data.caseTeams(),
  ]);
  const list: CasesPageProps["list"] = isBoard
    ? {
        type: "board",
        columns: await columnsOf(data, query, params, counts),
        actionsOf: (status) => data.caseActions(status),
      }
    : { type: "list", page: await data.cases(query) };
  const shown = { view, query, params, dropped, counts, members, list };
  return page(c, <CasesPage {...shown} teams={teamsOf(members, teams)} />);
}

function columnsOf(
  data: DashboardData,
  query: CasesQuery,
  params: CaseParams,
  counts: CasesPageProps["counts"],
): Promise<BoardColumn[]> {
  const { cursor: _, ...rest } = query;
  return Promise.all(
    CASE_STATUSES.map(async (status) => {
      const one = { ...rest, status: [status], limit: CARDS };
      // Of what is closed, the latest is what people look for.
      const asked = status === "closed" ? { ...one, sort: "updated" as const } : one;
      const { items } = await data.cases(asked);
      const total = status === "closed" ? null : counts[status];
      const all = paths.cases({ ...params, view: undefined, status });
      return { status, cases: items, total, all };
    }),
  );
}
