/** What Lull says at the end of a run, by its front door alone. */
import type { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  episodeSchema,
  findingDetailSchema,
  findingSummarySchema,
  signalSchema,
  type EpisodeView,
  type FindingDetail,
  type FindingSummary,
  type SignalView,
} from "../../schema/finding.ts";
import type { RunningNode } from "../support/node.ts";

export interface FoundFinding {
  /** From D1. */
  listed: FindingSummary;
  /** From the actor that owns it. */
  live: FindingDetail;
  /** From D1, oldest first. */
  episodes: EpisodeView[];
}

export interface Outcome {
  findings: FoundFinding[];
  signals: SignalView[];
}

/** Small, so that lists have many pages. */
const PAGE = 30;

export async function readOutcome(node: RunningNode): Promise<Outcome> {
  const findings: FoundFinding[] = [];
  for (const listed of await listFindings(node)) {
    const live = findingDetailSchema.parse(await get(node, `/findings/${listed.id}`));
    const episodes = await listAll(node, `/findings/${listed.id}/episodes?`, episodeSchema);
    findings.push({ listed, live, episodes: episodes.toReversed() });
  }
  return { findings, signals: await listAll(node, "/signals?", signalSchema) };
}

export function listFindings(node: RunningNode): Promise<FindingSummary[]> {
  return listAll(node, "/findings?", findingSummarySchema);
}

async function listAll<T extends z.ZodType>(
  node: RunningNode,
  path: string,
  item: T,
): Promise<z.infer<T>[]> {
  const items: z.infer<T>[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const after = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = pageOf(item).parse(await get(node, `${path}limit=${PAGE}${after}`));
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function get(node: RunningNode, path: string): Promise<unknown> {
  const response = await node.api(`/api/v1${path}`);
  if (response.status === 200) return response.json();
  throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
}
