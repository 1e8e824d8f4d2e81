/** Findings grouped: each row leads to the list of what is in it. */
import type { Grouping } from "../../schema/api.ts";
import type { GroupView } from "../../schema/finding.ts";
import { count, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { type ListParams, paths } from "../paths.ts";
import type { View } from "../view.ts";
import { SeverityMark } from "./marks.tsx";
import { SeenCells } from "./seen-cells.tsx";

/** Column heads and switch labels. */
export const GROUP_WORDS: Readonly<Record<Grouping, string>> = {
  rule: "Rule",
  workload: "Workload",
  resource: "Resource",
  host: "Host",
};

function GroupRow(props: { group: GroupView; by: Grouping; params: ListParams; view: View }) {
  const { group, by, params, view } = props;
  const label = group.label === "" ? `no ${by} known` : visible(group.label);
  const href = paths.findings({ ...params, groupBy: undefined, [by]: group.key });
  return (
    <tr class="row" data-row>
      <td class="c-severity">
        <SeverityMark severity={group.severity} />
      </td>
      <td class="c-headline">
        <span class="one-line">
          {group.key === "" ? (
            <span class="dim">{label}</span>
          ) : (
            <a class="row-link" href={href} title={label} dir="auto">
              <bdi>{label}</bdi>
            </a>
          )}
        </span>
      </td>
      <td class="c-n num">
        {exactCount(group.open)}
        <span class="unit"> open</span>
      </td>
      <td class="c-n num">
        {exactCount(group.resolved)}
        <span class="unit"> resolved</span>
      </td>
      <td class="c-n num">
        {exactCount(group.resources)}
        <span class="unit"> {group.resources === 1 ? "resource" : "resources"}</span>
      </td>
      <td class="c-n num">
        {count(group.count)}
        <span class="unit"> {group.count === 1 ? "event" : "events"}</span>
      </td>
      <SeenCells from={epoch(group.oldestFirstSeenAt)} last={epoch(group.lastSeenAt)} view={view} />
    </tr>
  );
}

const COLUMNS = ["Open", "Resolved", "Resources", "Events"] as const;

/** One row a group, linked to the list under the same filters. */
export function GroupTable(props: {
  groups: readonly GroupView[];
  by: Grouping;
  params: ListParams;
  view: View;
}) {
  return (
    <table class="findings groups">
      <caption class="visually-hidden">Findings by {props.by}</caption>
      <thead>
        <tr>
          <th class="c-severity" scope="col">
            Worst
          </th>
          <th class="c-headline" scope="col">
            {GROUP_WORDS[props.by]}
          </th>
          {COLUMNS.map((word) => (
            <th class="c-n num" scope="col">
              {word}
            </th>
          ))}
          <th class="c-first num" scope="col">
            Oldest
          </th>
          <th class="c-last num" scope="col">
            Last seen
          </th>
        </tr>
      </thead>
      <tbody id="rows">
        {props.groups.map((group) => (
          <GroupRow group={group} by={props.by} params={props.params} view={props.view} />
        ))}
      </tbody>
    </table>
  );
}
