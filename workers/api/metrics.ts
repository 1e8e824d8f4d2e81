/** `GET /metrics` in OpenMetrics 1.0 text, for a Prometheus that sends an API token. One tenant: the token's. */
import { drizzle } from "drizzle-orm/d1";
import type { FindingCounts } from "../../schema/api.ts";
import type { TenantId } from "../../schema/ids.ts";
import { selectIntakeTotals } from "../../schema/queries-intake.ts";
import type { Env } from "../env.ts";

export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Outcomes that count requests, or lie within another one: families of their own, so that sums stay sums. */
const APART: Readonly<Record<string, string>> = {
  refused: "lull_intake_refused_requests",
  late: "lull_intake_late_events",
  excepted: "lull_intake_excepted_events",
  dropped: "lull_agent_dropped_events",
};

interface Family {
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: [labels: Record<string, string>, value: number][];
}

/** `findings` are the counts of the tenant's findings now. */
export async function metricsText(
  env: Env,
  tenant: TenantId,
  findings: FindingCounts,
): Promise<string> {
  const totals = await selectIntakeTotals(drizzle(env.DB), tenant);
  const families = [...intakeFamilies(totals), ...findingFamilies(findings)];
  return `${families.map(familyText).join("")}# EOF\n`;
}

type Totals = Awaited<ReturnType<typeof selectIntakeTotals>>;

function intakeFamilies(totals: Totals): Family[] {
  const family = (name: string, help: string): Family => ({
    name,
    type: "counter",
    help,
    samples: [],
  });
  const families = new Map(
    [
      family("lull_intake_events", "Events received, by what became of each."),
      family("lull_intake_refused_requests", "Requests refused whole, unread, by code."),
      family("lull_intake_late_events", "Of the accepted events, those beyond the late horizon."),
      family("lull_intake_excepted_events", "Of the ignored events, those hidden by an exception."),
      family("lull_agent_dropped_events", "Events that agents say they lost before sending."),
    ].map((one) => [one.name, one]),
  );
  for (const { kind, outcome, code, n } of totals) {
    const apart = APART[outcome];
    const labels: Record<string, string> = { agent_kind: kind };
    if (apart === undefined) labels["outcome"] = outcome;
    if (code !== "") labels["code"] = code;
    families.get(apart ?? "lull_intake_events")?.samples.push([labels, n]);
  }
  return [...families.values()];
}

function findingFamilies(counts: FindingCounts): Family[] {
  return [
    {
      name: "lull_findings_open",
      type: "gauge",
      help: "Open findings, by severity.",
      samples: Object.entries(counts.bySeverity).map(([severity, n]) => [{ severity }, n]),
    },
    {
      name: "lull_findings_unverified",
      type: "gauge",
      help: "Open findings that nobody is watching.",
      samples: [[{}, counts.unverified]],
    },
  ];
}

function familyText({ name, type, help, samples }: Family): string {
  const suffix = type === "counter" ? "_total" : "";
  const lines = samples.map(([labels, value]) => `${name}${suffix}${labelText(labels)} ${value}\n`);
  return `# TYPE ${name} ${type}\n# HELP ${name} ${help}\n${lines.join("")}`;
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
