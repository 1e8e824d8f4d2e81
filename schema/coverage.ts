/** Coverage: which agents watch which hosts, since when, and what that leaves unverified. */
import { z } from "zod";
import { AGENT_FORMATS } from "./event.ts";
import { gapSchema } from "./finding.ts";
import { exact, pageShape } from "./api.ts";

const instant = z.iso.datetime().describe("RFC 3339 in UTC");
const count = z.int().nonnegative();

/**
 * `watching`: in contact. `silent`: it was expected and has not come for three intervals. `no_heartbeats`: nobody
 * knows when to expect it, so that its silence proves nothing.
 */
export const AGENT_STATES = ["watching", "silent", "no_heartbeats"] as const;

export const agentViewSchema = z.object({
  id: z.string(),
  kind: z.enum(AGENT_FORMATS),
  version: z.string().nullable(),
  state: z.enum(AGENT_STATES),
  interval: z.string().nullable().describe("Between its heartbeats, declared or learned"),
  firstContactAt: instant,
  lastContactAt: instant.describe("In lists up to a quarter of an hour old while all is well"),
  silentSince: instant.nullable().describe("Its last contact, while it is silent"),
  heartbeats: count.describe("Received since its first contact"),
  dropped: count.describe("Events that it said it lost, since its first contact"),
  ruleset: z.string().nullable().describe("What it enforces, by its own word"),
  drift: z
    .object({ peersRuleset: z.string(), hosts: count, of: count })
    .nullable()
    .describe("Where it enforces another ruleset than most agents of its kind: theirs"),
  coverage: z
    .array(z.object({ from: instant, to: instant }))
    .describe("Spans of the last day in which it was in contact, the latest of them"),
  gaps: z.array(gapSchema).describe("Of the last day, the latest of them"),
});
export type AgentView = z.infer<typeof agentViewSchema>;

export const hostCoverageSchema = z.object({
  id: z.string().describe("`host:<name>`, or the container whose host nobody names"),
  host: z.string().describe("What people call it"),
  findings: z.object({
    open: count.describe("On the host and its containers"),
    unverified: count.describe("Of these, the ones that nobody is watching"),
  }),
  agents: z.array(agentViewSchema),
});
export type HostCoverage = z.infer<typeof hostCoverageSchema>;

export const coverageSummarySchema = z.object({
  hosts: count,
  agents: count,
  silent: count.describe("Agents"),
  noHeartbeats: count.describe("Agents"),
  drifting: count.describe("Agents"),
});
export type CoverageSummary = z.infer<typeof coverageSummarySchema>;

export const coverageQuerySchema = z.strictObject({
  state: z.enum(AGENT_STATES).optional().describe("Hosts with an agent in this state"),
  drift: z.enum(["true"]).optional().describe("Hosts with an agent that drifts from its peers"),
  kind: z.enum(AGENT_FORMATS).optional().describe("Hosts with an agent of this kind"),
  q: exact.describe("Part of the host's name"),
  ...pageShape,
});
export type CoverageQuery = z.infer<typeof coverageQuerySchema>;
