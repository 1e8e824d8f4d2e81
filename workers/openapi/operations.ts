/** All operations, in the order in which the reader shows them. */
import { AGENT_ADDRESSES } from "./operations-agents.ts";
import { ELASTICSEARCH_OPERATIONS } from "./operations-elasticsearch.ts";
import { AUDIT_OPERATIONS } from "./operations-audit.ts";
import { COVERAGE_OPERATIONS } from "./operations-coverage.ts";
import { DELIVERY_OPERATIONS } from "./operations-deliveries.ts";
import { ENDPOINT_OPERATIONS } from "./operations-endpoints.ts";
import { EXCEPTION_OPERATIONS } from "./operations-exceptions.ts";
import { CASE_RULE_OPERATIONS } from "./operations-case-rules.ts";
import { CASE_OPERATIONS } from "./operations-cases.ts";
import { CERTIFICATE_OPERATIONS } from "./operations-certificates.ts";
import { FINDING_OPERATIONS } from "./operations-findings.ts";
import { INTAKE_OPERATIONS } from "./operations-intake.ts";
import { KEY_OPERATIONS } from "./operations-keys.ts";
import { MEMBER_OPERATIONS } from "./operations-members.ts";
import { MUTE_OPERATIONS } from "./operations-mutes.ts";
import { OUTCOME_OPERATIONS } from "./operations-outcomes.ts";
import { OSQUERY_OPERATIONS } from "./operations-osquery.ts";
import { OTLP_OPERATIONS } from "./operations-otlp.ts";
import { RESOURCE_OPERATIONS } from "./operations-resources.ts";
import { ROLLUP_OPERATIONS } from "./operations-rollups.ts";
import { RULE_OPERATIONS } from "./operations-rules.ts";
import { RULESET_OPERATIONS } from "./operations-ruleset.ts";
import { SETTINGS_OPERATIONS } from "./operations-settings.ts";
import { SERVICE_OPERATIONS } from "./operations-service.ts";
import { TRACKER_OPERATIONS } from "./operations-trackers.ts";
import type { Operation } from "./operation.ts";

export const OPERATIONS: readonly Operation[] = [
  ...INTAKE_OPERATIONS,
  ...AGENT_ADDRESSES,
  ...OTLP_OPERATIONS,
  ...OSQUERY_OPERATIONS,
  ...ELASTICSEARCH_OPERATIONS,
  ...FINDING_OPERATIONS,
  ...CASE_OPERATIONS,
  ...CASE_RULE_OPERATIONS,
  ...MUTE_OPERATIONS,
  ...ROLLUP_OPERATIONS,
  ...CERTIFICATE_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...COVERAGE_OPERATIONS,
  ...RESOURCE_OPERATIONS,
  ...RULE_OPERATIONS,
  ...RULESET_OPERATIONS,
  ...EXCEPTION_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...DELIVERY_OPERATIONS,
  ...TRACKER_OPERATIONS,
  ...OUTCOME_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...MEMBER_OPERATIONS,
  ...KEY_OPERATIONS,
  ...SERVICE_OPERATIONS,
];
