/** What anyone may ask. */
import { z } from "zod";
import { readySchema } from "../../schema/answers.ts";
import type { Operation } from "./operation.ts";

export const SERVICE_OPERATIONS: readonly Operation[] = [
  {
    id: "getHealth",
    method: "get",
    path: "/healthz",
    tag: "Service",
    summary: "Ask whether it is ready",
    description: "Ready means that the database answers and has its tables.",
    auth: "none",
    answers: { 200: { description: "Ready", schema: readySchema, example: { status: "ok" } } },
    problems: ["not_ready"],
  },
  {
    id: "getOpenApi",
    method: "get",
    path: "/openapi.json",
    tag: "Service",
    summary: "Read this document",
    description:
      "OpenAPI 3.1, made of the schemas by which requests are checked. For people it stands at `/docs/api`.",
    auth: "none",
    answers: {
      200: {
        description: "The document",
        schema: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }),
      },
    },
    problems: [],
  },
];
