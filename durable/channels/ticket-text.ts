/** What tickets and their comments say. */
import type { CaseSummary } from "../../schema/case.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import type { Happening, HappeningType } from "../../schema/happening.ts";
import { MAX_TICKET_TEXT_CHARS, MAX_TICKET_TITLE_CHARS } from "../../schema/limits.ts";
import { list, paragraph, type Block, type RichText, type Span } from "./rich-text.ts";
import type { TicketDraft } from "./tracker.ts";
import { CLOSE_REASONS, instant } from "./words.ts";

type Told = Pick<Happening, "type" | "data">;

/** A ticket for a case. */
export function draftOf(
  { data }: Told,
  it: CaseSummary,
  marker: string,
  publicUrl: string | null,
): TicketDraft {
  const due = it.dueAt === null ? "" : `, due ${it.dueAt.slice(0, 10)}`;
  const intro = paragraph(
    linked(it.id, publicUrl, `/cases/${it.id}`),
    ` in Lull, ${it.priority}${due}.`,
  );
  const done = paragraph(
    "Closing this ticket says that it is fixed. Lull goes on watching, and closes the case when quiet has shown it; if the behaviour comes back, this ticket is reopened.",
  );
  const text = [intro, ...findingsOf(data.findings ?? [], it, publicUrl), done];
  return { title: titleOf(it), text, priority: it.priority, marker };
}

export function titleOf({ id, title }: Pick<CaseSummary, "id" | "title">): string {
  return `${id}: ${title.replaceAll(/\s+/g, " ")}`.slice(0, MAX_TICKET_TITLE_CHARS);
}

function findingsOf(
  findings: readonly FindingSummary[],
  { findings: { total } }: CaseSummary,
  publicUrl: string | null,
): Block[] {
  if (findings.length === 0) return [];
  const items = findings.map(({ id, headline, severity, status }) => [
    linked(`${severity}, ${status}`, publicUrl, `/findings/${id}`),
    ": ",
    code(headline),
  ]);
  const more = total - findings.length;
  return [list(more > 0 ? [...items, [`and ${more} more`]] : items)];
}

/** Its last line is by what Lull knows its own comments. `id`: of the delivery. */
export function commentOf(told: Told, id: string, publicUrl: string | null): RichText {
  const it = told.data.case;
  const marker = `${COMMENT_MARK}${it?.id ?? ""} · ${id}`;
  return [...said(told, publicUrl), paragraph(marker)];
}

const COMMENT_MARK = "— Lull · ";

/** The delivery that a comment is of; null: it is not Lull's. */
export function deliveryOf(comment: string): string | null {
  const last = comment.trimEnd().split("\n").at(-1)?.trim() ?? "";
  if (!last.startsWith(COMMENT_MARK)) return null;
  // In Markdown the line is escaped.
  const hex = /msg\\?_([0-9a-f]{32})$/.exec(last)?.[1];
  return hex === undefined ? null : `msg_${hex}`;
}

/** Happenings that are told by a comment, and how. */
const SAID: Partial<
  Record<HappeningType, (it: CaseSummary, data: Told["data"], publicUrl: string | null) => Block[]>
> = {
  "case.note_added": (_, { note }) => [
    paragraph(strong(note?.author ?? "somebody"), " in Lull:"),
    { kind: "quote", text: (note?.body ?? "").slice(0, MAX_TICKET_TEXT_CHARS) },
  ],
  "case.fixed": ({ fixed }, data) => [
    paragraph("Said to be fixed by ", strong(fixed?.by ?? "Lull"), ". ", watching(data)),
  ],
  "case.regressed": (_, data, publicUrl) => regression(data, publicUrl),
  "case.closed": closing,
  "case.reopened": () => [paragraph("The case is open again.")],
};

function said({ type, data }: Told, publicUrl: string | null): Block[] {
  return data.case === undefined ? [] : (SAID[type]?.(data.case, data, publicUrl) ?? []);
}

/** What is known of how long it will take. */
function watching({ findings = [], case: it }: Told["data"]): string {
  const open = findings.filter(({ status }) => status === "open");
  const deadlines = open.flatMap(({ deadlineAt }) => (deadlineAt === null ? [] : [deadlineAt]));
  const last = deadlines.toSorted().at(-1);
  const isWhole = deadlines.length === (it?.findings.open ?? 0);
  if (last === undefined || !isWhole) return "Lull goes on watching until quiet has shown it.";
  return `Lull goes on watching; quiet can show it from ${instant(last)} on.`;
}

function regression({ evidence }: Told["data"], publicUrl: string | null): Block[] {
  const what: (Span | string)[] =
    evidence === undefined
      ? []
      : [
          ` At ${instant(evidence.eventAt)}: `,
          code(evidence.headline ?? evidence.finding),
          " (",
          linked("the finding", publicUrl, `/findings/${evidence.finding}`),
          ").",
        ];
  return [paragraph(strong("It is not fixed:"), " an event has come since.", ...what)];
}

function closing(it: CaseSummary, data: Told["data"], publicUrl: string | null): Block[] {
  const by = it.closedBy === null ? [] : [" by ", strong(it.closedBy)];
  const why = CLOSE_REASONS[it.closeReason ?? "other"];
  const certificates = (data.certificates ?? []).map(({ finding, episode, sha256 }) => [
    "Certificate of ",
    linked(`${finding}, episode ${episode}`, publicUrl, `/findings/${finding}/episodes/${episode}`),
    ...(sha256 === null ? [] : [", SHA-256 ", code(sha256)]),
  ]);
  return [
    paragraph("Closed", ...by, `: ${why}.`),
    ...(certificates.length === 0 ? [] : [list(certificates)]),
  ];
}

function linked(text: string, publicUrl: string | null, path: string): Span {
  return publicUrl === null ? { text } : { text, href: `${publicUrl}${path}` };
}

const strong = (text: string): Span => ({ text, as: "strong" });
const code = (text: string): Span => ({ text, as: "code" });
