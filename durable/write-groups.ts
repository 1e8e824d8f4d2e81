/**
 * What is written to D1, and which writes share a statement. Pure.
 * Contract: a statement has each key once, so that the keys it answers with tell which writes changed a row.
 */
import type { EpisodeFacts } from "../schema/certificate.ts";
import type { agents, episodes, findings, signals } from "../schema/tables.ts";
import type { Finding } from "./domain/model.ts";
import type { AgentDoc } from "./domain/agent-view.ts";
import type { FindingDoc, SignalDoc } from "./domain/view.ts";
import { MAX_JSON_CHARS } from "./json-rows.ts";

/** A finding's row, but for what mutes and the API own. */
type FindingRow = Omit<typeof findings.$inferSelect, "mutedUntil" | "caseId" | "doc"> & {
  doc: FindingDoc;
};

/** What moves while a finding stays open, and what the row is known by. */
type RefreshRow = Pick<
  FindingRow,
  | "tenant"
  | "id"
  | "owner"
  | "version"
  | "lastSeenAt"
  | "deadlineAt"
  | "count"
  | "totalCount"
  | "doc"
>;

/** An episode's row without its case, and whose the finding's row must be. D1 refuses one that has not ended. */
type EpisodeRow = Omit<typeof episodes.$inferSelect, "caseId" | "resolvedAt" | "resolution"> &
  Pick<Finding, "resolvedAt" | "resolution"> & { owner: string };

type SignalRow = Omit<typeof signals.$inferSelect, "doc"> & { doc: SignalDoc };

type AgentRow = Omit<typeof agents.$inferSelect, "doc"> & { doc: AgentDoc };

export type Write =
  | { kind: "finding"; row: FindingRow; claim: Finding["claim"] }
  | { kind: "refresh"; row: RefreshRow }
  | { kind: "episode"; row: EpisodeRow; facts: EpisodeFacts | undefined }
  | { kind: "signal"; row: SignalRow }
  | { kind: "agent"; row: AgentRow }
  /** Its row goes. */
  | { kind: "agentGone"; row: Pick<AgentRow, "tenant" | "owner" | "id"> };

/** One statement. */
export interface Group {
  kind: Write["kind"];
  /** Of its only row. */
  claim: Finding["claim"];
  turn: number;
  /** As JSON. */
  rows: string[];
  chars: number;
  /** Where each of its writes stood in the list, by the key that a changed row answers with. */
  places: Map<string, number>;
}

/** Episodes look at their finding's row, which must be there before them. */
const PHASES = { finding: 0, refresh: 0, episode: 1, signal: 2, agent: 3, agentGone: 3 } as const;
const KINDS = ["finding", "refresh", "episode", "signal", "agent", "agentGone"] as const;

interface Queued {
  write: Write;
  claim: Finding["claim"];
  place: number;
  key: string;
  /** How many writes of the same row come before it: each of them goes into an earlier statement. */
  turn: number;
}

/** The statements for these writes, in the order in which they must run. */
export function groupsOf(writes: readonly Write[]): Group[] {
  const groups: Group[] = [];
  for (const queued of queuedOf(writes).toSorted(inOrder)) {
    const row = JSON.stringify(queued.write.row);
    let group = groups.at(-1);
    if (group === undefined || !takes(group, queued, row)) {
      const { write, claim, turn } = queued;
      group = { kind: write.kind, claim, turn, rows: [], chars: 0, places: new Map() };
      groups.push(group);
    }
    group.rows.push(row);
    group.chars += row.length + 1;
    group.places.set(queued.key, queued.place);
  }
  return groups;
}

function queuedOf(writes: readonly Write[]): Queued[] {
  const turns = new Map<string, number>();
  return writes.map((write, place) => {
    const key = keyOf(write);
    const row = `${PHASES[write.kind]} ${key}`;
    const turn = turns.get(row) ?? 0;
    turns.set(row, turn + 1);
    const claim = write.kind === "finding" ? write.claim : null;
    return { write, claim, place, key, turn };
  });
}

/** What a changed row answers with. */
function keyOf(write: Write): string {
  return write.kind === "episode" ? `${write.row.finding} ${write.row.episode}` : write.row.id;
}

function inOrder(a: Queued, b: Queued): number {
  return (
    PHASES[a.write.kind] - PHASES[b.write.kind] ||
    a.turn - b.turn ||
    KINDS.indexOf(a.write.kind) - KINDS.indexOf(b.write.kind) ||
    // Takeovers go alone, and must not part the others.
    Number(a.claim !== null) - Number(b.claim !== null)
  );
}

/** Whether the row may go into that statement. A takeover names the row that it must find: it goes alone. */
function takes(group: Group, queued: Queued, row: string): boolean {
  return (
    group.kind === queued.write.kind &&
    group.turn === queued.turn &&
    group.claim === null &&
    queued.claim === null &&
    group.chars + row.length <= MAX_JSON_CHARS
  );
}
