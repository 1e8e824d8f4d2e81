/** Counts what became of a batch, or of a request that was refused whole. */
import type { Context } from "hono";
import type { App } from "../auth/authenticate.ts";
import type { Coalesced } from "../ingest/coalesce.ts";
import type { Delivered } from "../ingest/deliver.ts";
import { BUFFER, type Source } from "./buffer.ts";
import { planFlush } from "./flush.ts";

/** A batch whose delivery failed for some hosts counts for the others: the retry counts the rest. */
export function countOutcomes(
  c: Context<App>,
  coalesced: Coalesced,
  delivered: readonly Delivered[],
): void {
  // The request is refused whole, and counted as that.
  if (delivered.some(({ outcome }) => outcome === "conflict")) return;
  const { caller, now } = c.var;
  const sender = { tenant: caller.tenant.id, key: caller.id };
  let first: Source | undefined;
  for (const { report, outcome } of delivered) {
    const { owner: host, contact, counts } = report;
    const source: Source = { ...sender, host, agent: contact.agentId, kind: contact.kind };
    first ??= source;
    if (outcome === "failed") continue;
    BUFFER.count(source, now, "ignored", counts.ignored);
    BUFFER.count(source, now, "excepted", counts.excepted);
    const isDuplicate = outcome === "duplicate";
    BUFFER.count(source, now, "duplicate", counts.repeated + (isDuplicate ? counts.accepted : 0));
    if (isDuplicate) continue;
    BUFFER.count(source, now, "accepted", counts.accepted);
    BUFFER.count(source, now, "late", counts.late);
    BUFFER.count(source, now, "dropped", contact.dropped);
    for (const [exception, n] of report.exceptionHits ?? [])
      BUFFER.hit(caller.tenant.id, exception, n, now);
  }
  // Whose a bad event is, it does not say: most likely of who sent the others.
  const unknown: Source = first ?? { ...sender, host: "", agent: "", kind: "" };
  BUFFER.count(unknown, now, "ignored", coalesced.unplaced);
  for (const { code } of coalesced.rejected) BUFFER.count(unknown, now, "rejected", 1, code);
  plan(c);
}

/** One request that was not read, or not taken, by its problem's code. */
export function countRefusal(c: Context<App>, code: string): void {
  const { caller, now } = c.var;
  const source = { tenant: caller.tenant.id, key: caller.id, host: "", agent: "", kind: "" };
  BUFFER.count(source, now, "refused", 1, code);
  plan(c);
}

function plan(c: Context<App>): void {
  planFlush(c.env, (promise) => c.executionCtx.waitUntil(promise), c.var.now);
}
