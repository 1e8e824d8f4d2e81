/** What the ledger says of findings, as a host's outbox tells of them. Pure. */
import { SYSTEM, type Doer } from "../../schema/ledger.ts";
import { formatInstant } from "../../schema/time.ts";
import type { LedgerInput } from "./ledger.ts";
import type { Finding, OutboxMessage } from "./model.ts";

type FindingMessage = Extract<OutboxMessage, { finding: Finding }>;

/** An episode begins and ends once, whoever owns the finding then; the others may come again. */
const ONCE: ReadonlySet<FindingMessage["type"]> = new Set([
  "finding.opened",
  "finding.reopened",
  "finding.resolved",
]);

/** In their order. Signals are no decisions and change no state; that a finding has moved is between its owners. */
export function entriesOf(messages: readonly OutboxMessage[]): LedgerInput[] {
  return messages
    .filter((message): message is FindingMessage => "finding" in message)
    .filter(({ type }) => type !== "finding.moved")
    .map(entryOf);
}

function entryOf(message: FindingMessage): LedgerInput {
  const { type, at, finding } = message;
  const { id, episode, version, fixed } = finding;
  return {
    id: `fnd:${id}:${ONCE.has(type) ? episode : `v${version}`}:${type}`,
    at,
    actor: doerOf(message),
    action: type,
    subject: { kind: "finding", id },
    after: stateOf(finding),
    reason: type === "finding.fixed" ? fixed?.note : undefined,
  };
}

/** Somebody's word is theirs; what opens a finding is what its one agent has seen; the rest follows. */
function doerOf({ type, finding, doer }: FindingMessage): Doer {
  const { fixed, reporters } = finding;
  if (type === "finding.fixed" && fixed !== undefined)
    return fixed.doer ?? { ...SYSTEM, name: fixed.by };
  if (type === "finding.unfixed") return doer ?? SYSTEM;
  const [agent] = reporters;
  const isSeen = type === "finding.opened" || type === "finding.reopened";
  return isSeen && agent !== undefined && reporters.length === 1
    ? { kind: "agent", id: agent, name: agent }
    : SYSTEM;
}

function stateOf(finding: Finding): Record<string, unknown> {
  const { status, ruleId: rule, resourceId: resource, title, severity, episode, count } = finding;
  const { resolvedAt, resolution, regressed } = finding;
  return {
    status,
    rule,
    title,
    resource,
    severity,
    episode,
    count,
    openedAt: formatInstant(finding.firstSeenAt),
    lastSeenAt: formatInstant(finding.lastSeenAt),
    ...(resolvedAt === null ? {} : { resolvedAt: formatInstant(resolvedAt), resolution }),
    ...(regressed === undefined ? {} : { regressedAt: formatInstant(regressed.at) }),
    verification: finding.unverified ? "unverified" : "watching",
  };
}
