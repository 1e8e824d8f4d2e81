/** The dashboard over the in-memory fixture, and what its tests ask of every page. */
import { createDashboard } from "../../../dashboard/app.tsx";
import type { Role } from "../../../schema/member.ts";
import { dashboardFixture, type FixtureSize } from "../../e2e/dashboard-fixture.ts";

/** Tuesday 24 November 2026, 12:04:31 UTC. */
export const NOW = Date.UTC(2026, 10, 24, 12, 4, 31);

export interface Reader {
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; html: string }>;
  post(path: string, fields: Record<string, string> | [string, string][]): Promise<Response>;
}

/** A reader of one fixture; the data lives as long as the reader. */
export function reader(size: FixtureSize, role?: Role): Reader {
  const data = dashboardFixture(size, NOW, role);
  const app = createDashboard({ data: () => data });
  return {
    async get(path, headers = {}) {
      const response = await app.request(path, { headers });
      return { status: response.status, html: await response.text() };
    },
    post: async (path, fields) =>
      app.request(path, { method: "POST", body: new URLSearchParams(fields) }),
  };
}

export const finding = (n: number): string => `f${n.toString(36).padStart(24, "0")}`;

/** Every page of the dashboard. */
export const PAGES: readonly string[] = [
  "/",
  "/findings",
  "/findings?status=resolved",
  "/findings?status=open,resolved&sort=severity",
  "/findings?groupBy=workload",
  "/findings?q=nothing-like-this",
  "/findings/new?since=1",
  `/findings/${finding(2)}`,
  `/findings/${finding(3)}?span=episode`,
  `/findings/${finding(4)}/live`,
  "/findings/unknown",
  `/findings/${finding(3)}/episodes/1`,
  `/findings/${finding(3)}/episodes/2`,
  `/findings/${finding(3)}/episodes/3`,
  `/findings/${finding(5)}/episodes/1`,
  `/findings/${finding(1)}/episodes/1`,
  `/findings/${finding(3)}/episodes/nine`,
  "/rollups",
  "/rollups?status=quiet",
  "/rollups?status=open,quiet,ended&severity=medium&q=nothing-like-this",
  "/rollups/unknown",
  "/history",
  "/signals",
  "/signals?severity=critical&namespace=shop",
  "/signals?q=nothing-like-this",
  "/signals/s000000000000000000000000",
  "/signals/unknown",
  "/rules",
  "/rules?q=shell&class=both",
  "/rules/imds-v1-access",
  "/rules/unknown",
  "/rules?origin=custom",
  "/rules/new",
  "/rules/changes",
  "/rules/changes?subject=imds-v1-access",
  "/rules/miner-port",
  "/rules/miner-port/edit",
  "/rules/miner-port/delete",
  "/exceptions",
  "/exceptions?state=ended",
  "/exceptions/new?rule=compiler-in-container&when=true",
  "/exceptions/x1",
  "/exceptions/x2/delete",
  "/exceptions/unknown",
  `/findings/${finding(2)}/mute`,
  "/mutes",
  "/mutes?state=ended",
  "/mutes/new",
  "/mutes/new?scope=true",
  "/mutes/m0",
  "/mutes/m1",
  "/mutes/m2/end",
  "/mutes/m3",
  "/mutes/unknown",
  "/intake",
  "/intake?window=7d",
  "/intake?window=30d",
  "/coverage",
  "/coverage?state=silent&kind=falco",
  "/coverage?q=nothing-like-this",
  "/coverage?notice=gone",
  "/coverage/host%3Anode-1",
  "/coverage/host%3Anode-2",
  "/coverage/host%3Anode-1/gone",
  "/coverage/unknown",
  "/cases",
  "/cases?status=closed&priority=P1,P2&assignee=mine&team=platform&label=image&sort=due",
  "/cases?q=nothing-like-this",
  "/cases?view=board",
  "/cases/new",
  `/cases/new?finding=${finding(1)}&finding=${finding(2)}`,
  "/cases/new?finding=unknown",
  "/cases/LULL-1",
  "/cases/LULL-1?show=notes",
  "/cases/LULL-2",
  "/cases/LULL-3",
  "/cases/LULL-3/close",
  "/cases/LULL-4",
  "/cases/LULL-4/record",
  "/cases/unknown",
  "/cases/unknown/record",
  "/settings/automations",
  "/settings/automations/new",
  "/settings/automations/compilers",
  "/settings/automations/unknown",
  "/settings/ownership",
  "/settings/due",
  "/settings/members",
  "/settings/members/u1",
  "/settings/members/u2?notice=saved",
  "/settings/members/u3",
  "/settings/members/h1",
  "/settings/members/unknown",
  "/settings/keys",
  "/settings/keys?notice=revoked",
  "/settings/keys/token",
  "/settings/keys/key/k1/revoke",
  "/settings/keys/token/unknown/revoke",
  "/settings/ledger",
  "/settings/ledger?verify=last",
  "/settings/ledger?actor=ada&action=rule.changed&from=2026-11-01&to=nonsense&q=x",
  "/settings/endpoints",
  "/settings/endpoints?notice=deleted",
  "/settings/endpoints/new",
  "/settings/endpoints/new?format=ocsf",
  "/settings/endpoints/new?format=jira",
  "/settings/endpoints/new?format=github",
  "/settings/endpoints/new?format=gitlab",
  "/settings/endpoints/new?format=servicenow",
  "/settings/endpoints/e1",
  "/settings/endpoints/e2?status=dead&notice=saved",
  "/settings/endpoints/e2?replayed=1000&next=1000&from=2026-11-20T10:00",
  "/settings/endpoints/e2?tested=msg_00000000000000000000000000000001",
  "/settings/endpoints/e3",
  "/settings/endpoints/h0",
  "/settings/endpoints/e2/edit",
  "/settings/endpoints/h1/edit",
  "/settings/endpoints/e2/delete",
  "/settings/endpoints/e2/deliveries/msg_00000000000000000000000000000001",
  "/settings/endpoints/e2/deliveries/msg_00000000000000000000000000000002?notice=replayed",
  "/settings/endpoints/unknown",
  "/settings/endpoints/e1/deliveries/unknown",
  "/nowhere",
];

/** Text as a reader sees it: tags gone, spaces joined. Good enough for pages that are known to be escaped. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}
