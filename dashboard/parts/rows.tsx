/** Findings as dense rows: one line each, the whole row leads to the finding. */
import type { Child } from "hono/jsx";
import type { FindingSummary } from "../../schema/finding.ts";
import {
  headlineOf,
  RESOLUTION_MEANING,
  RESOLUTION_WORDS,
  risenWords,
  shownStatus,
  standingOf,
} from "../format/headline.ts";
import { count, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { SeverityMark, StatusMark } from "./marks.tsx";
import { QuietBar } from "./quiet-bar.tsx";
import { Moment, StandingText } from "./time.tsx";

/** Where it is, from what lasts longest: "shop / api", "node-7". */
export function whereOf(resource: FindingSummary["resource"]): string {
  if (resource.type === "host") return resource.host ?? resource.name;
  const owner = resource.workload ?? resource.service ?? resource.name;
  return resource.namespace === null ? owner : `${resource.namespace} / ${owner}`;
}

const UNPROVEN =
  "No agent that reported this sends heartbeats: it will resolve as quiet_unverified, on silence only";

/** How it ends: a countdown, or why it cannot be told. */
function Ending(props: { finding: FindingSummary; view: View }) {
  const { finding, view } = props;
  if (finding.status === "resolved") {
    if (finding.resolution === null) return <>resolved</>;
    return (
      <span
        class={`resolution is-${finding.resolution}`}
        title={RESOLUTION_MEANING[finding.resolution]}
      >
        {RESOLUTION_WORDS[finding.resolution]}
      </span>
    );
  }
  const standing = standingOf(finding, view.now, true);
  const unproven = finding.deadlineAt !== null && !finding.verification.heartbeats;
  return (
    <span
      class={`ending is-${shownStatus(finding)}`}
      title={unproven ? UNPROVEN : standingOf(finding, view.now).text}
    >
      <StandingText standing={standing} view={view} />
    </span>
  );
}

function Headline(props: { finding: FindingSummary }) {
  const text = visible(headlineOf(props.finding));
  return (
    <>
      <a class="row-link" href={paths.finding(props.finding.id)} title={text} dir="auto">
        <bdi>{text}</bdi>
      </a>
      {props.finding.regressed !== null && (
        <span class="again" title="Somebody said that it was fixed, and it is not">
          regressed
        </span>
      )}
      {props.finding.episode > 1 && (
        <span class="again" title="It has resolved before, and opened again">
          episode {props.finding.episode}
        </span>
      )}
    </>
  );
}

/** Ticks a finding for the form with the id `selection`. */
function Pick({ finding }: { finding: FindingSummary }) {
  const label = `Tick: ${visible(headlineOf(finding))}`;
  return (
    <td class="c-pick">
      <label>
        <span class="visually-hidden">{label}</span>
        <input
          class="pick"
          type="checkbox"
          name="finding"
          value={finding.id}
          form="selection"
          autocomplete="off"
        />
      </label>
    </td>
  );
}

/** A column at the end with what can be done with a row. */
export interface ActColumn {
  /** For screen readers. */
  word: string;
  cell: (finding: FindingSummary) => Child;
}

/** `history`: the last column is when it resolved. */
export function FindingRow(props: {
  finding: FindingSummary;
  view: View;
  history?: boolean;
  pick?: boolean | undefined;
  act?: ActColumn | undefined;
}) {
  const { finding, view } = props;
  const lastAt = epoch(
    props.history === true ? (finding.resolvedAt ?? finding.lastSeenAt) : finding.lastSeenAt,
  );
  return (
    <tr class={finding.muted ? "row is-muted" : "row"} data-row>
      {props.pick === true && <Pick finding={finding} />}
      <td class="c-severity" title={risenWords(finding) ?? undefined}>
        <SeverityMark severity={finding.severity} />
      </td>
      <td class="c-status">
        <StatusMark finding={finding} />
      </td>
      <td class="c-headline">
        <span class="one-line">
          <Headline finding={finding} />
        </span>
      </td>
      <td class="c-where">
        <bdi title={visible(whereOf(finding.resource))}>{visible(whereOf(finding.resource))}</bdi>
      </td>
      <td class="c-strip">
        <QuietBar finding={finding} now={view.now} />
      </td>
      <td class="c-ending">
        <Ending finding={finding} view={view} />
      </td>
      <td class="c-count num" title={`${exactCount(finding.count)} events in this episode`}>
        {count(finding.count)}
        <span class="unit"> {finding.count === 1 ? "event" : "events"}</span>
      </td>
      <td class="c-first num">
        <Moment at={epoch(finding.firstSeenAt)} as="age" view={view} />
      </td>
      <td class="c-last num">
        <Moment at={lastAt} as="ago" view={view} />
      </td>
      {props.act !== undefined && <td class="c-act">{props.act.cell(finding)}</td>}
    </tr>
  );
}

/** `caption` is for screen readers. */
export function FindingTable(props: {
  findings: readonly FindingSummary[];
  view: View;
  caption: string;
  history?: boolean;
  /** Where "show more" appends. */
  id?: string;
  /** Whether rows can be ticked. */
  pick?: boolean;
  act?: ActColumn;
}) {
  const { pick, act } = props;
  const history = props.history ?? false;
  return (
    <table class="findings">
      <caption class="visually-hidden">{props.caption}</caption>
      <thead>
        <tr>
          {pick === true && (
            <th class="c-pick" scope="col">
              <span class="visually-hidden">Tick</span>
            </th>
          )}
          <th class="c-severity" scope="col">
            Severity
          </th>
          <th class="c-status" scope="col">
            <span class="visually-hidden">Status</span>
          </th>
          <th class="c-headline" scope="col">
            What happened
          </th>
          <th class="c-where" scope="col">
            Where
          </th>
          <th class="c-strip" scope="col">
            Quiet period
          </th>
          <th class="c-ending" scope="col">
            {history ? "Resolution" : "Outlook"}
          </th>
          <th class="c-count num" scope="col">
            Events
          </th>
          <th class="c-first num" scope="col" title="Since it was first seen in this episode">
            Age
          </th>
          <th class="c-last num" scope="col">
            {history ? "Resolved" : "Last seen"}
          </th>
          {act !== undefined && (
            <th class="c-act" scope="col">
              <span class="visually-hidden">{act.word}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody id={props.id}>
        {props.findings.map((finding) => (
          <FindingRow finding={finding} view={props.view} {...{ history, pick, act }} />
        ))}
      </tbody>
    </table>
  );
}
