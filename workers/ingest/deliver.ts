/**
 * Hands a batch's reports to the actors that own them, each exactly once, and says what became of them.
 * The answer comes after every touched actor has committed.
 */
import { CONTACT_EVERY_MS } from "../../schema/limits.ts";
import type { BatchId, TenantId } from "../../schema/ids.ts";
import { batchId } from "../../schema/ids.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { HostAnswer } from "../../durable/host-actor.ts";
import { sha256 } from "../../durable/identity.ts";
import { errorText } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import type { AgentReport } from "./agent-report.ts";

/** A batch as it is remembered: `id` within the key that sent it, and what it contained. */
export interface BatchRef {
  id: string;
  digest: string;
  /** Whether the client chose the id: then other content may come under the same one. */
  chosen: boolean;
}

export interface Delivered {
  report: AgentReport;
  outcome: HostAnswer["outcome"] | "skipped" | "failed";
  error?: string;
}

const MAX_REMEMBERED = 20_000;
const lastContact = new Map<string, { at: EpochMs; intervalMs: DurationMs | null }>();

export async function deliver(
  env: Env,
  tenant: TenantId,
  batch: BatchRef | null,
  reports: readonly AgentReport[],
  now: EpochMs,
): Promise<Delivered[]> {
  // One actor sees a reused id by itself. Of several, none may apply what another one refuses.
  if (batch?.chosen === true && reports.length > 1 && (await isReused(env, tenant, batch, reports)))
    return reports.map((report) => ({ report, outcome: "conflict" }));
  return Promise.all(
    reports.map(async (report): Promise<Delivered> => {
      if (saysNothingNew(tenant, report, now)) return { report, outcome: "skipped" };
      return deliverReport(env, tenant, batch, report, now);
    }),
  );
}

/** One report, though it may say nothing but that its agent is alive. */
export async function deliverReport(
  env: Env,
  tenant: TenantId,
  batch: BatchRef | null,
  report: AgentReport,
  now: EpochMs,
): Promise<Delivered> {
  try {
    const { counts: _, exceptionHits: __, ...told } = report;
    const { outcome } = await actorOf(env, tenant, report).report({
      ...told,
      tenant,
      batch: batch === null ? null : { id: scoped(batch.id, report), digest: batch.digest },
    });
    if (lastContact.size >= MAX_REMEMBERED) lastContact.clear();
    lastContact.set(contactKey(tenant, report), { at: now, intervalMs: report.contact.intervalMs });
    return { report, outcome };
  } catch (error) {
    return { report, outcome: "failed", error: errorText(error) };
  }
}

async function isReused(
  env: Env,
  tenant: TenantId,
  batch: BatchRef,
  reports: readonly AgentReport[],
): Promise<boolean> {
  const digests = await Promise.allSettled(
    reports.map((report) => actorOf(env, tenant, report).appliedBatch(scoped(batch.id, report))),
  );
  // An actor that cannot answer now will fail to apply, and the client will come back.
  return digests.some(
    (known) => known.status === "fulfilled" && known.value !== null && known.value !== batch.digest,
  );
}

function actorOf(env: Env, tenant: TenantId, report: AgentReport) {
  return env.HOST_ACTOR.getByName(`${tenant}/${report.owner}`);
}

/** Two agents may report to one actor in one batch: each is applied once. Hashed, since all parts are free text. */
function scoped(id: string, report: AgentReport): BatchId {
  return batchId(sha256(`${report.contact.agentId}\0${id}`));
}

function contactKey(tenant: TenantId, report: AgentReport): string {
  return `${tenant}\0${report.owner}\0${report.contact.agentId}`;
}

/** Whether it is a sign of life that the actor has had a moment ago. */
function saysNothingNew(tenant: TenantId, report: AgentReport, now: EpochMs): boolean {
  const { contact, observations, signals, excepted } = report;
  if (observations.length > 0 || signals.length > 0 || excepted !== undefined) return false;
  if (contact.dropped > 0 || contact.beat === true || report.gone !== undefined) return false;
  const last = lastContact.get(contactKey(tenant, report));
  if (last === undefined || last.intervalMs !== contact.intervalMs) return false;
  // Where the next one is due sooner than that, each counts.
  return now - last.at < Math.min(CONTACT_EVERY_MS, contact.intervalMs ?? CONTACT_EVERY_MS);
}
