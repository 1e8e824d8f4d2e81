/** Cases: the human work on findings, as the API takes and shows it. */
import { z } from "zod";
import { exact, listOf, pageShape } from "./api.ts";
import {
  episodeSchema,
  type FindingSummary,
  findingSummarySchema,
  RESOLUTIONS,
  sampleSchema,
  signalSchema,
} from "./finding.ts";
import {
  MAX_CASE_FINDINGS,
  MAX_CASE_LABELS,
  MAX_CASE_TEXT_CHARS,
  MAX_CASE_TITLE_CHARS,
  MAX_CHECKLIST,
  MAX_CHECKLIST_CHARS,
  MAX_MUTE_NOTE_CHARS,
} from "./limits.ts";
import { ledgerEntrySchema } from "./ledger.ts";
import { instantInput, line } from "./rules-api.ts";

/** `fixed` is a claim, which quiet verifies. */
export const CASE_STATUSES = ["open", "in_progress", "fixed", "closed"] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

export const CASE_PRIORITIES = ["P1", "P2", "P3", "P4", "P5"] as const;
export type CasePriority = (typeof CASE_PRIORITIES)[number];

/** Why people close a case. `unproven`: said to be fixed, and it will not be shown. */
const PEOPLES_REASONS = [
  "risk_accepted",
  "false_positive",
  "duplicate",
  "no_fix",
  "unproven",
  "other",
] as const;
/** `verified` is what quiet alone says. */
export const CASE_REASONS = ["verified", ...PEOPLES_REASONS] as const;
export type CaseReason = (typeof CASE_REASONS)[number];

