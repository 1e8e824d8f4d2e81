/** `/api/v1/audit`: reading the ledger. */
import { z } from "zod";
import { exact, pageShape } from "./api.ts";
import { ledgerFaultSchema, ledgerHeadSchema } from "./ledger.ts";
import { MAX_LEDGER_CHECK } from "./limits.ts";
import { instantInput } from "./rules-api.ts";

export const JSONL_MEDIA_TYPE = "application/jsonl";
export const CSV_MEDIA_TYPE = "text/csv; charset=utf-8";

const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const range = {
  fromSeq: seq.optional().describe("The number of the first entry"),
  toSeq: seq.optional().describe("The number of the last entry"),
};

export const auditQuerySchema = z.strictObject({
  ...pageShape,
  actor: exact.describe("The id of who did it"),
  action: exact.describe("What happened, as `rule.changed`"),
  subject: exact.describe("The id of what it was done to: a rule, a finding, a mute"),
  from: instantInput.optional().describe("Not before this instant"),
  to: instantInput.optional().describe("Before this instant"),
  q: exact.describe("Free text over action, names, reason, and the texts of before and after"),
  ...range,
  format: z
    .enum(["json", "jsonl", "csv"])
    .optional()
    .describe(
      "`jsonl` and `csv`: everything that matches, in the order of the chain, without pages",
    ),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const ledgerStateSchema = ledgerHeadSchema.extend({
  copied: z
    .int()
    .nonnegative()
    .describe("Up to which entry lists and exports have it; behind for less than a second"),
});

export const auditCheckQuerySchema = z.strictObject(range);
export type AuditCheckQuery = z.infer<typeof auditCheckQuerySchema>;

export const auditCheckSchema = z.object({
  intact: z.boolean(),
  fault: ledgerFaultSchema.nullable().describe("The first thing that is wrong"),
  from: z.int().nonnegative().describe("The first entry that was looked at; 0: there is none"),
  to: z.int().nonnegative().describe("The last one"),
  next: z
    .int()
    .positive()
    .nullable()
    .describe(
      `\`fromSeq\` of the check that goes on: one takes ${MAX_LEDGER_CHECK} entries at most`,
    ),
  head: ledgerHeadSchema.describe("Where the chain stands"),
});
export type AuditCheck = z.infer<typeof auditCheckSchema>;
