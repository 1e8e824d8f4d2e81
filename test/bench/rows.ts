/**
 * The rows that a batch writes, by calculation: what its command and its share of a checkpoint take in the
 * actor, and the drain that follows, played through with a D1 that takes everything. D1 counts a row for
 * the table and one for each index that a write touches (schema/tables.ts).
 */
import type { Command, HostState } from "../../durable/domain/model.ts";
import { planDrain, refreshAt } from "../../durable/domain/schedule.ts";
import { agentShape } from "../../durable/domain/roster.ts";
import { unsettled } from "../../durable/domain/settle.ts";
import { hostResourceId } from "../../schema/ids.ts";
import type { BenchHost } from "./fleet.ts";
import type { Actors } from "./pipeline.ts";

/** The row, its primary key and its indexes, of which two hold only some rows. */
const D1_FINDING = 14;
/** The row and the index of deadlines. */
const D1_REFRESH = 2;
const D1_SIGNAL = 9;
const D1_AGENT = 4;
/** `setAlarm`. */
const ALARM_ROW = 1;

export interface RowCount {
  rows: number;
  d1: number;
}

/** What a batch costs that was made durable in so many rows, with the drain that it causes. */
export function rowsOf(rows: number, actors: Actors, host: BenchHost, now: number): RowCount {
  const owner = hostResourceId(host.id);
  const count: RowCount = { rows, d1: 0 };
  const apply = (command: Command) => {
    actors.decide(owner, command, now);
    count.rows += actors.keep(owner, command, now).rows;
  };
  for (let plan = planDrain(actors.state(owner), now); plan !== null;) {
    count.rows += ALARM_ROW;
    const asked = unsettled(actors.state(owner).findings.values()).map(({ id }) => id);
    if (asked.length > 0) apply({ type: "settle", asked, stored: [] });
    plan = planDrain(actors.state(owner), now);
    if (plan === null) break;
    count.d1 += d1Rows(actors.state(owner), plan.messages, now);
    const findings = written(actors.state(owner), plan.messages, plan.refreshes);
    const agents = plan.agents.map((agent) => ({
      id: agent.id,
      lastContactAt: agent.lastContactAt,
      shape: agentShape(agent),
    }));
    count.d1 += agents.length * D1_AGENT;
    apply({ type: "flushed", seqs: plan.messages.map(({ seq }) => seq), findings, agents });
    plan = planDrain(actors.state(owner), now);
  }
  return count;
}

type Messages = HostState["outbox"];

function d1Rows(state: HostState, messages: Messages, now: number): number {
  const refreshes = [...state.findings.values()].filter((finding) => refreshAt(finding) <= now);
  const told = messages.reduce(
    (sum, message) => sum + ("signal" in message ? D1_SIGNAL : D1_FINDING),
    0,
  );
  return told + refreshes.length * D1_REFRESH;
}

function written(
  state: HostState,
  messages: Messages,
  refreshes: readonly { id: string }[],
): Extract<Command, { type: "flushed" }>["findings"] {
  const ids = new Set<string>(refreshes.map(({ id }) => id));
  for (const message of messages) if ("finding" in message) ids.add(message.finding.id);
  return [...state.findings.values()]
    .filter(({ id }) => ids.has(id))
    .map(({ id, version, totalCount, lateCount }) => ({
      id,
      version,
      totalCount,
      lateCount,
      shape: "",
    }));
}
