/** What Lull answers in protocols that are not its own: OTLP, Elasticsearch's bulk requests, osquery's TLS logger. */
import { z } from "zod";

/** An ExportLogsServiceResponse (open-telemetry/opentelemetry-proto, logs_service.proto). */
export const otlpAnswerSchema = z.object({
  partialSuccess: z
    .object({
      rejectedLogRecords: z.string().describe("A number, as digits"),
      errorMessage: z.string(),
    })
    .optional()
    .describe("Absent where everything was taken. What was rejected must not be sent again"),
});
export type OtlpAnswer = z.infer<typeof otlpAnswerSchema>;

/** A google.rpc.Status of which the message alone is said. */
export const otlpErrorSchema = z.object({ message: z.string() });

const bulkItem = z.object({
  _index: z.string(),
  _id: z.string(),
  status: z.int().describe("201, or 400 where the event was rejected"),
  result: z.literal("created").optional(),
  error: z.object({ type: z.string(), reason: z.string() }).optional(),
});
/** The answer to a bulk request: one item for each action, in order. */
export const bulkAnswerSchema = z.object({
  took: z.int().nonnegative().describe("Milliseconds"),
  errors: z.boolean().describe("Whether any event was rejected"),
  items: z.array(
    z.record(z.string(), bulkItem).describe("By action: `create`, `index`, `update` or `delete`"),
  ),
});
export type BulkAnswer = z.infer<typeof bulkAnswerSchema>;

/** What Beats ask before they send. */
export const elasticsearchProductSchema = z.object({
  name: z.string(),
  cluster_name: z.string(),
  cluster_uuid: z.string(),
  version: z.object({
    number: z.string(),
    build_flavor: z.string(),
    minimum_wire_compatibility_version: z.string(),
    minimum_index_compatibility_version: z.string(),
  }),
  tagline: z.string(),
});
export const elasticsearchLicenseSchema = z.object({
  license: z.object({ uid: z.string(), type: z.string(), status: z.string() }),
});
/** What Vector asks before it sends. */
export const elasticsearchHealthSchema = z.object({
  cluster_name: z.string(),
  status: z.literal("green"),
});
const cause = z.object({ type: z.string().describe("The problem's code"), reason: z.string() });
export const elasticsearchErrorSchema = z.object({
  error: cause.extend({ root_cause: z.array(cause) }),
  status: z.int(),
});

export const osqueryEnrolledSchema = z.object({
  node_key: z.string().describe("The node's own key; it dies with the agent key"),
  node_invalid: z.literal(false),
});
export type OsqueryEnrolled = z.infer<typeof osqueryEnrolledSchema>;

export const osqueryLoggedSchema = z.object({ node_invalid: z.literal(false) });
export type OsqueryLogged = z.infer<typeof osqueryLoggedSchema>;

export const osqueryErrorSchema = z.object({
  node_invalid: z.boolean().describe("True: enrol again"),
  error: z.string(),
});
