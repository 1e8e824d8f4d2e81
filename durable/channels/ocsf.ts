/**
 * OCSF 1.3: a finding is a Compliance Finding (2003), a signal a Detection Finding (2004); what OCSF has no class for
 * is a Base Event (0), with the data as `unmapped`. Field names and ids are the schema's own (schema.ocsf.io).
 */
import { PAYLOAD_VERSION } from "../../schema/webhooks.ts";
import type { FindingSummary, ResourceView, SignalView } from "../../schema/finding.ts";
import type { Happening, HappeningType } from "../../schema/happening.ts";
import type { Severity } from "../../schema/rule.ts";
import type { Channel, ChannelContext } from "./channel.ts";
import { signedCall } from "./signed.ts";

const FINDINGS = 2;
const COMPLIANCE_FINDING = 2_003;
const DETECTION_FINDING = 2_004;

const SEVERITIES: Readonly<Record<Severity, { id: number; name: string }>> = {
  info: { id: 1, name: "Informational" },
  low: { id: 2, name: "Low" },
  medium: { id: 3, name: "Medium" },
  high: { id: 4, name: "High" },
  critical: { id: 5, name: "Critical" },
};

const CREATE = { activity_id: 1, activity_name: "Create" };
const UPDATE = { activity_id: 2, activity_name: "Update" };
const CLOSE = { activity_id: 3, activity_name: "Close" };

const NEW = { status_id: 1, status: "New" };
const SUPPRESSED = { status_id: 3, status: "Suppressed" };
const RESOLVED = { status_id: 4, status: "Resolved" };

export const ocsf: Channel = {
  build(happening, context) {
    const { finding, signal } = happening.data;
    const event =
      finding !== undefined
        ? complianceFinding(happening, finding, context)
        : signal !== undefined
          ? detectionFinding(happening, signal, context)
          : baseEvent(happening, context);
    return signedCall(context, "application/json", JSON.stringify(event));
  },
};

function complianceFinding(
  happening: Happening,
  finding: FindingSummary,
  context: ChannelContext,
): object {
  const activity = activityOf(happening.type);
  const resolved = finding.status === "resolved";
  // A silence that nobody has proven has passed nothing.
  const compliance = !resolved
    ? { status_id: 3, status: "Fail" }
    : finding.resolution === "quiet"
      ? { status_id: 1, status: "Pass" }
      : { status_id: 2, status: "Warning" };
  return {
    ...base(happening, context, COMPLIANCE_FINDING, activity.activity_id),
    ...activity,
    ...(resolved ? RESOLVED : finding.muted ? SUPPRESSED : NEW),
    ...severityOf(finding.severity),
    message: finding.headline,
    count: finding.count,
    start_time: Date.parse(finding.firstSeenAt),
    end_time: Date.parse(finding.lastSeenAt),
    finding_info: findingInfo(finding),
    compliance: {
      control: finding.rule,
      standards: ["Lull"],
      ...compliance,
      ...(finding.resolution === null ? {} : { status_detail: finding.resolution }),
    },
    resources: [resource(finding.resource)],
    unmapped: unmappedOf(happening),
  };
}

function detectionFinding(
  happening: Happening,
  signal: SignalView,
  context: ChannelContext,
): object {
  const { process, user } = signal.sample;
  return {
    ...base(happening, context, DETECTION_FINDING, CREATE.activity_id),
    ...CREATE,
    ...NEW,
    ...severityOf(signal.severity),
    is_alert: true,
    message: signal.headline,
    count: signal.count,
    start_time: Date.parse(signal.firstSeenAt),
    end_time: Date.parse(signal.lastSeenAt),
    finding_info: findingInfo(signal),
    resources: [resource(signal.resource)],
    evidences: [
      {
        ...(process === undefined
          ? {}
          : {
              process: {
                name: process.name,
                pid: process.pid,
                cmd_line: [process.exe ?? process.name ?? "", ...(process.args ?? [])].join(" "),
                ...(user?.name === undefined ? {} : { user: { name: user.name } }),
              },
            }),
        data: signal.sample,
      },
    ],
    unmapped: unmappedOf(happening),
  };
}

function baseEvent(happening: Happening, context: ChannelContext): object {
  return {
    ...base(happening, context, 0, 99),
    activity_id: 99,
    activity_name: happening.type,
    ...severityOf(happening.scope.severity ?? "info"),
    message: happening.type,
    unmapped: unmappedOf(happening),
  };
}

function base(
  { type, at }: Happening,
  { id, tenant }: ChannelContext,
  uid: number,
  activity: number,
) {
  return {
    category_uid: uid === 0 ? 0 : FINDINGS,
    category_name: uid === 0 ? "Uncategorized" : "Findings",
    class_uid: uid,
    type_uid: uid * 100 + activity,
    time: at,
    metadata: {
      version: "1.3.0",
      log_version: String(PAYLOAD_VERSION),
      uid: id,
      event_code: type,
      tenant_uid: tenant,
      product: { name: "Lull", vendor_name: "Lull" },
    },
  };
}

function activityOf(type: HappeningType) {
  if (type === "finding.opened") return CREATE;
  return type === "finding.resolved" ? CLOSE : UPDATE;
}

function severityOf(severity: Severity) {
  const { id, name } = SEVERITIES[severity];
  return { severity_id: id, severity: name };
}

function findingInfo({
  id,
  rule,
  title,
  headline,
  firstSeenAt,
  lastSeenAt,
}: FindingSummary | SignalView) {
  return {
    uid: id,
    title,
    desc: headline,
    types: [rule],
    first_seen_time: Date.parse(firstSeenAt),
    last_seen_time: Date.parse(lastSeenAt),
    analytic: { uid: rule, name: title, type_id: 1, type: "Rule" },
  };
}

function resource({ id, name, type, namespace, cluster }: ResourceView) {
  return {
    uid: id,
    name,
    type,
    ...(namespace === null ? {} : { namespace }),
    ...(cluster === null ? {} : { group: { name: cluster } }),
  };
}

/** What OCSF has no field for. */
function unmappedOf({ data, ledger }: Happening): object {
  return ledger === undefined ? data : { ...data, ledger };
}
