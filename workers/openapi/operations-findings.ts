/** Findings and signals. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import { findingsQuerySchema, pageQuerySchema, signalsQuerySchema } from "../../schema/api.ts";
import {
  episodeSchema,
  findingDetailSchema,
  findingSummarySchema,
  fixInputSchema,
  groupSchema,
  signalSchema,
} from "../../schema/finding.ts";
import { EPISODE, FINDING, FINDING_ID, SIGNAL, SIGNAL_ID, SUMMARY } from "./examples.ts";
import type { Operation } from "./operation.ts";

const findingId = {
  schema: z.string(),
  description: "The finding's id",
  example: FINDING_ID,
};

const page = <T>(item: T) => ({ items: [item], nextCursor: null });

export const FINDING_OPERATIONS: readonly Operation[] = [
  {
    id: "listFindings",
    method: "get",
    path: "/api/v1/findings",
    tag: "Findings",
    summary: "List findings, or groups of them",
    description:
      "From the read model, which follows an open finding's repeats at least once an hour, and everything else at once. Filters narrow each other. With `groupBy` the items are groups, those with the worst severity first.",
    auth: "apiToken",
    query: findingsQuerySchema,
    queryExamples: [
      {
        summary: "What is open and bad, worst first",
        query: "status=open&severity=critical,high&sort=severity",
      },
      { summary: "What resolves next", query: "status=open&sort=deadline&limit=20" },
      { summary: "Everything of one host", query: "host=node-7" },
      { summary: "By workload, across container churn", query: "status=open&groupBy=workload" },
      { summary: "What was said to be fixed and is not", query: "regressed=true" },
      { summary: "By words", query: "q=gcc" },
    ],
    answers: {
      200: {
        description: "A page of findings, or of groups with `groupBy`",
        schema: z.union([pageOf(findingSummarySchema), pageOf(groupSchema)]),
        example: { items: [SUMMARY], nextCursor: "WzE3OTU1MTQzOTgsImYzIl0" },
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getFinding",
    method: "get",
    path: "/api/v1/findings/{id}",
    tag: "Findings",
    summary: "Read one finding",
    description:
      "Live, from the actor that owns it, with samples, occurrences and coverage. `verification.state` is `watching` while an agent that reported it and sends heartbeats is in contact, else `unverified`: silence then proves nothing.",
    auth: "apiToken",
    params: { id: findingId },
    answers: {
      200: { description: "The finding", schema: findingDetailSchema, example: FINDING },
    },
    problems: ["not_found"],
  },
  {
    id: "sayFixed",
    method: "post",
    path: "/api/v1/findings/{id}/fixed",
    tag: "Findings",
    summary: "Say that a finding is fixed",
    description:
      "A claim, with who made it. The finding stays open until the quiet period verifies it. An event that is newer than the claim disproves it: the finding has regressed, at once or as the next episode, up to 30 days after its end. Events of before the claim disprove nothing, however late they come. The first claim stands; saying it again changes nothing. It can be said of a resolved finding too.",
    auth: "apiToken",
    params: { id: findingId },
    body: {
      schema: fixInputSchema,
      description: "May be left out",
      mediaTypes: ["application/json"],
      examples: {
        note: { summary: "With a note", value: { note: "gcc is out of the image since 1.5" } },
      },
    },
    answers: {
      200: {
        description: "The finding, with the claim that stands",
        schema: findingDetailSchema,
        example: {
          ...FINDING,
          fixed: {
            at: "2026-11-24T10:00:00.000Z",
            by: "ci",
            note: "gcc is out of the image since 1.5",
          },
        },
      },
    },
    problems: ["bad_body", "invalid_request", "not_found", "body_too_large"],
  },
  {
    id: "takeFixBack",
    method: "delete",
    path: "/api/v1/findings/{id}/fixed",
    tag: "Findings",
    summary: "Take it back that a finding is fixed",
    description:
      "Where nobody has said so, nothing changes. A regression is a fact, and stays with its episode.",
    auth: "apiToken",
    params: { id: findingId },
    answers: {
      200: { description: "The finding", schema: findingDetailSchema, example: FINDING },
    },
    problems: ["not_found"],
  },
  {
    id: "listEpisodes",
    method: "get",
    path: "/api/v1/findings/{id}/episodes",
    tag: "Findings",
    summary: "List a finding's resolved episodes",
    description: "Its history, newest first: when each episode opened and ended, and why it ended.",
    auth: "apiToken",
    params: { id: findingId },
    query: pageQuerySchema,
    queryExamples: [{ summary: "The last five", query: "limit=5" }],
    answers: {
      200: {
        description: "A page of episodes",
        schema: pageOf(episodeSchema),
        example: page(EPISODE),
      },
    },
    problems: ["invalid_request", "not_found"],
  },
  {
    id: "listSignals",
    method: "get",
    path: "/api/v1/signals",
    tag: "Signals",
    summary: "List signals",
    description:
      "Newest first. Repeats of one threat within an hour are one signal with a count; no exception hides any.",
    auth: "apiToken",
    query: signalsQuerySchema,
    queryExamples: [
      { summary: "The worst", query: "severity=critical" },
      { summary: "Of one workload", query: "namespace=shop&workload=api" },
    ],
    answers: {
      200: {
        description: "A page of signals",
        schema: pageOf(signalSchema),
        example: page(SIGNAL),
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getSignal",
    method: "get",
    path: "/api/v1/signals/{id}",
    tag: "Signals",
    summary: "Read one signal",
    description: "With the sample that was kept of it.",
    auth: "apiToken",
    params: { id: { schema: z.string(), description: "The signal's id", example: SIGNAL_ID } },
    answers: { 200: { description: "The signal", schema: signalSchema, example: SIGNAL } },
    problems: ["not_found"],
  },
];
