/** Over a findings list: status tabs, grouping, a sentence on what cannot be seen. */
import { GROUPINGS } from "../../schema/api.ts";
import { counted, exactCount } from "../format/number.ts";
import type { FindingsPageProps } from "../props.ts";
import { paths } from "../paths.ts";
import { GROUP_WORDS } from "./groups.tsx";
import { ListLink } from "./list-link.tsx";

export function Tabs(props: FindingsPageProps) {
  const status = props.params.status;
  const { counts, params } = props;
  const tabs = [
    ["Open", undefined, counts.open],
    ["Resolved", "resolved", counts.resolved],
    ["All", "open,resolved", counts.open + counts.resolved],
  ] as const;
  return (
    <nav class="tabs" aria-label="Status">
      {tabs.map(([word, value, n]) => (
        <ListLink href={paths.findings({ ...params, status: value })} current={status === value}>
          {word} <span class="num">{exactCount(n)}</span>
        </ListLink>
      ))}
    </nav>
  );
}

export function GroupBySwitch(props: FindingsPageProps) {
  const { params } = props;
  const choices = [
    [undefined, "None"] as const,
    ...GROUPINGS.map((by) => [by, GROUP_WORDS[by]] as const),
  ];
  return (
    <nav class="segmented" aria-label="Group by">
      <span class="segmented-label" aria-hidden="true">
        Group
      </span>
      {choices.map(([by, word]) => (
        <ListLink
          href={paths.findings({ ...params, groupBy: by, sort: undefined })}
          current={params.groupBy === by}
        >
          {word}
        </ListLink>
      ))}
    </nav>
  );
}

export function Summary(props: FindingsPageProps) {
  const { counts, kind } = props;
  if (kind === "history")
    return (
      <p class="lead">
        {counted(counts.resolved, "finding")} resolved. Each keeps its episodes, with the reason
        each of them ended.
      </p>
    );
  if (counts.unverified === 0) return null;
  if (props.query.sort === "deadline")
    return (
      <p class="lead">
        {counted(counts.unverified, "unverified finding")} left out: without an agent watching there
        is no deadline.
      </p>
    );
  return (
    <p class="lead">
      {exactCount(counts.unverified)} of {counted(counts.open, "open finding")}{" "}
      {counts.unverified === 1 ? "is" : "are"} unverified: no agent is watching, so silence does not
      count.
    </p>
  );
}
