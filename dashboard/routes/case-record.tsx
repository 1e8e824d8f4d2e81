/** Handler of a case's record. */
import type { Context } from "hono";
import { namesOf } from "../format/case.ts";
import { CaseRecordPage } from "../pages/case-record.tsx";
import { type DashboardEnv, page } from "../render.tsx";
import { noCase } from "./case.tsx";

export async function showRecord(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const [record, members] = await Promise.all([
    data.caseRecord(c.req.param("id") ?? ""),
    data.members(),
  ]);
  if (record === null) return noCase(c);
  return page(c, <CaseRecordPage view={c.get("view")} record={record} names={namesOf(members)} />);
}
