/** Roll-ups as rows: one line each, the whole row leads to the roll-up. */
import type { RollupStatus, RollupSummary } from "../../schema/rollup.ts";
import { count, exactCount } from "../format/number.ts";
import { endedWords, ROLLUP_MEANING } from "../format/rollup.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { SeverityMark, StateMark } from "./marks.tsx";
import { SeenCells } from "./seen-cells.tsx";
import { Moment } from "./time.tsx";

const SHAPES = { open: "open", quiet: "resolved", ended: "unverified" } as const;

export function RollupMark(props: { status: RollupStatus; word?: boolean }) {
  const { status, word } = props;
  return (
    <StateMark shape={SHAPES[status]} title={ROLLUP_MEANING[status]} text={status} word={word} />
  );
}

/** When it may be quiet, or how it has ended. */
function Outlook(props: { rollup: RollupSummary; view: View }) {
  const { rollup, view } = props;
  if (rollup.status !== "open") return <>{endedWords(rollup.ended)}</>;
  const at = epoch(rollup.quietAt);
  if (at <= view.now) return <>open: not yet shown to be quiet</>;
  return (
    <>
      may be quiet <Moment at={at} as="until" view={view} />
    </>
  );
}

function Row(props: { rollup: RollupSummary; view: View }) {
  const { rollup, view } = props;
  const text = visible(rollup.headline);
  return (
    <tr class="row" data-row>
      <td class="c-severity">
        <SeverityMark severity={rollup.severity} />
      </td>
      <td class="c-status">
        <RollupMark status={rollup.status} />
      </td>
      <td class="c-headline">
        <span class="one-line">
          <a class="row-link" href={paths.rollup(rollup.id)} title={text} dir="auto">
            <bdi>{text}</bdi>
          </a>
        </span>
      </td>
      <td class="c-ending" title={rollup.status === "open" ? undefined : endedWords(rollup.ended)}>
        <Outlook rollup={rollup} view={view} />
      </td>
      <td class="c-n num">
        {exactCount(rollup.images)}
        <span class="unit"> {rollup.images === 1 ? "image" : "images"}</span>
      </td>
      <td class="c-count num" title={`${exactCount(rollup.count)} events in all`}>
        {count(rollup.count)}
        <span class="unit"> {rollup.count === 1 ? "event" : "events"}</span>
      </td>
      <SeenCells
        from={epoch(rollup.oldestOpenedAt)}
        last={epoch(rollup.newestEventAt)}
        view={view}
      />
    </tr>
  );
}

export function RollupTable(props: { rollups: readonly RollupSummary[]; view: View }) {
  return (
    <table class="findings rollups">
      <caption class="visually-hidden">Roll-ups</caption>
      <thead>
        <tr>
          <th class="c-severity" scope="col">
            Severity
          </th>
          <th class="c-status" scope="col">
            <span class="visually-hidden">State</span>
          </th>
          <th class="c-headline" scope="col">
            What happened where
          </th>
          <th class="c-ending" scope="col">
            Outlook
          </th>
          <th class="c-n num" scope="col" title="In which it was seen">
            Images
          </th>
          <th class="c-count num" scope="col">
            Events
          </th>
          <th class="c-first num" scope="col" title="Since its oldest finding opened">
            Age
          </th>
          <th class="c-last num" scope="col">
            Last seen
          </th>
        </tr>
      </thead>
      <tbody id="rows">
        {props.rollups.map((rollup) => (
          <Row rollup={rollup} view={props.view} />
        ))}
      </tbody>
    </table>
  );
}
