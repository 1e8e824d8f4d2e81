/** Exceptions from posture rules. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  exceptionCreateSchema,
  exceptionPreviewRequestSchema,
  exceptionPreviewSchema,
  exceptionViewSchema,
} from "../../schema/rules-api.ts";
import { EXCEPTION, EXCEPTION_INPUT, EXCEPTION_PREVIEW } from "./example-rules.ts";
import type { Operation, PathParam } from "./operation.ts";

const shared = { tag: "Exceptions", auth: "apiToken" } as const;
const idParam: PathParam = {
  schema: z.string(),
  description: "The exception's id",
  example: EXCEPTION.id,
};

export const EXCEPTION_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "listExceptions",
    method: "get",
    path: "/api/v1/exceptions",
    summary: "List exceptions",
    description: "Newest first, with what each has hidden. Those that have ended are among them.",
    answers: {
      200: {
        description: "All exceptions",
        schema: pageOf(exceptionViewSchema),
        example: { items: [EXCEPTION], nextCursor: null },
      },
    },
    problems: [],
  },
  {
    ...shared,
    id: "createException",
    method: "post",
    path: "/api/v1/exceptions",
    summary: "Except events from a rule",
    description:
      "Events that meet `when` open and extend no finding of the rule; they are counted as `ignored` and `excepted`. It has a reason and an end, at most a year away. Signals are never hidden.",
    body: {
      schema: exceptionCreateSchema,
      mediaTypes: ["application/json"],
      examples: {
        builder: { summary: "A namespace that builds by design", value: EXCEPTION_INPUT },
      },
    },
    answers: {
      201: { description: "Made, and in force", schema: exceptionViewSchema, example: EXCEPTION },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "bad_expression",
      "body_too_large",
      "too_many_exceptions",
      "exceptions_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "previewException",
    method: "post",
    path: "/api/v1/exceptions/preview",
    summary: "See what an exception would hide",
    description:
      "Judged by the samples that are kept of the rule's open findings. Nothing is stored.",
    body: {
      schema: exceptionPreviewRequestSchema,
      mediaTypes: ["application/json"],
      examples: {
        builder: {
          summary: "Before it is made",
          value: { rule: EXCEPTION_INPUT.rule, when: EXCEPTION_INPUT.when },
        },
      },
    },
    answers: {
      200: {
        description: "What it would hide",
        schema: exceptionPreviewSchema,
        example: EXCEPTION_PREVIEW,
      },
    },
    problems: ["bad_body", "invalid_request", "bad_expression", "body_too_large"],
  },
  {
    ...shared,
    id: "getException",
    method: "get",
    path: "/api/v1/exceptions/{id}",
    summary: "Read one exception",
    description: "With what it has hidden.",
    params: { id: idParam },
    answers: {
      200: { description: "The exception", schema: exceptionViewSchema, example: EXCEPTION },
    },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "deleteException",
    method: "delete",
    path: "/api/v1/exceptions/{id}",
    summary: "Take an exception back",
    description: "What it has hidden is reported again from then on.",
    params: { id: idParam },
    answers: { 204: { description: "Deleted" } },
    problems: ["not_found", "changes_waiting"],
  },
];
