/** Handlers of coverage: the list of hosts, one of them, its end, and whether heartbeats are required. */
import type { Context } from "hono";
import type { HostCoverage } from "../../schema/coverage.ts";
import type { FindingsQuery } from "../../schema/api.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import { settingsPatchSchema } from "../../schema/settings.ts";
import { text } from "../form-errors.ts";
import { placeOf } from "../format/coverage.ts";
import { COVERAGE_NOTICES, CoveragePage } from "../pages/coverage.tsx";
import { HostGonePage } from "../pages/host-gone.tsx";
import { HostPage } from "../pages/host.tsx";
import { paths } from "../paths.ts";
import { coverageParams, parseCoverageQuery, parseFindingsQuery } from "../query.ts";
import { type DashboardEnv, errorPage, formOf, page, searchOf } from "../render.tsx";

/** Open findings on a host's page; the list of findings has all. */
const FINDINGS_SHOWN = 12;
/** What Lull itself says of a host's agents. */
const OF_AGENTS: ReadonlySet<string> = new Set(["agent-silent", "agent-ruleset-drift"]);

function noticeOf(word: string | undefined): keyof typeof COVERAGE_NOTICES | undefined {
  return word !== undefined && Object.hasOwn(COVERAGE_NOTICES, word)
    ? (word as keyof typeof COVERAGE_NOTICES)
    : undefined;
}

async function list(c: Context<DashboardEnv>, refused?: string): Promise<Response> {
  const data = c.get("data");
  const { query, dropped } = parseCoverageQuery(searchOf(c));
  const [hosts, summary, settings, unproven] = await Promise.all([
    data.coverage(query),
    data.coverageSummary(),
    data.settings(),
    data.unproven(),
  ]);
  return page(
    c,
    <CoveragePage
      view={c.get("view")}
      {...{ query, dropped, summary, settings, unproven, page: hosts }}
      params={coverageParams(query)}
      notice={noticeOf(c.req.query("notice"))}
      {...(refused !== undefined && { refused })}
    />,
    refused === undefined ? 200 : 422,
  );
}

export function listCoverage(c: Context<DashboardEnv>): Promise<Response> {
  return list(c);
}

/** `POST /coverage/settings` */
export async function changeSettings(c: Context<DashboardEnv>): Promise<Response> {
  const sent = await formOf(c);
  const patch = settingsPatchSchema.safeParse({ coverage: text(sent, "coverage") });
  if (!patch.success) return list(c, "the form said neither strict nor lenient.");
  const changed = await c.get("data").changeSettings(patch.data);
  if (!changed.ok) return list(c, changed.problem.detail);
  return c.redirect(paths.coverage({ notice: changed.value.coverage }), 303);
}

/** The host that the address names. */
function hostOf(c: Context<DashboardEnv>): Promise<HostCoverage | null> {
  return c.get("data").host(c.req.param("id") ?? "");
}

function noHost(c: Context<DashboardEnv>): Response | Promise<Response> {
  return errorPage(c, {
    status: 404,
    view: c.get("view"),
    title: "No agent of such a host is expected",
  });
}

/** The worst of what is open, after what Lull itself says of the agents. */
async function findingsOn(c: Context<DashboardEnv>, id: string): Promise<FindingSummary[]> {
  const data = c.get("data");
  const open: FindingsQuery = {
    ...parseFindingsQuery(new URLSearchParams()).query,
    sort: "severity",
    limit: FINDINGS_SHOWN,
  };
  const [own, all] = await Promise.all([
    data.findings({ ...open, resource: id, resourceType: "host", limit: 50 }),
    data.findings({ ...open, ...placeQuery(id) }),
  ]);
  const first = own.items.filter(({ rule }) => OF_AGENTS.has(rule));
  const ids = new Set(first.map((finding) => finding.id));
  return [...first, ...all.items.filter((finding) => !ids.has(finding.id))].slice(
    0,
    FINDINGS_SHOWN,
  );
}

function placeQuery(id: string): Pick<FindingsQuery, "host" | "resource"> {
  const { host, resource } = placeOf(id);
  return { ...(host !== undefined && { host }), ...(resource !== undefined && { resource }) };
}

export async function showHost(c: Context<DashboardEnv>): Promise<Response> {
  const host = await hostOf(c);
  if (host === null) return noHost(c);
  const findings = await findingsOn(c, host.id);
  return page(c, <HostPage view={c.get("view")} {...{ host, findings }} />);
}

export async function confirmGone(c: Context<DashboardEnv>): Promise<Response> {
  const host = await hostOf(c);
  if (host === null) return noHost(c);
  return page(c, <HostGonePage view={c.get("view")} host={host} />);
}

/** `POST /coverage/:id/gone` */
export async function sayGone(c: Context<DashboardEnv>): Promise<Response> {
  const findings = await c.get("data").resourceGone(c.req.param("id") ?? "");
  return findings === null ? noHost(c) : c.redirect(paths.coverage({ notice: "gone" }), 303);
}
