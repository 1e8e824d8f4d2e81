/** What became of everything received. */
import { z } from "zod";
import {
  outcomesAnswerSchema,
  outcomesQuerySchema,
  type OutcomesAnswer,
} from "../../schema/outcome.ts";
import { OPENMETRICS_TYPE } from "../api/metrics.ts";
import type { Operation } from "./operation.ts";

const COUNTS = {
  received: 4_210,
  accepted: 96,
  duplicate: 12,
  ignored: 4_101,
  rejected: 1,
  late: 0,
  excepted: 3,
  dropped: 0,
  refused: 0,
  rejectedBy: { missing_field: 1 },
  refusedBy: {},
};

const OUTCOMES: OutcomesAnswer = {
  items: [
    {
      hour: null,
      key: { id: "first", name: "first" },
      host: "host:node-7",
      agent: "node-7-agent",
      ...COUNTS,
    },
  ],
  nextCursor: null,
  totals: COUNTS,
  behindMs: 30_000,
  quota: { daily: null, receivedToday: 4_210 },
};

const METRICS = `# TYPE lull_intake_events counter
# HELP lull_intake_events Events received, by what became of each.
lull_intake_events_total{agent_kind="falco",outcome="accepted"} 96
# TYPE lull_findings_open gauge
# HELP lull_findings_open Open findings, by severity.
lull_findings_open{severity="critical"} 0
# EOF
`;

export const OUTCOME_OPERATIONS: readonly Operation[] = [
  {
    id: "listOutcomes",
    method: "get",
    path: "/api/v1/outcomes",
    tag: "Outcomes",
    summary: "Account for everything received",
    description: `\`received\` is always \`accepted\` + \`duplicate\` + \`ignored\` + \`rejected\`, counted in events. \`refused\` counts requests: what is refused whole is not read.

By agent, those with rejections, refusals and drops come first. By hour, every hour of the window, oldest first. Counts are at most 30 s behind; events never are.`,
    auth: "apiToken",
    query: outcomesQuerySchema,
    queryExamples: [
      { summary: "By agent, the last day", query: "hours=24" },
      { summary: "By hour, for one agent key", query: "groupBy=hour&hours=6&key=first" },
    ],
    answers: {
      200: {
        description: "Counts and their totals",
        schema: outcomesAnswerSchema,
        example: OUTCOMES,
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getMetrics",
    method: "get",
    path: "/metrics",
    tag: "Outcomes",
    summary: "Scrape metrics",
    description:
      "OpenMetrics 1.0, for a Prometheus that sends an API token. Of the token's tenant.",
    auth: "apiToken",
    answers: {
      200: {
        description: "Counters and gauges",
        schema: z.string(),
        mediaType: OPENMETRICS_TYPE,
        example: METRICS,
      },
    },
    problems: [],
  },
];
