/**
 * ServiceNow, by its Table API (servicenow.com/docs, "Table API") with an account of its own, and by a business rule that
 * the guide gives (docs/trackers.md), since it has no webhooks: what that sends is ours. The marker is the ticket's
 * correlation id, and comments are work notes, which only those see who work on it.
 */
import { z } from "zod";
import { servicenowSettingsSchema } from "../../schema/endpoint-formats.ts";
import type { CasePriority } from "../../schema/case.ts";
import {
  MAX_SHORT_TEXT_CHARS,
  MAX_SHORT_TITLE_CHARS,
  MAX_TRACKER_NAME_CHARS,
} from "../../schema/limits.ts";
import { TICKET_STATES, type TicketState } from "../domain/ticket.ts";
import { toPlain, type RichText } from "./rich-text.ts";
import {
  addressOf,
  basic,
  shaped,
  type TicketNews,
  type TicketRef,
  type Tracker,
  type TrackerContext,
  type TrackerPerson,
} from "./tracker.ts";

const sysId = z.string().regex(/^[0-9a-f]{32}$/);
const row = z.object({ sys_id: sysId, number: z.string() });
const one = <S extends z.ZodType>(result: S) => z.object({ result });

const person = z.object({
  user: z.string(),
  name: z.string().default("somebody"),
  email: z.string().nullish(),
});

/** What the business rule sends: one for what was changed at once, and one for each comment. */
const hook = z.object({
  id: z.string().min(1).max(MAX_TRACKER_NAME_CHARS),
  at: z.int().nonnegative(),
  table: z.string(),
  sysId,
  number: z.string(),
  correlationId: z.string(),
  by: person,
  state: z.string().optional(),
  assignee: person.nullish(),
  comment: z.string().optional(),
});

const settingsOf = ({ endpoint }: TrackerContext) =>
  servicenowSettingsSchema.parse(endpoint.settings);

const API = "/api/now/table";

function tableOf(context: TrackerContext, query: Readonly<Record<string, string>>): string {
  return `${API}/${settingsOf(context).table}?${new URLSearchParams(query).toString()}`;
}

function rowOf(context: TrackerContext, ref: string, query: Readonly<Record<string, string>>) {
  const fields = new URLSearchParams(query).toString();
  return `${API}/${settingsOf(context).table}/${encodeURIComponent(ref)}?${fields}`;
}

function refOf(
  { sys_id: ref, number: key }: z.infer<typeof row>,
  context: TrackerContext,
): TicketRef {
  const record = encodeURIComponent(`${settingsOf(context).table}.do?sys_id=${ref}`);
  return { ref, key, url: `${context.endpoint.url.replace(/\/+$/, "")}/nav_to.do?uri=${record}` };
}

function fieldsOf(context: TrackerContext, title: string, priority: CasePriority) {
  const [impact, urgency] = (settingsOf(context).priorities?.[priority] ?? "").split("/");
  return {
    short_description: title.slice(0, MAX_SHORT_TITLE_CHARS),
    // Their own priority follows from these two.
    ...(urgency === undefined ? {} : { impact: impact?.trim(), urgency: urgency.trim() }),
  };
}

/** `[code]` in a journal is HTML. Where a text is too long, its end stays: by its last line it is known. */
function written(text: RichText): string {
  const plain = toPlain(text).replaceAll(/\[(?=\/?code\])/gi, "[\u200b");
  if (plain.length <= MAX_SHORT_TEXT_CHARS) return plain;
  const end = `…${plain.slice(plain.lastIndexOf("\n\n"))}`;
  return plain.slice(0, MAX_SHORT_TEXT_CHARS - end.length) + end;
}

/** The first one is set. */
function valuesOf(context: TrackerContext, state: TicketState): string[] {
  return settingsOf(context)
    .states[state].split(",")
    .map((value) => value.trim());
}

/** What is none of them is on its way. */
function stateOf(context: TrackerContext, value: string): TicketState {
  return TICKET_STATES.find((state) => valuesOf(context, state).includes(value)) ?? "in_progress";
}

