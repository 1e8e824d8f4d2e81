/**
 * Containers that are gone. What they did has ended with them, which proves nothing about the behaviour: such
 * an episode ends as `resource_gone`, never as `quiet`. Pure.
 */
import type { ResourceId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Gone, HostState, Resource } from "./model.ts";
import { endGone, newestEventAt } from "./resolve.ts";
import { resourceOf } from "./view.ts";

/** All containers that ran on the host at an instant. */
export interface Running {
  at: EpochMs;
  ids: readonly ResourceId[];
}

/**
 * When the resource was last heard of. Its description is not saved for a newer time alone, so that its findings
 * may know better.
 */
function heardOfAt({ findings }: Pick<HostState, "findings">, resource: Resource): EpochMs {
  let newest = resource.seenAt;
  for (const finding of findings.values()) {
    if (finding.resourceId === resource.id) newest = Math.max(newest, newestEventAt(finding));
  }
  return newest;
}

/** Containers with open findings that are missing from the list, and have not been heard of since it was made. */
export function missingFrom(state: HostState, running: Running): Gone[] {
  const ids = new Set(running.ids);
  const missing = new Map<ResourceId, Gone>();
  for (const { status, resourceId } of state.findings.values()) {
    if (status !== "open" || ids.has(resourceId)) continue;
    const resource = state.resources.get(resourceId);
    if (resource?.type !== "container" || resource.goneAt !== undefined) continue;
    if (heardOfAt(state, resource) < running.at)
      missing.set(resourceId, { id: resourceId, at: running.at });
  }
  return [...missing.values()];
}

/** Notes which containers are gone. One that has done something since is not. */
export function noteGone(draft: Draft, gone: readonly Gone[]): void {
  for (const { id, at } of gone) {
    const resource = draft.resources.get(id);
    if (resource === undefined || (resource.goneAt ?? 0) >= at) continue;
    if (heardOfAt(draft, resource) > at) continue;
    draft.saveResource({ ...resource, goneAt: at });
  }
}

/**
 * The host is out of service, by somebody's word, and its containers with it: nobody expects its agents any more.
 * They are remembered all the same, since a batch of theirs may still be sent again.
 */
export function hostGone(draft: Draft, now: EpochMs): void {
  for (const agent of draft.agents.values()) draft.saveAgent({ ...agent, goneAt: now });
  const ids = new Set(draft.open(() => true).map(({ resourceId }) => resourceId));
  for (const id of ids) draft.saveResource({ ...resourceOf(draft, id), goneAt: now });
}

/** Ends the open findings of what is gone; one that D1 has not confirmed waits for that. */
export function resolveGone(draft: Draft, now: EpochMs): void {
  const goneAt = new Map<ResourceId, EpochMs>();
  for (const { id, goneAt: at } of draft.resources.values()) {
    if (at !== undefined) goneAt.set(id, at);
  }
  if (goneAt.size === 0) return;
  for (const finding of draft.open((one) => one.settled && goneAt.has(one.resourceId))) {
    const at = goneAt.get(finding.resourceId);
    if (at !== undefined && at >= finding.lastSeenAt) endGone(draft, finding, at, now);
  }
}
