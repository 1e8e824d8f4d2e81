/** The ledger: reading it, taking it along, and checking it. */
import { z } from "zod";
import {
  auditCheckQuerySchema,
  auditCheckSchema,
  auditQuerySchema,
  CSV_MEDIA_TYPE,
  JSONL_MEDIA_TYPE,
  ledgerStateSchema,
} from "../../schema/audit.ts";
import { ledgerEntrySchema, type LedgerEntry } from "../../schema/ledger.ts";
import { MAX_LEDGER_CHECK } from "../../schema/limits.ts";
import type { Operation } from "./operation.ts";

const ENTRY: LedgerEntry = {
  tenant: "acme",
  seq: 41,
  id: "config:17",
  at: "2026-11-05T09:12:44.120Z",
  actor: { kind: "token", id: "first", name: "API token first" },
  action: "rule.changed",
  subject: { kind: "rule", id: "compiler-in-container" },
  before: { quietPeriod: "24h" },
  after: { quietPeriod: "72h" },
  prev: "sha256:9e5d8e3c6d6cc1cf55a26049399c43dea521b518b5bd77508df430d1c16c850a",
  hash: "sha256:7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
};
const HEAD = { seq: ENTRY.seq, hash: ENTRY.hash };

export const AUDIT_OPERATIONS: readonly Operation[] = [
  {
    id: "listLedger",
    method: "get",
    path: "/api/v1/audit",
    tag: "Audit",
    summary: "List what was decided and what happened",
    description:
      "Newest first. With `format=jsonl` or `format=csv` (or by `Accept`) everything that matches comes as one file, in the order of the chain. A JSONL export without filters but those of numbers is what `verify-ledger` checks offline; a CSV is for people: it cannot be checked.",
    auth: "apiToken",
    query: auditQuerySchema,
    queryExamples: [
      { summary: "Who changed a rule", query: "subject=compiler-in-container&action=rule.changed" },
      {
        summary: "What happened on a day",
        query: "from=2026-11-05T00:00:00Z&to=2026-11-06T00:00:00Z",
      },
    ],
    answers: {
      200: {
        description: "A page of entries",
        schema: z.object({
          items: z.array(ledgerEntrySchema),
          nextCursor: z.string().nullable(),
        }),
        example: { items: [ENTRY], nextCursor: null },
        also: [
          {
            schema: z.string(),
            mediaType: JSONL_MEDIA_TYPE,
            example: `${JSON.stringify(ENTRY)}\n`,
          },
          { schema: z.string(), mediaType: CSV_MEDIA_TYPE },
        ],
      },
    },
    problems: ["invalid_request"],
  },
  {
    id: "getLedgerHead",
    method: "get",
    path: "/api/v1/audit/head",
    tag: "Audit",
    summary: "Read where the ledger stands",
    description:
      "The number and the hash of its last entry. Keep it elsewhere: whoever has it can tell of any later export whether anything up to there was changed.",
    auth: "apiToken",
    answers: {
      200: {
        description: "The head",
        schema: ledgerStateSchema,
        example: { ...HEAD, copied: HEAD.seq },
      },
    },
    problems: [],
  },
  {
    id: "checkLedger",
    method: "get",
    path: "/api/v1/audit/verify",
    tag: "Audit",
    summary: "Check the ledger",
    description: `Looks at the last ${MAX_LEDGER_CHECK} entries, or at as many from \`fromSeq\` on; \`next\` says where to go on. It tells of what was changed in the database; of what was changed by whoever runs the instance an export and an anchor that was kept elsewhere do.`,
    auth: "apiToken",
    query: auditCheckQuerySchema,
    queryExamples: [{ summary: "From its beginning", query: "fromSeq=1" }],
    answers: {
      200: {
        description: "What was found",
        schema: auditCheckSchema,
        example: { intact: true, fault: null, from: 1, to: HEAD.seq, next: null, head: HEAD },
      },
    },
    problems: ["invalid_request"],
  },
];
