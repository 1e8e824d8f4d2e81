/** Everything that has happened to a case and its findings, in order, with its notes; and the form of a new one. */
import type { NoteView, TimelineEntry } from "../../schema/case.ts";
import { MAX_CASE_TEXT_CHARS } from "../../schema/limits.ts";
import {
  CROWDS,
  doneByFinding,
  entryWords,
  manyWords,
  type Telling,
} from "../format/case-timeline.ts";
import { Markdown } from "../format/markdown.tsx";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import type { CasePageProps } from "../case-props.ts";
import { paths } from "../paths.ts";
import { Conflicts, Was } from "./case-conflict.tsx";
import { FieldError } from "./form.tsx";
import { Moment } from "./time.tsx";

type TimelineProps = CasePageProps & { why: string | null };

/** So many of a kind in a row are one line. */
const CROWD = 4;

/** Characters of a headline in a line. */
const LONGEST = 160;

function When({ at, view }: { at: string } & Pick<CasePageProps, "view">) {
  return (
    <span class="when num">
      {view.zone.short(epoch(at))}{" "}
      <span class="dim">
        (<Moment at={epoch(at)} as="ago" view={view} />)
      </span>
    </span>
  );
}

function By({ by }: { by: string | null }) {
  if (by === null)
    return (
      <span class="tag" title="By itself, as findings and time have it">
        Lull
      </span>
    );
  return <bdi class="who">{visible(by)}</bdi>;
}

function Line(props: { entry: TimelineEntry; telling: Telling } & Pick<CasePageProps, "view">) {
  const { entry, telling, view } = props;
  const { text, subject, changes, note } = entryWords(entry, telling);
  const link = subject !== null && (
    <a href={subject.kind === "finding" ? paths.finding(subject.id) : paths.signal(subject.id)}>
      <bdi>{cut(subject.words, LONGEST)}</bdi>
    </a>
  );
  const first = doneByFinding(entry);
  return (
    <li class={entry.by === null ? "entry is-system" : "entry"}>
      <p>
        <By by={entry.by} /> {first && link} {text}
        {!first && subject !== null && <> {link}</>}
        {note !== null && (
          <>
            {": "}
            <q dir="auto">{visible(note)}</q>
          </>
        )}
      </p>
      {changes.length > 0 && (
        <ul class="entry-changes">
          {changes.map(({ field, before, after }) => (
            <li>
              {field}: <del dir="auto">{before}</del> → <ins dir="auto">{after}</ins>
            </li>
          ))}
        </ul>
      )}
      <When at={entry.at} view={view} />
    </li>
  );
}

function EditNote(props: TimelineProps & { note: NoteView }) {
  const { of, note, why, view } = props;
  const { editing } = props.notes;
  const back = editing?.id === note.id ? editing : null;
  const was = note.body.replaceAll("\r\n", "\n").trim();
  return (
    <details class="editor" open={back !== null}>
      <summary>
        <span class="link-like">Edit</span>
      </summary>
      <Conflicts conflicts={back?.conflicts ?? []} words={{ body: "The note" }} view={view} />
      <form class="note-form" method="post" action={paths.caseNote(of.id, note.id)} novalidate>
        <Was values={{ body: back?.was ?? was }} />
        <label class="visually-hidden" for={`note-${note.id}`}>
          The note
        </label>
        <textarea
          id={`note-${note.id}`}
          name="body"
          rows={5}
          class="full"
          maxlength={MAX_CASE_TEXT_CHARS}
        >
          {`\n${back?.body ?? was}`}
        </textarea>
        <FieldError id={`note-${note.id}-error`} text={back?.error} />
        <div class="form-actions">
          <button class="button" type="submit" disabled={why !== null} title={why ?? undefined}>
            Save
          </button>
        </div>
      </form>
    </details>
  );
}

