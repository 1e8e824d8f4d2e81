/**
 * What happened, as endpoints are told of it. A happening is made where it is decided and handed on until every
 * sink has it; its id is the same however often it is handed on.
 */
import { z } from "zod";
import { CASE_NEWS, caseSummarySchema, noteSchema, proofSchema, regressionSchema } from "./case.ts";
import { agentViewSchema } from "./coverage.ts";
import { findingSummarySchema, signalSchema } from "./finding.ts";
import { muteViewSchema } from "./mutes-api.ts";
import type { LedgerHead } from "./ledger.ts";
import type { Severity } from "./rule.ts";
import type { EpochMs } from "./time.ts";

/** All types, in the order in which the documentation shows them. */
export const HAPPENING_TYPES = [
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
  "finding.resolved",
  "finding.unverified",
  "finding.muted",
  "finding.unmuted",
  "signal.raised",
  "agent.silent",
  "agent.recovered",
  "mute.expiring",
  ...CASE_NEWS,
  "endpoint.disabled",
  "endpoint.test",
] as const;
export type HappeningType = (typeof HAPPENING_TYPES)[number];

/** An agent with the host that it watches. */
export const happeningAgentSchema = agentViewSchema.extend({
  host: z.string().describe("What people call its host"),
});

/** An endpoint as other endpoints hear of it: without its address, which may hold a secret. */
export const happeningEndpointSchema = z.object({
  id: z.string(),
  description: z.string().nullable(),
  host: z.string().describe("The host of its address"),
  reason: z.string().nullable().describe("Why it was disabled"),
});

/** A certificate, to be known again by whoever keeps its hash. */
export const toldCertificateSchema = z.object({
  finding: z.string(),
  episode: z.int(),
  certificate: z.string().describe("Where it is"),
  sha256: z.string().nullable().describe("Of the JWS, in hex; null: it is not signed yet"),
});

/**
 * Each part is there where the happening is about it, as the API shows it. `findings` and `proof` of a case are as they
 * are when it is told.
 */
export const happeningDataSchema = z.object({
  finding: findingSummarySchema.optional(),
  signal: signalSchema.optional(),
  agent: happeningAgentSchema.optional(),
  mute: muteViewSchema.optional(),
  case: caseSummarySchema.optional(),
  findings: z
    .array(findingSummarySchema)
    .optional()
    .describe("What is linked to the case, the twenty that were linked last, the newest first"),
  proof: proofSchema.optional(),
  certificates: z
    .array(toldCertificateSchema)
    .optional()
    .describe("Of a case that quiet has verified: what proves it, of at most twenty findings"),
  evidence: regressionSchema.optional(),
  note: noteSchema.optional(),
  endpoint: happeningEndpointSchema.optional(),
});
export type HappeningData = z.infer<typeof happeningDataSchema>;

/**
 * What filters read. Absent: it has no such attribute, and a filter on that lets it through. Null: it might have
 * one, and has none.
 */
export interface HappeningScope {
  rule?: string;
  severity?: Severity;
  namespace?: string | null;
  workload?: string | null;
  service?: string | null;
  host?: string | null;
  cluster?: string | null;
}

export interface Happening {
  /** Of the occurrence: the same however often it is told. */
  id: string;
  type: HappeningType;
  /** When it happened. */
  at: EpochMs;
  /** What it is about: those of one key are delivered in order. */
  key: string;
  data: HappeningData;
  scope: HappeningScope;
  /** The endpoint whose tracker it comes of: that one need not be told what it has said. */
  origin?: string;
  /** Where the tenant's ledger stood when it was first told; absent: that was not known. */
  ledger?: LedgerHead;
}
