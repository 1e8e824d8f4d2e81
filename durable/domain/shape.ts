/** What of a finding stands in an index of D1, and what `q` looks through. Pure. */
import { displayName } from "./headline.ts";
import type { Finding, Resource, Signal } from "./model.ts";
import { spreadingOf } from "./rise.ts";
import type { FindingDoc } from "./view.ts";

/** Everything of a finding that stands in an index: while that is the same, a refresh rewrites none. */
export function shapeOf(doc: FindingDoc): string {
  const { finding, resource } = doc;
  const spreading = spreadingOf(finding, resource);
  return JSON.stringify([
    finding.status,
    finding.severity,
    finding.episode,
    finding.firstSeenAt,
    resource.host,
    resource.namespace,
    resource.workload,
    resource.service,
    searchText(finding, resource),
    // At the end, since most have none: what was written before stays as it is.
    ...(finding.regressed === undefined ? [] : [finding.regressed.at]),
    ...(spreading === null ? [] : [spreading]),
  ]);
}

/** What `q` looks through, in lower case. */
export function searchText(what: Finding | Signal, resource: Resource): string {
  return [
    what.ruleId,
    what.title,
    what.subject,
    displayName(resource),
    resource.host,
    resource.hostId,
    resource.containerId ?? resource.id,
    resource.image,
    resource.cluster,
    resource.namespace,
    resource.pod,
    resource.workload,
    resource.service,
  ]
    .filter((part) => part !== null)
    .join(" ")
    .toLowerCase();
}
