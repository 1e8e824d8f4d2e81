/** Lets a case follow what somebody has done with its ticket, as people do it with the case itself. */
import { and, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CaseStatus } from "../../schema/case.ts";
import { trackerSettings } from "../../schema/endpoint-formats.ts";
import { isWaiting, thisHook } from "../../schema/queries-trackers.ts";
import { trackerInbox } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { loadCase } from "../../durable/cases/read.ts";
import { CASE_ACTION_RULES } from "../../durable/domain/case.ts";
import { membersOf } from "../../durable/domain/tenant-members.ts";
import { actionOf } from "../../durable/domain/ticket.ts";
import type { TicketChange } from "../../durable/endpoint-hooks.ts";
import type { TrackerPerson } from "../../durable/channels/tracker.ts";
import { log } from "../../durable/log.ts";
import type { Editor } from "../api/rules.ts";
import { patchCase } from "../cases/change.ts";
import { addNote } from "../cases/notes.ts";
import type { Env } from "../env.ts";
import type { Answer } from "../problem.ts";
import type { Tenant } from "../tenant.ts";

type Row = typeof trackerInbox.$inferSelect;

/** Why it was refused, for the log; `again`: not now; null: it has taken effect. */
export async function applyChange(
  env: Env,
  tenant: Tenant,
  row: Row,
  { author, ticket, moved, assignee, comment }: TicketChange,
  now: EpochMs,
): Promise<string | null> {
  const by = `${author.name} (${ticket.key})`;
  const doer = { kind: "tracker" as const, id: row.endpoint, name: by };
  const editor: Editor = { env, tenant, by, doer, now, hook: onceFor(env, row, now) };
  if (comment !== undefined) {
    if (comment.text === "") return null;
    return whyNot(await addNote(editor, row.case, comment.text, `${row.endpoint}:${comment.id}`));
  }
  const state = await loadCase(drizzle(env.DB), tenant.id, row.case);
  if (state === null) return "there is no such case";
  const status = moved === undefined ? null : statusAfter(moved, state.row.status);
  const member = assignee === undefined ? undefined : memberFor(tenant, row, assignee);
  const isClosed = (status ?? state.row.status) === "closed";
  const patch = {
    ...(status === null ? {} : { status }),
    // What is closed is not given to anybody.
    ...(member === undefined || isClosed ? {} : { assignee: member }),
  };
  if (Object.keys(patch).length === 0) return null;
  return whyNot(await patchCase(editor, row.case, patch, null));
}

/** That it has taken effect is written with what it changes, and only if it has not. */
function onceFor(env: Env, row: Row, now: EpochMs): NonNullable<Editor["hook"]> {
  return {
    origin: row.endpoint,
    condition: isWaiting(row),
    note: (changed) => [
      drizzle(env.DB)
        .update(trackerInbox)
        .set({ appliedAt: now })
        .where(and(thisHook(row), sql`exists ${changed}`)),
    ],
  };
}

function statusAfter(
  moved: NonNullable<TicketChange["moved"]>,
  status: CaseStatus,
): CaseStatus | null {
  const action = actionOf(moved, status);
  return action === null ? null : CASE_ACTION_RULES[action].to;
}

/** Undefined: it is nobody who is known here. */
function memberFor(
  { id: tenant, config }: Tenant,
  { endpoint, case: caseId }: Row,
  person: TrackerPerson | null,
): string | null | undefined {
  if (person === null) return null;
  const members = membersOf(config).filter(({ disabledAt }) => disabledAt === null);
  const found = addressesOf(config, endpoint, person)
    .map((address) => members.find(({ email }) => email?.toLowerCase() === address.toLowerCase()))
    .find((member) => member !== undefined);
  if (found === undefined)
    log("warn", "tracker.assignee_unknown", { tenant, endpoint, case: caseId });
  return found?.id;
}

/** What the tracker says of them, and what the endpoint's settings do. */
function addressesOf(
  config: Tenant["config"],
  endpoint: string,
  { id, name, email }: TrackerPerson,
): string[] {
  const settings = config.endpoints.find((known) => known.id === endpoint)?.settings ?? {};
  const people = trackerSettings.people.safeParse(settings["people"]).data ?? {};
  return [email, people[id], people[name]].filter((it): it is string => typeof it === "string");
}

function whyNot(answer: Answer<unknown>): string | null {
  if (answer.ok) return null;
  // The case is being changed by others all the time.
  return answer.problem.status === 503 ? "again" : answer.problem.detail;
}
