/** Resources that findings are about: what the API lists. */
import { z } from "zod";
import { findingsQuerySchema, pageShape } from "./api.ts";
import { resourceSchema } from "./finding.ts";

const count = z.int().nonnegative();

export const resourceSummarySchema = resourceSchema.extend({
  findings: z.object({
    open: count,
    unverified: count.describe("Of the open ones, those that nobody is watching"),
    resolved: count,
  }),
  lastSeenAt: z.iso.datetime().describe("The newest event of any of its findings; RFC 3339 in UTC"),
});
export type ResourceSummary = z.infer<typeof resourceSummarySchema>;

const { host, namespace, workload, q } = findingsQuerySchema.shape;

export const resourcesQuerySchema = z.strictObject({ host, namespace, workload, q, ...pageShape });
export type ResourcesQuery = z.infer<typeof resourcesQuerySchema>;
