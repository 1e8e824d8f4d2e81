/** Answers of the API that belong to no subject of their own: pages, secrets, and what intake and service say. */
import { z } from "zod";
import { keyViewSchema, tokenViewSchema } from "./api.ts";

/** A page of a list. Lists that are always whole have no next one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe("For `cursor`; null on the last page"),
  });

/** `POST /api/v1/keys`. */
export const agentKeyCreatedSchema = keyViewSchema.extend({
  key: z.string().describe("The agent key. It is shown this once."),
});
export type AgentKeyCreated = z.infer<typeof agentKeyCreatedSchema>;

/** `POST /api/v1/tokens`. */
export const apiTokenCreatedSchema = tokenViewSchema.extend({
  token: z.string().describe("The API token. It is shown this once."),
});
export type ApiTokenCreated = z.infer<typeof apiTokenCreatedSchema>;

/** `POST /v1/heartbeats`. */
export const heartbeatAnswerSchema = z.object({
  host: z.string().describe("The id of the host that it was counted for"),
  findings: z.int().nonnegative().describe("Findings that its facts opened or extended"),
});
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

/** `POST /api/v1/resources/{id}/gone`. */
export const resourceGoneSchema = z.object({
  resource: z.string().describe("The resource's id"),
  findings: z
    .int()
    .nonnegative()
    .describe(
      "Open findings that ended as `resource_gone`; one just opened may follow in a moment",
    ),
});
export type ResourceGone = z.infer<typeof resourceGoneSchema>;

/** `GET /healthz`. */
export const readySchema = z.object({ status: z.literal("ok") });
export type Ready = z.infer<typeof readySchema>;