/** What people do with a case; durable/domain/case.ts says when. */
export const CASE_ACTIONS = [
  "start",
  "stop",
  "mark_fixed",
  "take_back",
  "close",
  "reopen",
  "assign",
  "edit",
  "link",
  "unlink",
  "note",
  "check",
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** What stands in a case's timeline. */
export const TIMELINE_KINDS = [
  "case.created",
  "case.started",
  "case.stopped",
  "case.fixed",
  "case.fix_taken_back",
  "case.regressed",
  "case.verified",
  "case.closed",
  "case.reopened",
  "case.assigned",
  "case.edited",
  "finding.linked",
  "finding.unlinked",
  "signal.linked",
  "signal.unlinked",
  "note.added",
  "note.edited",
  "checklist.added",
  "checklist.changed",
  "checklist.removed",
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
  "finding.resolved",
  "finding.unverified",
  "finding.watched",
  "ticket.created",
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** What endpoints are told of a case. */
export const CASE_NEWS = [
  "case.created",
  "case.updated",
  "case.note_added",
  "case.fixed",
  "case.regressed",
  "case.closed",
  "case.reopened",
] as const;
export type CaseNews = (typeof CASE_NEWS)[number];

const instant = z.iso.datetime().describe("RFC 3339 in UTC");
const count = z.int().nonnegative();
const by = z.string().nullable().describe("Null: Lull itself");

const claimSchema = z.object({ at: instant, by });

export const caseSummarySchema = z.object({
  id: z.string().describe("`LULL-42`: a number without gaps"),
  version: z.int().positive().describe("Grows with every change; the ETag"),
  status: z.enum(CASE_STATUSES),
  title: z.string(),
  priority: z.enum(CASE_PRIORITIES),
  assignee: z.string().nullable().describe("A member's id"),
  team: z.string().nullable(),
  dueAt: instant.nullable(),
  overdue: z.boolean().describe("Past its due date, and not closed"),
  labels: z.array(z.string()),
  rollup: z
    .string()
    .nullable()
    .describe("The roll-up whose findings link themselves while the case is not closed"),
  automation: z.string().nullable().describe("The automation rule that has made it"),
  fixed: claimSchema.nullable().describe("Who said that it is fixed"),
  regressedAt: instant
    .nullable()
    .describe("The latest event that disproved the word that it was fixed"),
  closeReason: z.enum(CASE_REASONS).nullable(),
  closedAt: instant.nullable(),
  closedBy: by,
  findings: z.object({ total: count, open: count }),
  signals: count,
  createdAt: instant,
  createdBy: by,
  updatedAt: instant,
});
export type CaseSummary = z.infer<typeof caseSummarySchema>;

export const noteSchema = z.object({
  id: z.string(),
  body: z.string().describe("Markdown"),
  author: z.string(),
  createdAt: instant,
  editedAt: instant.nullable(),
});
export type NoteView = z.infer<typeof noteSchema>;

export const stepSchema = z.object({
  id: z.string(),
  text: z.string(),
  done: z.boolean(),
  doneBy: z.string().nullable(),
  doneAt: instant.nullable(),
});
export type StepView = z.infer<typeof stepSchema>;

/** Of one finding: what is known of the word that it is fixed. */
export const PROOF_STATES = ["watching", "quiet", "unproven", "regressed"] as const;
export type ProofState = (typeof PROOF_STATES)[number];

export const proofSchema = z.object({
  state: z
    .enum(["not_claimed", "watching", "unproven", "verified", "regressed"])
    .describe(
      "`watching`: a finding is still open; `unproven`: all have ended, and quiet is not shown for each",
    ),
  findings: z.array(
    z.object({
      finding: z.string(),
      state: z.enum(PROOF_STATES),
      resolution: z.enum(RESOLUTIONS).nullable(),
      certificate: z.string().nullable().describe("Where the certificate of its last episode is"),
    }),
  ),
});
export type CaseProof = z.infer<typeof proofSchema>;

/** The event that has disproved that a case was fixed. */
export const regressionSchema = z.object({
  finding: z.string(),
  episode: z.int(),
  eventAt: instant,
  headline: z.string().nullable(),
  sample: sampleSchema.nullable().describe("The latest event that is kept"),
});
export type CaseRegression = z.infer<typeof regressionSchema>;

/** A ticket of a case in a tracker. */
export const caseTicketSchema = z.object({
  endpoint: z.string().describe("The endpoint whose ticket it is"),
  format: z.string(),
  key: z.string().describe("What people call it, such as `SEC-12`"),
  url: z.string(),
  state: z.enum(["open", "in_progress", "done"]).describe("As Lull knows it"),
  createdAt: instant,
  updatedAt: instant,
});
export type CaseTicket = z.infer<typeof caseTicketSchema>;

export const caseDetailSchema = caseSummarySchema.extend({
  description: z.string().describe("Markdown"),
  actions: z.array(z.enum(CASE_ACTIONS)).describe("What may be done with it as it stands"),
  proof: proofSchema.describe("How far the word that it is fixed has been verified"),
  checklist: z.array(stepSchema),
  notes: z.array(noteSchema).describe("Oldest first"),
  linkedFindings: z.array(findingSummarySchema),
  linkedSignals: z.array(signalSchema),
  tickets: z.array(caseTicketSchema).describe("The oldest first"),
});
export type CaseDetail = z.infer<typeof caseDetailSchema>;

export const timelineEntrySchema = z.object({
  id: z.string(),
  at: instant,
  by,
  kind: z.enum(TIMELINE_KINDS),
  data: z.record(z.string(), z.unknown()).describe("What happened; of a change, before and after"),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

const title = line(MAX_CASE_TITLE_CHARS);
const markdown = z.string().max(MAX_CASE_TEXT_CHARS).describe("Markdown");
const labels = z
  .array(line(64))
  .max(MAX_CASE_LABELS)
  .transform((given) => [...new Set(given)]);
const person = line(100);
const findingIds = z.array(z.string().max(64)).max(MAX_CASE_FINDINGS);

const editable = {
  title,
  description: markdown,
  priority: z.enum(CASE_PRIORITIES),
  assignee: person.nullable().describe("A member's id; null: nobody"),
  team: person.nullable(),
  dueAt: instantInput.nullable().describe("RFC 3339; null: none"),
  labels,
};

/** `POST /api/v1/cases`. */
export const caseInputSchema = z.strictObject({
  ...z.object(editable).partial().shape,
  title: title.optional().describe("Absent: what the findings are about"),
  findings: findingIds.optional(),
  signals: findingIds.optional(),
  rollup: z
    .string()
    .max(8_192)
    .optional()
    .describe("A roll-up's id: all its open findings, and those that open later"),
  checklist: z.array(line(MAX_CHECKLIST_CHARS)).max(MAX_CHECKLIST).optional(),
});
export type CaseInput = z.infer<typeof caseInputSchema>;

/** `PATCH /api/v1/cases/{id}`. */
export const casePatchSchema = z
  .strictObject({
    ...z.object(editable).partial().shape,
    status: z.enum(CASE_STATUSES).optional(),
    closeReason: z
      .enum(PEOPLES_REASONS)
      .optional()
      .describe("With `status: closed`, and only then"),
    until: instantInput
      .optional()
      .describe("Of `risk_accepted` and `false_positive`: until when its findings are muted"),
    note: line(MAX_MUTE_NOTE_CHARS).optional().describe("Why, for whoever wonders later"),
  })
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field");
export type CasePatch = z.infer<typeof casePatchSchema>;

/** `POST /api/v1/cases/{id}/findings`. */
export const caseLinkSchema = z
  .strictObject({ findings: findingIds.default([]), signals: findingIds.default([]) })
  .refine(({ findings, signals }) => findings.length + signals.length > 0, "name at least one");
export type CaseLink = z.infer<typeof caseLinkSchema>;

/** `POST /api/v1/cases/{id}/notes`, and `PATCH …/notes/{note}`. */
export const noteInputSchema = z.strictObject({
  body: z.string().trim().min(1).max(MAX_CASE_TEXT_CHARS).describe("Markdown"),
});

/** `POST /api/v1/cases/{id}/tickets`. */
export const ticketInputSchema = z.strictObject({
  endpoint: z.string().max(64).describe("The id of an endpoint that is a tracker"),
});

export const stepInputSchema = z.strictObject({ text: line(MAX_CHECKLIST_CHARS) });
export const stepPatchSchema = z
  .strictObject({ text: line(MAX_CHECKLIST_CHARS).optional(), done: z.boolean().optional() })
  .refine((patch) => Object.keys(patch).length > 0, "name text or done");
export type StepPatch = z.infer<typeof stepPatchSchema>;

export const CASE_SORTS = ["created", "updated", "priority", "due"] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

export const casesQuerySchema = z.strictObject({
  ...pageShape,
  status: listOf(CASE_STATUSES),
  priority: listOf(CASE_PRIORITIES),
  assignee: exact.describe("A member's id; `none`: nobody"),
  team: exact.describe("Name of the team"),
  label: exact.describe("One of its labels"),
  overdue: z.enum(["true"]).optional().describe("Past its due date, and not closed"),
  q: exact.describe("Free text over id, title and description"),
  sort: z
    .enum(CASE_SORTS)
    .default("created")
    .describe(
      "`created` and `updated`: the newest first; `priority`: P1 first, of equal ones the oldest; `due`: the soonest first, of those that have a due date",
    ),
});
export type CasesQuery = z.infer<typeof casesQuerySchema>;

/** What a case would be that is made of some findings or signals. */
export interface CaseDraft {
  title: string;
  priority: CasePriority;
  team: string | null;
  checklist: string[];
  findings: FindingSummary[];
  signals: string[];
  /** Findings that are in another case, which is not closed: they stay there. */
  taken: FindingSummary[];
}

/** Of cases that are not closed. */
export interface CaseCounts {
  open: number;
  in_progress: number;
  fixed: number;
  overdue: number;
  /** Of whoever asks. */
  own: number;
}

/** `If-Match`: the ETag that the caller has seen, or `*` for whatever it is now. */
export const ifMatchSchema = z.object({
  "If-Match": z.string().describe('The ETag that you have seen, such as `"7"`; `*`: any'),
});
export const caseCreateHeadersSchema = z.object({
  "Idempotency-Key": z
    .string()
    .optional()
    .describe("Sent again with the same content, the same case is answered"),
});

/** `GET /api/v1/cases/{id}/record`. */
export const caseRecordSchema = z.object({
  exportedAt: instant,
  case: caseDetailSchema,
  timeline: z.array(timelineEntrySchema),
  episodes: z.array(episodeSchema.extend({ finding: z.string() })),
  certificates: z.array(
    z.object({
      finding: z.string(),
      episode: z.int(),
      file: z.string(),
      jws: z.string().describe("Checked offline by `verify-certificate`"),
    }),
  ),
  ledger: z
    .array(ledgerEntrySchema)
    .describe(
      "What the ledger says of the case, in the order of the chain; it may be seconds behind",
    ),
});
export type CaseRecord = z.infer<typeof caseRecordSchema>;
