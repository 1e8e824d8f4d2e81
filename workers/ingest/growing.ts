/** Observations and signals in the making: one for all events of a batch that are the same. Pure. */
import { SIGNAL_HORIZON_MS, SIGNAL_WINDOW_MS } from "../../schema/limits.ts";
import type { LullEvent } from "../../schema/event.ts";
import type { ResourceId, TenantId } from "../../schema/ids.ts";
import type { Rule } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Observation, SignalObservation } from "../../durable/domain/model.ts";
import { leastQuietPeriod } from "../../durable/domain/suppression.ts";
import { findingId, signalId } from "../../durable/identity.ts";
import { isSameManner, peerOf, sampleOf, subjectOf } from "./sample.ts";

const SECOND_MS = 1_000;

/** What has been seen so far; the events at its ends become its samples. */
export interface Growing {
  readonly rule: Rule;
  readonly resourceId: ResourceId;
  /** Whether its events lie beyond the late horizon. */
  readonly late: boolean;
  count: number;
  first: LullEvent;
  last: LullEvent;
  readonly occurrences: [EpochMs, number][];
  /** The last of the occurrences. */
  bucket: [EpochMs, number];
}

export function startGrowing(
  rule: Rule,
  resourceId: ResourceId,
  event: LullEvent,
  late: boolean,
): Growing {
  const bucket = newBucket(event.time);
  return {
    rule,
    resourceId,
    late,
    count: 1,
    first: event,
    last: event,
    occurrences: [bucket],
    bucket,
  };
}

/** Counts one more event. */
export function grow(growing: Growing, event: LullEvent): void {
  const { time } = event;
  growing.count++;
  if (time < growing.first.time) growing.first = event;
  if (time >= growing.last.time) growing.last = event;
  const { bucket } = growing;
  if (time >= bucket[0] && time < bucket[0] + SECOND_MS) bucket[1]++;
  else growing.occurrences.push((growing.bucket = newBucket(time)));
}

function newBucket(time: EpochMs): [EpochMs, number] {
  return [Math.floor(time / SECOND_MS) * SECOND_MS, 1];
}

export function observationOf(
  tenant: TenantId,
  rulesVersion: number,
  growing: Growing,
): Observation {
  const { rule, resourceId, first, last } = growing;
  const observation: Observation = {
    findingId: findingId(tenant, rule.id, resourceId),
    ruleId: rule.id,
    resourceId,
    title: rule.title,
    subject: subjectOf(rule.phrase, last),
    severity: rule.severity,
    quietPeriodMs: rule.quietPeriodMs,
    rulesVersion,
    count: growing.count,
    firstAt: first.time,
    lastAt: last.time,
    // Where the first shows nothing that the last does not, it would only be carried and stored.
    samples: isSameManner(first, last) ? [sampleOf(last)] : [sampleOf(first), sampleOf(last)],
    occurrences: growing.occurrences,
  };
  if (rule.rises !== undefined) observation.rises = rule.rises;
  if (growing.late) observation.late = true;
  const least = leastQuietPeriod(last.format);
  if (least > 0) observation.leastQuietPeriodMs = least;
  return observation;
}

export function signalOf(tenant: TenantId, manner: string, growing: Growing): SignalObservation {
  const { rule, resourceId, first, last } = growing;
  return {
    id: signalId(tenant, [manner]),
    ruleId: rule.id,
    resourceId,
    title: rule.title,
    subject: subjectOf(rule.phrase, last),
    severity: rule.severity,
    count: growing.count,
    firstAt: first.time,
    lastAt: last.time,
    sample: sampleOf(first),
  };
}

/** What makes two detections of a threat the same: the rule, where and how it was done, and the hour. */
export function mannerOf(
  rule: Rule,
  resourceId: ResourceId,
  event: LullEvent,
  receivedAt: EpochMs,
): string {
  const at = receivedAt - event.time < SIGNAL_HORIZON_MS ? event.time : receivedAt;
  return [
    rule.id,
    resourceId,
    event.format,
    event.agentRule ?? "",
    event.process?.exe ?? event.process?.name ?? "",
    (event.process?.args ?? []).join(" "),
    event.file?.path ?? "",
    peerOf(event) ?? "",
    String(Math.floor(at / SIGNAL_WINDOW_MS)),
  ].join("\0");
}