function Note(props: TimelineProps & { note: NoteView }) {
  const { note, view, why } = props;
  return (
    <li class="entry is-note" id={`n-${note.id}`}>
      <p class="note-head">
        <By by={note.author} /> noted
        {note.editedAt !== null && (
          <span class="dim">
            , edited <Moment at={epoch(note.editedAt)} as="ago" view={view} />
          </span>
        )}
      </p>
      <Markdown text={visible(note.body)} />
      <When at={note.createdAt} view={view} />
      {why === null && <EditNote {...props} />}
    </li>
  );
}

/** Entries of one kind that come in a row are one, which opens. */
function runsOf(entries: readonly TimelineEntry[]): TimelineEntry[][] {
  const runs: TimelineEntry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    const isSame = last?.[0]?.kind === entry.kind && last[0].by === entry.by;
    if (isSame && CROWDS.has(entry.kind)) last.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => (run.length < CROWD ? run.map((entry) => [entry]) : [run]));
}

function Run(props: TimelineProps & { run: readonly TimelineEntry[]; telling: Telling }) {
  const { run, telling, view, of } = props;
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return null;
  if (run.length > 1)
    return (
      <li class={first.by === null ? "entry is-system" : "entry"}>
        <details>
          <summary>
            <By by={first.by} /> <span class="link-like">{manyWords(first.kind, run.length)}</span>
          </summary>
          <ol class="entries">
            {run.map((entry) => (
              <Line {...{ entry, telling, view }} />
            ))}
          </ol>
        </details>
        <When at={last.at} view={view} />
      </li>
    );
  const note =
    first.kind === "note.added" ? of.notes.find(({ id }) => id === first.data["note"]) : undefined;
  return note === undefined ? (
    <Line entry={first} {...{ telling, view }} />
  ) : (
    <Note {...props} note={note} />
  );
}

function NewNote({ of, notes, why }: TimelineProps) {
  return (
    <form class="note-form" id="new-note" method="post" action={paths.caseNotes(of.id)} novalidate>
      <input type="hidden" name="key" value={notes.key} />
      <label for="note-body">A note</label>
      <textarea
        id="note-body"
        name="body"
        rows={4}
        class="full"
        maxlength={MAX_CASE_TEXT_CHARS}
        placeholder="What was found, tried, decided. Markdown."
        disabled={why !== null}
        aria-invalid={notes.error === undefined ? undefined : "true"}
      >
        {`\n${notes.body}`}
      </textarea>
      <FieldError id="note-body-error" text={notes.error} />
      <div class="form-actions">
        <button class="button" type="submit" disabled={why !== null} title={why ?? undefined}>
          Add the note
        </button>
      </div>
    </form>
  );
}

export function CaseTimeline(props: TimelineProps) {
  const { of, timeline, show, view, names } = props;
  const telling = { names, moment: (instant: string) => view.zone.short(epoch(instant)) };
  return (
    <section id="timeline" class="case-section">
      <header class="timeline-head">
        <h2>Timeline</h2>
        <nav class="tabs" aria-label="Show">
          <a
            href={`${paths.case(of.id)}#timeline`}
            aria-current={show === "all" ? "true" : undefined}
          >
            Everything
          </a>
          <a
            href={`${paths.case(of.id, { show: "notes" })}#timeline`}
            aria-current={show === "notes" ? "true" : undefined}
          >
            {counted(of.notes.length, "note")}
          </a>
        </nav>
      </header>
      {show === "all" && timeline.earlier !== null && (
        <p>
          <a href={`${paths.case(of.id, { before: timeline.earlier })}#timeline`}>
            Earlier entries
          </a>
        </p>
      )}
      <ol class="entries">
        {show === "notes"
          ? of.notes.map((note) => <Note {...props} note={note} />)
          : runsOf(timeline.entries).map((run) => <Run {...props} {...{ run, telling }} />)}
      </ol>
      {show === "notes" && of.notes.length === 0 && (
        <p class="dim">Nobody has noted anything yet.</p>
      )}
      {show === "all" && !timeline.isLatest && (
        <p>
          <a href={`${paths.case(of.id)}#timeline`}>Back to the latest</a>
        </p>
      )}
      <NewNote {...props} />
    </section>
  );
}
