/** Rules and exceptions for the examples, written by hand. They play at EXAMPLES_AT. */
import type {
  ExceptionPreview,
  ExceptionView,
  RuleChangeView,
  RulesetView,
  RuleTestAnswer,
  RuleView,
} from "../../schema/rules-api.ts";
import { FINDING_ID, SUMMARY } from "./examples.ts";

export const CUSTOM_RULE_INPUT = {
  id: "crontab-changed-in-container",
  title: "Crontab changed in a container",
  class: "posture",
  severity: "medium",
  rises: [{ resources: 5, severity: "high" }],
  scope: ["container"],
  quietPeriod: "7d",
  quietPeriodReason: "Crontabs are changed by weekly jobs at the latest.",
  phrase: "{process} changed {file}",
  matchers: [
    {
      on: "event",
      kind: "file",
      actions: ["write", "create", "rename"],
      paths: ["/etc/cron", "/var/spool/cron"],
      when: 'k8s.namespace != "kube-system"',
    },
  ],
  why: "What cron starts nobody sees start.",
  remediation: "Run the job as a CronJob of the cluster.",
  tags: ["persistence"],
};

export const CUSTOM_RULE: RuleView = {
  id: "crontab-changed-in-container",
  title: "Crontab changed in a container",
  class: "posture",
  severity: "medium",
  rises: [{ resources: 5, severity: "high" }],
  scope: ["container"],
  enabled: true,
  builtIn: false,
  quietPeriod: "7d",
  quietPeriodReason: CUSTOM_RULE_INPUT.quietPeriodReason,
  phrase: CUSTOM_RULE_INPUT.phrase,
  why: CUSTOM_RULE_INPUT.why,
  good: "",
  remediation: CUSTOM_RULE_INPUT.remediation,
  references: [],
  tags: CUSTOM_RULE_INPUT.tags,
  matchers: CUSTOM_RULE_INPUT.matchers,
  overrides: null,
};

export const RULE_TEST: RuleTestAnswer = {
  against: "events",
  tested: 1,
  matched: 1,
  results: [
    {
      index: 0,
      matches: true,
      reason: null,
      at: "2026-11-24T09:59:58.120Z",
      subject: "gcc ran",
      resource: "container:4f1c9a7be20d",
      source: null,
    },
  ],
  findings: [{ id: FINDING_ID, resource: "container:4f1c9a7be20d", count: 1, state: "open" }],
  signals: 0,
};

export const RULESET: RulesetView = {
  version: 12,
  hash: "sha256:8a1f0c3b5d7e92460b1c3d5e7f90a2b4c6d8eaf0123456789abcdef012345678",
  rules: 97,
  enabled: 96,
  custom: 1,
  exceptions: 1,
};

export const RULE_CHANGE: RuleChangeView = {
  version: 12,
  at: "2026-11-23T14:02:00.000Z",
  by: "ci",
  action: "rule.changed",
  subject: "compiler-in-container",
  detail: { quietPeriod: "12h" },
  hash: RULESET.hash,
};

export const EXCEPTION_INPUT = {
  rule: "compiler-in-container",
  when: 'k8s.namespace == "builders"',
  reason: "Builders compile; they are rebuilt each night.",
  until: "2027-03-01T00:00:00Z",
};

export const EXCEPTION: ExceptionView = {
  id: "2b7f90c4d1e8a36f5b0c",
  ...EXCEPTION_INPUT,
  ruleTitle: "Compiler run in a container",
  createdBy: "ci",
  createdAt: "2026-11-24T09:40:00.000Z",
  until: "2027-03-01T00:00:00.000Z",
  state: "active",
  hits: 3,
  lastHitAt: "2026-11-24T09:58:00.000Z",
};

export const EXCEPTION_PREVIEW: ExceptionPreview = {
  findings: 1,
  partly: 0,
  workloads: 1,
  tested: 4,
  examples: [{ id: FINDING_ID, headline: SUMMARY.headline, resource: "container:4f1c9a7be20d" }],
};
