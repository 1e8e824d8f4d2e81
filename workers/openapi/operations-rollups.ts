/** Roll-ups: findings of a rule in a workload. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import { rollupsQuerySchema } from "../../schema/api.ts";
import { rollupDetailSchema, rollupSummarySchema } from "../../schema/rollup.ts";
import { ROLLUP, ROLLUP_DETAIL, ROLLUP_ID } from "./examples.ts";
import type { Operation } from "./operation.ts";

export const ROLLUP_OPERATIONS: readonly Operation[] = [
  {
    id: "listRollups",
    method: "get",
    path: "/api/v1/rollups",
    tag: "Roll-ups",
    summary: "List roll-ups",
    description:
      "Those with the worst severity first. A roll-up is `open` while a finding of it is; `quiet` when all have ended, one of them was seen to be quiet under watch after the newest event of all, and no container of the workload has emitted within the longest quiet period in force; else `ended`, with the reasons counted. Read from findings: containers without any are not known.",
    auth: "apiToken",
    query: rollupsQuerySchema,
    queryExamples: [
      { summary: "What is open", query: "status=open" },
      { summary: "Of one workload", query: "namespace=shop&workload=api" },
      { summary: "What has ended without proof", query: "status=ended&limit=20" },
    ],
    answers: {
      200: {
        description: "A page of roll-ups",
        schema: pageOf(rollupSummarySchema),
        example: { items: [ROLLUP], nextCursor: null },
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getRollup",
    method: "get",
    path: "/api/v1/rollups/{id}",
    tag: "Roll-ups",
    summary: "Read one roll-up",
    description:
      "With the images of the workload, the newest of its findings, what happened when in the newest 12 of them, and once it has ended `fix`: the digest that did it, the newer one that does not, and whether that is proven.",
    auth: "apiToken",
    params: {
      id: {
        schema: z.string(),
        description: "The roll-up's id",
        example: ROLLUP_ID,
      },
    },
    answers: {
      200: { description: "The roll-up", schema: rollupDetailSchema, example: ROLLUP_DETAIL },
    },
    problems: ["not_found"],
  },
];
