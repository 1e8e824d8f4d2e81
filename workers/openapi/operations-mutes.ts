/** Mutes: of one finding, and of all that a scope is true of. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  muteDetailSchema,
  muteInputSchema,
  mutePreviewInputSchema,
  mutePreviewSchema,
  mutesQuerySchema,
  muteViewSchema,
  scopeMuteInputSchema,
} from "../../schema/mutes-api.ts";
import { FINDING_ID } from "./examples.ts";
import {
  FINDING_MUTE,
  FINDING_MUTE_ENDED,
  FINDING_MUTE_INPUT,
  MUTE_PREVIEW,
  SCOPE_MUTE,
  SCOPE_MUTE_DETAIL,
  SCOPE_MUTE_ENDED,
  SCOPE_MUTE_INPUT,
} from "./example-mutes.ts";
import type { Operation, PathParam } from "./operation.ts";

const shared = { tag: "Mutes", auth: "apiToken" } as const;
const findingParam: PathParam = {
  schema: z.string(),
  description: "The finding's id",
  example: FINDING_ID,
};
const muteParam: PathParam = {
  schema: z.string(),
  description: "The mute's id",
  example: SCOPE_MUTE.id,
};

export const MUTE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "muteFinding",
    method: "post",
    path: "/api/v1/findings/{id}/mute",
    summary: "Mute a finding",
    description:
      "It is counted all the same, and resolves as if it were not muted. A mute that the finding has of its own ends as `replaced`; sent again unchanged, the same mute is answered. Signals are never muted.",
    params: { id: findingParam },
    body: {
      schema: muteInputSchema,
      mediaTypes: ["application/json"],
      examples: { fix: { summary: "Until a fix is rolled out", value: FINDING_MUTE_INPUT } },
    },
    answers: {
      201: { description: "The mute", schema: muteViewSchema, example: FINDING_MUTE },
    },
    problems: ["bad_body", "invalid_request", "not_found", "body_too_large"],
  },
  {
    ...shared,
    id: "unmuteFinding",
    method: "post",
    path: "/api/v1/findings/{id}/unmute",
    summary: "Un-mute a finding",
    description:
      "Ends the mute that the finding has of its own, and answers what happened meanwhile. Sent again, it answers the same. A finding that only a scope hides is un-muted by ending that mute.",
    params: { id: findingParam },
    answers: {
      200: {
        description: "The mute that has ended",
        schema: muteViewSchema,
        example: FINDING_MUTE_ENDED,
      },
    },
    problems: ["not_found", "not_muted", "muted_by_scope"],
  },
  {
    ...shared,
    id: "listMutes",
    method: "get",
    path: "/api/v1/mutes",
    summary: "List mutes",
    description:
      "With what happened while each hid: as the read model knows it, which follows an open finding's repeats at least once an hour. No mute is ever deleted.",
    query: mutesQuerySchema,
    queryExamples: [
      { summary: "What ends next", query: "limit=10" },
      { summary: "What has ended", query: "state=ended" },
    ],
    answers: {
      200: {
        description: "A page of mutes",
        schema: pageOf(muteViewSchema),
        example: { items: [FINDING_MUTE, SCOPE_MUTE], nextCursor: null },
      },
    },
    problems: ["invalid_request"],
  },
  {
    ...shared,
    id: "createMute",
    method: "post",
    path: "/api/v1/mutes",
    summary: "Mute a scope",
    description:
      "Hides every finding that the scope is true of, those that are open and those that open until its end. Sent again unchanged while it is in force, the same mute is answered.",
    body: {
      schema: scopeMuteInputSchema,
      mediaTypes: ["application/json"],
      examples: { builders: { summary: "A namespace that builds", value: SCOPE_MUTE_INPUT } },
    },
    answers: {
      201: {
        description: "Made, and in force",
        schema: muteViewSchema,
        example: SCOPE_MUTE,
      },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "bad_expression",
      "body_too_large",
      "too_many_mutes",
      "mutes_too_large",
      "changes_waiting",
      "mute_waiting",
    ],
  },
  {
    ...shared,
    id: "previewMute",
    method: "post",
    path: "/api/v1/mutes/preview",
    summary: "See what a scope would hide",
    description: "Of the open findings, the newest 5,000. Nothing is stored.",
    body: {
      schema: mutePreviewInputSchema,
      mediaTypes: ["application/json"],
      examples: {
        builders: { summary: "Before it is made", value: { scope: SCOPE_MUTE_INPUT.scope } },
      },
    },
    answers: {
      200: { description: "What it would hide", schema: mutePreviewSchema, example: MUTE_PREVIEW },
    },
    problems: ["bad_body", "invalid_request", "bad_expression", "body_too_large"],
  },
  {
    ...shared,
    id: "getMute",
    method: "get",
    path: "/api/v1/mutes/{id}",
    summary: "Read one mute",
    description: "With what happened meanwhile, and the findings that it hides or has hidden.",
    params: { id: muteParam },
    answers: {
      200: { description: "The mute", schema: muteDetailSchema, example: SCOPE_MUTE_DETAIL },
    },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "endMute",
    method: "post",
    path: "/api/v1/mutes/{id}/end",
    summary: "End a mute",
    description:
      "What it hides is shown again, unless another mute hides it too. Sent again, it answers how it ended.",
    params: { id: muteParam },
    answers: {
      200: {
        description: "The mute, with what happened meanwhile",
        schema: muteViewSchema,
        example: SCOPE_MUTE_ENDED,
      },
    },
    problems: ["not_found"],
  },
];
