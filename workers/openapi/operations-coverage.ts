/** Coverage: who watches which host. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  coverageQuerySchema,
  coverageSummarySchema,
  hostCoverageSchema,
  type HostCoverage,
} from "../../schema/coverage.ts";
import type { Operation } from "./operation.ts";

const HOST: HostCoverage = {
  id: "host:node-7",
  host: "node-7",
  findings: { open: 4, unverified: 4 },
  agents: [
    {
      id: "falco",
      kind: "falco",
      version: "0.41.0",
      state: "silent",
      interval: "1m",
      firstContactAt: "2026-11-02T08:00:12.000Z",
      lastContactAt: "2026-11-24T09:41:12.000Z",
      silentSince: "2026-11-24T09:41:12.000Z",
      heartbeats: 31_781,
      dropped: 0,
      ruleset: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      drift: {
        peersRuleset: "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        hosts: 41,
        of: 42,
      },
      coverage: [{ from: "2026-11-23T09:52:00.000Z", to: "2026-11-24T09:41:12.000Z" }],
      gaps: [{ from: "2026-11-24T09:41:12.000Z", to: null, reason: "no_contact" }],
    },
  ],
};

const LIVE: HostCoverage = {
  ...HOST,
  agents: HOST.agents.map((agent) => ({ ...agent, id: "agent-1", kind: "native" as const })),
};

export const COVERAGE_OPERATIONS: readonly Operation[] = [
  {
    id: "listCoverage",
    method: "get",
    path: "/api/v1/coverage",
    tag: "Coverage",
    summary: "List hosts with their agents",
    description:
      "By the hosts' ids. An agent that falls silent or comes back, or that begins to drift, is shown at once; how it goes on otherwise (its last contact, its gaps) may be a quarter of an hour old: ask for the one host to see it as it is. Agents that have not been heard of for 30 days are not listed.",
    auth: "apiToken",
    query: coverageQuerySchema,
    queryExamples: [
      { summary: "Where an agent is silent", query: "state=silent" },
      { summary: "Where silence can prove nothing", query: "state=no_heartbeats&kind=falco" },
      { summary: "Where an agent enforces something else than its peers", query: "drift=true" },
    ],
    answers: {
      200: {
        description: "A page of hosts",
        schema: pageOf(hostCoverageSchema),
        example: { items: [HOST], nextCursor: null },
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getCoverageSummary",
    method: "get",
    path: "/api/v1/coverage/summary",
    tag: "Coverage",
    summary: "Count hosts and agents",
    description: "How many there are, and how many agents cannot prove anything.",
    auth: "apiToken",
    answers: {
      200: {
        description: "The counts",
        schema: coverageSummarySchema,
        example: { hosts: 42, agents: 44, silent: 1, noHeartbeats: 2, drifting: 1 },
      },
    },
    problems: [],
  },
  {
    id: "getCoverage",
    method: "get",
    path: "/api/v1/coverage/{id}",
    tag: "Coverage",
    summary: "Read who watches one host",
    description: "Live, from the actor that owns the host.",
    auth: "apiToken",
    params: {
      id: {
        schema: z.string(),
        description: "`host:<name>`, or the container whose host nobody names",
        example: "host:node-7",
      },
    },
    answers: { 200: { description: "The host", schema: hostCoverageSchema, example: LIVE } },
    problems: ["not_found"],
  },
];
