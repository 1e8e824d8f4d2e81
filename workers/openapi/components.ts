/** The schemas that have a name in the document. What stands in several operations, or is worth a name, is here. */
import type { z } from "zod";
import { keyViewSchema } from "../../schema/api.ts";
import { memberViewSchema } from "../../schema/member.ts";
import {
  customRulePatchSchema,
  customRuleSchema,
  exceptionCreateSchema,
  exceptionPreviewSchema,
  exceptionViewSchema,
  rulePatchSchema,
  ruleChangeViewSchema,
  rulesetViewSchema,
  ruleTestAnswerSchema,
  ruleTestSchema,
  ruleViewSchema,
} from "../../schema/rules-api.ts";
import {
  caseDetailSchema,
  caseInputSchema,
  casePatchSchema,
  caseRecordSchema,
  caseSummarySchema,
  noteSchema,
  proofSchema,
  stepSchema,
  timelineEntrySchema,
} from "../../schema/case.ts";
import { certificateViewSchema } from "../../schema/certificate.ts";
import { ledgerEntrySchema } from "../../schema/ledger.ts";
import { agentViewSchema, hostCoverageSchema } from "../../schema/coverage.ts";
import {
  episodeSchema,
  findingDetailSchema,
  findingSummarySchema,
  gapSchema,
  groupSchema,
  occurrencesSchema,
  resourceSchema,
  sampleSchema,
  signalSchema,
  verificationSchema,
} from "../../schema/finding.ts";
import {
  batchAnswerSchema,
  heartbeatSchema,
  nativeAgentSchema,
  nativeBatchSchema,
  nativeEventSchema,
  rejectionSchema,
} from "../../schema/ingest.ts";
import { outcomeGroupSchema, outcomesAnswerSchema } from "../../schema/outcome.ts";
import {
  fixSchema,
  imageRefSchema,
  rollupDetailSchema,
  rollupImageSchema,
  rollupSummarySchema,
  timelineSchema,
} from "../../schema/rollup.ts";
import { agentEventSchema } from "./intake-parts.ts";
import { findingMuteSchema } from "../../schema/mute.ts";
import {
  muteDetailSchema,
  muteInputSchema,
  mutePreviewSchema,
  muteSummarySchema,
  muteViewSchema,
  scopeMuteInputSchema,
} from "../../schema/mutes-api.ts";
import {
  deliveryDetailSchema,
  deliveryViewSchema,
  endpointDetailSchema,
  endpointInputSchema,
  endpointPatchSchema,
  endpointViewSchema,
} from "../../schema/webhooks.ts";
import { problemSchema } from "../../schema/problem.ts";

type Components = Readonly<Record<string, z.ZodType>>;

/** Parts of requests, as they are sent. */
export const REQUEST_COMPONENTS: Components = {
  NativeBatch: nativeBatchSchema,
  NativeEvent: nativeEventSchema,
  AgentEvent: agentEventSchema,
  Agent: nativeAgentSchema,
  Heartbeat: heartbeatSchema,
  RulePatch: rulePatchSchema,
  CustomRule: customRuleSchema,
  CustomRulePatch: customRulePatchSchema,
  RuleTest: ruleTestSchema,
  NewException: exceptionCreateSchema,
  NewCase: caseInputSchema,
  CasePatch: casePatchSchema,
  NewMute: muteInputSchema,
  NewScopeMute: scopeMuteInputSchema,
  NewEndpoint: endpointInputSchema,
  EndpointPatch: endpointPatchSchema,
};

/** Parts of answers, as they are received. */
export const ANSWER_COMPONENTS: Components = {
  BatchAnswer: batchAnswerSchema,
  Rejection: rejectionSchema,
  FindingSummary: findingSummarySchema,
  Finding: findingDetailSchema,
  Resource: resourceSchema,
  Sample: sampleSchema,
  Verification: verificationSchema,
  Gap: gapSchema,
  Occurrences: occurrencesSchema,
  Episode: episodeSchema,
  Group: groupSchema,
  RollupSummary: rollupSummarySchema,
  Rollup: rollupDetailSchema,
  RollupImage: rollupImageSchema,
  Timeline: timelineSchema,
  Fix: fixSchema,
  ImageRef: imageRefSchema,
  Certificate: certificateViewSchema,
  LedgerEntry: ledgerEntrySchema,
  HostCoverage: hostCoverageSchema,
  AgentCoverage: agentViewSchema,
  CaseSummary: caseSummarySchema,
  Case: caseDetailSchema,
  CaseProof: proofSchema,
  CaseNote: noteSchema,
  CaseStep: stepSchema,
  CaseRecord: caseRecordSchema,
  TimelineEntry: timelineEntrySchema,
  Signal: signalSchema,
  Rule: ruleViewSchema,
  RuleTestAnswer: ruleTestAnswerSchema,
  Ruleset: rulesetViewSchema,
  RuleChange: ruleChangeViewSchema,
  Exception: exceptionViewSchema,
  ExceptionPreview: exceptionPreviewSchema,
  FindingMute: findingMuteSchema,
  MuteSummary: muteViewSchema,
  Mute: muteDetailSchema,
  MuteMeanwhile: muteSummarySchema,
  MutePreview: mutePreviewSchema,
  EndpointSummary: endpointViewSchema,
  Endpoint: endpointDetailSchema,
  DeliverySummary: deliveryViewSchema,
  Delivery: deliveryDetailSchema,
  OutcomeGroup: outcomeGroupSchema,
  Outcomes: outcomesAnswerSchema,
  Member: memberViewSchema,
  Key: keyViewSchema,
  Problem: problemSchema,
};
