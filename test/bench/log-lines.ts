/** Sums of the Worker's own log lines: what it says that it did. */
import { z } from "zod";

export interface BatchLog {
  batches: number;
  received: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  rejected: number;
  /** Calls to HostActors; one that was made is one commit. */
  calls: number;
  findings: number;
  signals: number;
  /** Alarms that ran, and their drains into D1. */
  wakes: number;
  drains: number;
}

const count = z.number().default(0);
const batchSchema = z.object({
  event: z.literal("batch"),
  received: count,
  accepted: count,
  ignored: count,
  duplicate: count,
  rejected: count,
  hosts: count,
  findings: count,
  signals: count,
});
const workedSchema = z.object({ event: z.literal("host.worked"), drains: count });
const lineSchema = z.union([batchSchema, workedSchema]);

export function batchLog(output: string): BatchLog {
  const sums: BatchLog = {
    batches: 0,
    received: 0,
    accepted: 0,
    ignored: 0,
    duplicate: 0,
    rejected: 0,
    calls: 0,
    findings: 0,
    signals: 0,
    wakes: 0,
    drains: 0,
  };
  for (const text of output.split("\n")) {
    if (!text.startsWith("{")) continue;
    const line = lineSchema.safeParse(JSON.parse(text)).data;
    if (line === undefined) continue;
    if (line.event === "host.worked") {
      sums.wakes++;
      sums.drains += line.drains;
      continue;
    }
    sums.batches++;
    sums.calls += line.hosts;
    for (const key of ["received", "accepted", "ignored", "duplicate"] as const)
      sums[key] += line[key];
    for (const key of ["rejected", "findings", "signals"] as const) sums[key] += line[key];
  }
  return sums;
}
