/** Cases as dense rows: one line each, the whole row leads to the case. */
import type { CaseSummary } from "../../schema/case.ts";
import { findingsShort, findingsWords, type Names } from "../format/case.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Assignee, Due } from "./case-facts.tsx";
import { CaseMark, PriorityMark } from "./case-marks.tsx";
import { Moment } from "./time.tsx";

/** Labels that a row has room for. */
const LABELS = 3;

function Title({ of }: { of: CaseSummary }) {
  const title = visible(of.title);
  const more = of.labels.length - LABELS;
  return (
    <span class="one-line">
      <a class="row-link" href={paths.case(of.id)} title={title} dir="auto">
        <bdi>{title}</bdi>
      </a>
      {of.regressedAt !== null && of.status !== "closed" && (
        <span class="again" title="It was said to be fixed, and an event came after that">
          regressed
        </span>
      )}
      {of.labels.slice(0, LABELS).map((label) => (
        <bdi class="tag case-label">{visible(label)}</bdi>
      ))}
      {more > 0 && (
        <span class="dim" title={of.labels.slice(LABELS).map(visible).join(", ")}>
          +{more}
        </span>
      )}
    </span>
  );
}

function CaseRow(props: { of: CaseSummary; names: Names; view: View }) {
  const { of, names, view } = props;
  return (
    <tr class={of.status === "closed" ? "row is-off" : "row"} data-row>
      <td class="c-priority">
        <PriorityMark priority={of.priority} />
      </td>
      <td class="c-status">
        <CaseMark of={of} />
      </td>
      <td class="c-key num">{of.id}</td>
      <td class="c-headline">
        <Title of={of} />
      </td>
      <td class="c-findings num" title={`${findingsWords(of)}; ${of.signals} signals`}>
        {findingsShort(of)}
      </td>
      <td class="c-assignee">
        <Assignee of={of} names={names} />
      </td>
      <td class="c-team">
        <bdi class="clip">{visible(of.team ?? "")}</bdi>
      </td>
      <td class="c-due">
        <Due of={of} view={view} />
      </td>
      <td class="c-last num" title="Last change">
        <Moment at={epoch(of.updatedAt)} as="ago" view={view} />
      </td>
    </tr>
  );
}

const HEADS = [
  ["c-priority", "Priority"],
  ["c-status", "Status"],
  ["c-key", "Key"],
  ["c-headline", "Title"],
  ["c-findings num", "Findings"],
  ["c-assignee", "Assignee"],
  ["c-team", "Team"],
  ["c-due", "Due"],
  ["c-last num", "Changed"],
] as const;

export function CaseTable(props: { cases: readonly CaseSummary[]; names: Names; view: View }) {
  return (
    <table class="findings cases">
      <caption class="visually-hidden">Cases</caption>
      <thead>
        <tr>
          {HEADS.map(([name, word]) => (
            <th class={name} scope="col">
              {name === "c-status" ? <span class="visually-hidden">{word}</span> : word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody id="rows">
        {props.cases.map((of) => (
          <CaseRow of={of} names={props.names} view={props.view} />
        ))}
      </tbody>
    </table>
  );
}