export const servicenow: Tracker = {
  headers: (context): Record<string, string> => {
    const { user, signIn } = settingsOf(context);
    return signIn === "api-key"
      ? { "x-sn-apikey": context.credential }
      : { authorization: basic(user, context.credential) };
  },
  whoami: (context) => {
    const query = new URLSearchParams({
      sysparm_query: `user_name=${settingsOf(context).user}`,
      sysparm_fields: "user_name",
      sysparm_limit: "1",
    });
    return { method: "GET", path: `${API}/sys_user?${query.toString()}` };
  },
  account: (json) =>
    shaped(one(z.array(z.object({ user_name: z.string() }))), json)?.result[0]?.user_name,
  check: (context) => ({
    method: "GET",
    path: tableOf(context, { sysparm_fields: "sys_id", sysparm_limit: "1" }),
  }),
  find: (context, marker) => ({
    method: "GET",
    path: tableOf(context, {
      sysparm_query: `correlation_id=${marker}^ORDERBYsys_created_on`,
      sysparm_fields: "sys_id,number,correlation_id",
      sysparm_limit: "1",
    }),
  }),
  found: (json, marker, context) => {
    const read = shaped(one(z.array(row.extend({ correlation_id: z.string() }))), json)?.result;
    // A table without that field would give whatever it has.
    const own = read?.find(({ correlation_id: id }) => id === marker);
    return own === undefined ? read && null : refOf(own, context);
  },
  create: (context, { title, text, priority, marker }) => ({
    method: "POST",
    path: tableOf(context, { sysparm_fields: "sys_id,number" }),
    body: {
      ...fieldsOf(context, title, priority),
      description: written(text),
      correlation_id: marker,
      correlation_display: "Lull",
      state: valuesOf(context, "open")[0],
    },
  }),
  created: (json, context) => {
    const made = shaped(one(row), json)?.result;
    return made && refOf(made, context);
  },
  comment: (context, ref, text) => ({
    method: "PATCH",
    path: rowOf(context, ref, { sysparm_fields: "sys_id" }),
    body: { work_notes: written(text) },
  }),
  // As people read them, in one text: the table that has them one by one is for admins.
  comments: (context, ref) => ({
    method: "GET",
    path: rowOf(context, ref, { sysparm_fields: "work_notes", sysparm_display_value: "true" }),
  }),
  commentsRead: (json) =>
    shaped(one(z.object({ work_notes: z.string() })), json)
      ?.result.work_notes.split("\n")
      .map((line) => ({ id: "", text: line })),
  look: (context, ref) => ({
    method: "GET",
    path: rowOf(context, ref, { sysparm_fields: "state" }),
  }),
  looked: (json, context) => {
    const read = shaped(one(z.object({ state: z.string() })), json)?.result;
    return read && { state: stateOf(context, read.state), moves: [] };
  },
  move: (context, ref, to, look) => {
    if (look?.state === to) return null;
    const closing = { close_code: settingsOf(context).closeCode, close_notes: CLOSE_NOTES };
    return {
      method: "PATCH",
      path: rowOf(context, ref, { sysparm_fields: "state" }),
      body: { state: valuesOf(context, to)[0], ...(to === "done" ? closing : {}) },
    };
  },
  update: (context, ref, { title, priority }) => ({
    method: "PATCH",
    path: rowOf(context, ref, { sysparm_fields: "sys_id" }),
    body: fieldsOf(context, title, priority),
  }),
  // A data policy or a business rule that forbids it.
  refusals: [403],
  signatures: [{ header: "x-lull-signature", scheme: "hmac", prefix: "sha256=", as: "base64" }],
  readHook: (_, json, context): TicketNews | null => {
    const read = shaped(hook, json);
    if (read === undefined || read.table !== settingsOf(context).table) return null;
    const { id, at, sysId: ref, number, correlationId, by, state, assignee, comment } = read;
    if (state === undefined && assignee === undefined && comment === undefined) return null;
    return {
      id,
      at,
      author: personOf(by),
      ticket: refOf({ sys_id: ref, number }, context),
      marked: correlationId,
      ...(state === undefined ? {} : { moved: stateOf(context, state) }),
      ...(assignee === undefined ? {} : { assignee: assignee && personOf(assignee) }),
      ...(comment === undefined ? {} : { comment: { id, text: comment } }),
    };
  },
};

const CLOSE_NOTES = "Said to be fixed in Lull, or closed there: its work notes say more.";

function personOf({ user, name, email }: z.infer<typeof person>): TrackerPerson {
  return { id: user, name, email: addressOf(email) };
}
