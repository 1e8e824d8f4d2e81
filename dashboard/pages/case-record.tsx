/**
 * `/cases/:id/record`: the complete record of a case, to read and print. Times are in UTC, whoever reads: it is a
 * document, not a view. Nothing of it is cut.
 */
import type { CaseRecord } from "../../schema/case.ts";
import type { LedgerEntry } from "../../schema/ledger.ts";
import {
  CASE_STATUS_WORDS,
  CLOSE_WORDS,
  findingsWords,
  nameOf,
  type Names,
} from "../format/case.ts";
import { doneByFinding, entryWords, type Telling } from "../format/case-timeline.ts";
import { headlineOf, RESOLUTION_WORDS } from "../format/headline.ts";
import { Markdown } from "../format/markdown.tsx";
import { counted, exactCount, percent } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { readerZone } from "../format/zone.ts";
import { CaseMark, PriorityMark } from "../parts/case-marks.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface CaseRecordPageProps {
  view: View;
  record: CaseRecord;
  names: Names;
}

const UTC = readerZone("UTC");
const exact = (instant: string) => UTC.exact(epoch(instant));

function Facts({ record, names }: CaseRecordPageProps) {
  const { case: of } = record;
  const whose = of.assignee === null ? "nobody" : nameOf(of.assignee, names);
  const lines = [
    ["Status", CASE_STATUS_WORDS[of.status]],
    ["Priority", of.priority],
    ["Assignee", whose],
    ["Team", of.team ?? "none"],
    ["Labels", of.labels.length === 0 ? "none" : of.labels.join(", ")],
    ["Due", of.dueAt === null ? "no due date" : exact(of.dueAt)],
    [
      "Made",
      `${exact(of.createdAt)} by ${of.createdBy ?? `automation rule ${of.automation ?? ""}`}`,
    ],
    [
      "Said to be fixed",
      of.fixed === null ? null : `${exact(of.fixed.at)} by ${of.fixed.by ?? "Lull"}`,
    ],
    ["Regressed", of.regressedAt === null ? null : exact(of.regressedAt)],
    [
      "Closed",
      of.closedAt === null
        ? null
        : `${exact(of.closedAt)} by ${of.closedBy ?? "Lull"}, as ${of.closeReason === null ? "unknown" : CLOSE_WORDS[of.closeReason]}`,
    ],
    ["Version", String(of.version)],
  ] as const;
  return (
    <dl class="side-facts record-facts">
      {lines.map(([word, value]) =>
        value === null ? null : (
          <div>
            <dt>{word}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Findings({ record }: CaseRecordPageProps) {
  const { linkedFindings, linkedSignals, proof } = record.case;
  const states = new Map(proof.findings.map((it) => [it.finding, it.state]));
  return (
    <section class="record-part">
      <h2>{counted(linkedFindings.length, "finding")}</h2>
      <ul class="plain-list">
        {linkedFindings.map((finding) => (
          <li>
            <bdi>{visible(headlineOf(finding))}</bdi>; {finding.status}
            {finding.resolution !== null && `, ${RESOLUTION_WORDS[finding.resolution]}`}
            {proof.state !== "not_claimed" && `; proof: ${states.get(finding.id) ?? "none"}`}.{" "}
            <span class="mono dim">{finding.id}</span>
          </li>
        ))}
        {linkedSignals.map((signal) => (
          <li>
            Signal: <bdi>{visible(signal.headline)}</bdi> <span class="mono dim">{signal.id}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Episodes({ record }: CaseRecordPageProps) {
  const { episodes, certificates } = record;
  if (episodes.length === 0) return null;
  const files = new Map(certificates.map((it) => [`${it.finding}:${it.episode}`, it]));
  return (
    <section class="record-part">
      <h2>Episodes that ended, and their certificates</h2>
      <table class="plain record-table">
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">Episode</th>
            <th scope="col">Opened</th>
            <th scope="col">Resolved</th>
            <th scope="col">As</th>
            <th scope="col" class="num">
              Events
            </th>
            <th scope="col" class="num">
              Coverage
            </th>
            <th scope="col">Certificate</th>
          </tr>
        </thead>
        <tbody>
          {episodes.map((it) => {
            const file = files.get(`${it.finding}:${it.episode}`);
            return (
              <tr>
                <td class="mono">{it.finding}</td>
                <td>{it.episode}</td>
                <td>{exact(it.openedAt)}</td>
                <td>{exact(it.resolvedAt)}</td>
                <td>{RESOLUTION_WORDS[it.resolution]}</td>
                <td class="num">{exactCount(it.count)}</td>
                <td class="num">{it.coverage === null ? "none" : percent(it.coverage)}</td>
                <td>
                  {file === undefined ? (
                    "not signed"
                  ) : (
                    <a href={paths.certificate(it.finding, it.episode)}>{file.file}</a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="hint">
        Each is in the record as JSON, and is checked offline by{" "}
        <code>npx verify-certificate file.jws --jwks jwks.json</code>.
      </p>
    </section>
  );
}

function Checklist({ record }: CaseRecordPageProps) {
  const { checklist } = record.case;
  if (checklist.length === 0) return null;
  return (
    <section class="record-part">
      <h2>Checklist</h2>
      <ul class="plain-list">
        {checklist.map((step) => (
          <li>
            {step.doneAt === null
              ? "Not done: "
              : `Done, ${exact(step.doneAt)} by ${visible(step.doneBy ?? "")}: `}
            <bdi>{visible(step.text)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Timeline({ record, names }: CaseRecordPageProps) {
  const telling: Telling = { names, moment: exact };
  const notes = new Map(record.case.notes.map((note) => [note.id, note]));
  return (
    <section class="record-part">
      <h2>Everything that has happened, in order</h2>
      <ol class="record-timeline">
        {record.timeline.map((entry) => {
          const { text, subject, changes, note } = entryWords(entry, telling);
          const id = entry.data["note"];
          const body = typeof id === "string" ? notes.get(id)?.body : undefined;
          return (
            <li>
              <p>
                <span class="num dim">{exact(entry.at)}</span>{" "}
                <strong>{entry.by === null ? "Lull" : visible(entry.by)}</strong>:{" "}
                {subject !== null && doneByFinding(entry) && <bdi>{subject.words} </bdi>}
                {text}
                {subject !== null && !doneByFinding(entry) && <bdi> {subject.words}</bdi>}
                {note !== null && (
                  <>
                    {": "}
                    <q>{visible(note)}</q>
                  </>
                )}
              </p>
              {changes.map(({ field, before, after }) => (
                <p class="record-change">
                  {field}: {before} → {after}
                </p>
              ))}
              {entry.kind === "note.added" && body !== undefined && (
                <Markdown text={visible(body)} />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Ledger({ entries }: { entries: readonly LedgerEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <section class="record-part">
      <h2>What the ledger says of it</h2>
      <table class="plain record-table">
        <thead>
          <tr>
            <th scope="col">Entry</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Hash</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr>
              <td class="num-left">{entry.seq}</td>
              <td>{exact(entry.at)}</td>
              <td>
                <bdi>{visible(entry.actor.name)}</bdi>
              </td>
              <td>{entry.action}</td>
              <td class="mono">{entry.hash}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function CaseRecordPage(props: CaseRecordPageProps) {
  const { view, record } = props;
  const { case: of } = record;
  return (
    <Frame view={view} title={`Record of ${of.id}`} active="cases" styles="cases.css">
      <Crumbs href={paths.case(of.id)} word={of.id} />
      <article class="record">
        <header class="finding-head">
          <p class="marks">
            <span class="case-key">Record of case {of.id}</span>
            <CaseMark of={of} word />
            <PriorityMark priority={of.priority} />
          </p>
          <h1 dir="auto">
            <bdi>{visible(of.title)}</bdi>; <span class="standing">{findingsWords(of)}.</span>
          </h1>
          <p class="dim">
            Tenant {visible(view.tenant)}, as of {exact(record.exportedAt)}. Times are in UTC.
          </p>
        </header>
        <p class="form-actions record-actions">
          <a class="button is-primary" href={paths.apiCaseRecord(of.id)} download={`${of.id}.json`}>
            Download as JSON
          </a>
          <button class="button needs-js" type="button" data-print>
            Print
          </button>
        </p>
        <Facts {...props} />
        {of.description.trim() !== "" && (
          <section class="record-part">
            <h2>Description</h2>
            <Markdown text={visible(of.description)} />
          </section>
        )}
        <Findings {...props} />
        <Episodes {...props} />
        <Checklist {...props} />
        <Timeline {...props} />
        <Ledger entries={record.ledger} />
      </article>
    </Frame>
  );
}
