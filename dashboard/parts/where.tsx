/** Where a finding is: what outlives the container first, ids last, each with the list of its kind. */
import type { FindingSummary } from "../../schema/finding.ts";
import { middle, visible } from "../format/visible.ts";
import { type ListParams, paths } from "../paths.ts";

type Resource = FindingSummary["resource"];

interface Line {
  label: string;
  value: string;
  mono?: boolean;
  /** Filters that show everything of the same place. */
  filter?: ListParams;
  title?: string;
}

/** Absent attributes are left out: a dash says nothing. */
export function whereLines(resource: Resource): Line[] {
  const lines: (Omit<Line, "value"> & { value: string | null })[] = [
    {
      label: resource.workloadKind ?? "Workload",
      value: resource.workload,
      ...(resource.workload !== null && { filter: { workload: resource.workload } }),
    },
    {
      label: "Service",
      value: resource.service,
      ...(resource.service !== null && { filter: { service: resource.service } }),
    },
    {
      label: "Namespace",
      value: resource.namespace,
      ...(resource.namespace !== null && { filter: { namespace: resource.namespace } }),
    },
    { label: "Cluster", value: resource.cluster },
    { label: "Pod", value: resource.pod, mono: true },
    {
      label: "Container",
      value: resource.type === "container" ? resource.name : null,
      filter: { resource: resource.id },
    },
    { label: "Image", value: resource.image },
    { label: "Digest", value: resource.imageDigest, mono: true },
    { label: "Container id", value: resource.containerId, mono: true },
    {
      label: "Host",
      value: resource.host ?? (resource.type === "host" ? resource.name : null),
      ...(resource.host !== null && { filter: { host: resource.host } }),
    },
    {
      label: "Host id",
      value: resource.hostId === resource.host ? null : resource.hostId,
      mono: true,
    },
  ];
  return lines.flatMap((line) =>
    line.value === null || line.value === "" ? [] : [{ ...line, value: line.value }],
  );
}

/** The list of attributes. */
export function Where(props: { resource: Resource }) {
  return (
    <dl class="side-facts">
      {whereLines(props.resource).map((line) => {
        const full = visible(line.value);
        const shown = line.mono === true ? middle(full, 10) : full;
        return (
          <div>
            <dt>{visible(line.label)}</dt>
            <dd class={line.mono === true ? "mono" : ""} title={full}>
              {line.filter === undefined ? (
                <bdi>{shown}</bdi>
              ) : (
                <a href={paths.findings(line.filter)} title={`All open findings here: ${full}`}>
                  <bdi>{shown}</bdi>
                </a>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
