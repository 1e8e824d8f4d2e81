/** An entry of the ledger: who, what, to what, and what was changed by it. */
import type { LedgerEntry } from "../../schema/ledger.ts";
import { actionWords, changesOf, type FieldChange, subjectPage } from "../format/ledger.ts";
import { epoch } from "../format/time.ts";
import { cut, middle, visible } from "../format/visible.ts";
import { type LedgerParams, paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

const LONGEST_VALUE = 2_000;
const LONGEST_REASON = 300;

/** Beside whom it was, where that is no person. */
const DOER_WORDS: Readonly<Record<LedgerEntry["actor"]["kind"], string | null>> = {
  member: null,
  token: "API token",
  agent: "agent",
  tracker: "tracker",
  system: null,
};

function Value({ text }: { text: string | null }) {
  if (text === null) return <td class="dim">none</td>;
  return (
    <td>
      <bdi class="mono">{cut(visible(text), LONGEST_VALUE)}</bdi>
    </td>
  );
}

/** A side that says nothing has no column. */
function Changed({ changes }: { changes: readonly FieldChange[] }) {
  const hasBefore = changes.some(({ before }) => before !== null);
  const hasAfter = changes.some(({ after }) => after !== null);
  return (
    <table class="plain ledger-changes">
      <thead>
        <tr>
          <th scope="col">Field</th>
          {hasBefore && <th scope="col">Before</th>}
          {hasAfter && <th scope="col">After</th>}
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, before, after }) => (
          <tr>
            <th scope="row">
              <bdi>{visible(field)}</bdi>
            </th>
            {hasBefore && <Value text={before} />}
            {hasAfter && <Value text={after} />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Details({ entry }: { entry: LedgerEntry }) {
  const changes = changesOf(entry);
  return (
    <details class="matchers">
      <summary>{changes.length === 0 ? "Hashes" : "What changed, and hashes"}</summary>
      {changes.length > 0 && <Changed changes={changes} />}
      <dl class="side-facts">
        <div>
          <dt>Occurrence</dt>
          <dd class="mono">{visible(entry.id)}</dd>
        </div>
        <div>
          <dt>Hash</dt>
          <dd class="mono">{entry.hash}</dd>
        </div>
        <div>
          <dt>Follows</dt>
          <dd class="mono">{entry.prev}</dd>
        </div>
      </dl>
    </details>
  );
}

function Subject({ entry, narrow }: { entry: LedgerEntry; narrow: LedgerParams }) {
  const { subject } = entry;
  const page = subjectPage(subject);
  const name = <bdi title={visible(subject.id)}>{middle(visible(subject.id))}</bdi>;
  return (
    <span class="ledger-subject">
      {page === null ? name : <a href={page}>{name}</a>}{" "}
      <a class="dim" href={paths.ledger({ ...narrow, subject: subject.id })}>
        all of it
      </a>
    </span>
  );
}

export function Entry(props: { entry: LedgerEntry; narrow: LedgerParams; view: View }) {
  const { entry, narrow, view } = props;
  const { actor, action, reason } = entry;
  const kind = DOER_WORDS[actor.kind];
  return (
    <li class="ledger-entry row" data-row>
      <span class="ledger-seq dim num">{entry.seq}</span>
      <div class="ledger-what">
        <a class="tag" href={paths.ledger({ ...narrow, action })} title={action}>
          {actionWords(action)}
        </a>{" "}
        <Subject entry={entry} narrow={narrow} />
        {reason !== undefined && (
          <p class="ledger-reason" dir="auto">
            {cut(visible(reason), LONGEST_REASON)}
          </p>
        )}
        <Details entry={entry} />
      </div>
      <span class="ledger-who dim">
        <a href={paths.ledger({ ...narrow, actor: actor.id })} title="All that they have done">
          <bdi class="clip">{visible(actor.name)}</bdi>
        </a>
        {kind !== null && <span class="tag">{kind}</span>}
        <Moment at={epoch(entry.at)} as="ago" view={view} />
      </span>
    </li>
  );
}
