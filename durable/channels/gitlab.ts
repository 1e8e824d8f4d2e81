/**
 * GitLab Issues, by its REST API v4 (docs.gitlab.com/api/issues, …/api/notes) and its project webhooks
 * (docs.gitlab.com/user/project/integrations/webhook_events). An issue is open or closed, and nothing between. The marker
 * stands in its text, as in GitHub: a label a case would litter the project.
 */
import { z } from "zod";
import { gitlabSettingsSchema } from "../../schema/endpoint-formats.ts";
import { toMarkdown, type RichText } from "./rich-text.ts";
import {
  addressOf,
  CLOCKS_MS,
  instantOf,
  shaped,
  type TicketNews,
  type TicketRef,
  type Tracker,
  type TrackerContext,
  type TrackerPerson,
} from "./tracker.ts";

const link = z.url({ protocol: /^https?$/ });
const issue = z.object({
  iid: z.int(),
  web_url: link,
  references: z.object({ full: z.string() }),
});
const note = z.object({ id: z.int(), body: z.string() });
/** Their addresses may be `[REDACTED]`. */
const user = z.object({
  username: z.string(),
  name: z.string().default("somebody"),
  email: z.string().nullish(),
});

const project = z.object({ id: z.int(), path_with_namespace: z.string(), web_url: link });
const described = z.object({ iid: z.int(), description: z.string().nullish() });
const issueHook = z.object({
  object_kind: z.literal("issue"),
  user,
  project,
  object_attributes: described.extend({
    id: z.int(),
    action: z.string().optional(),
    updated_at: z.string(),
  }),
  assignees: z.array(user).default([]),
  changes: z.object({ assignees: z.unknown().optional() }).default({}),
});
const noteHook = z.object({
  object_kind: z.literal("note"),
  user,
  project,
  object_attributes: z.object({
    id: z.int(),
    note: z.string(),
    created_at: z.string(),
    /** The tracker's own words, such as "changed the description". */
    system: z.boolean().default(false),
    /** Absent before GitLab 16.11, which told of new ones alone. */
    action: z.string().default("create"),
  }),
  // Absent: it is about something else.
  issue: described,
});
const hook = z.discriminatedUnion("object_kind", [issueHook, noteHook]);

/** As many as an answer holds with their texts. */
const PAGE = 30;

const settingsOf = ({ endpoint }: TrackerContext) => gitlabSettingsSchema.parse(endpoint.settings);

function issuesOf(context: TrackerContext): string {
  return `/api/v4/projects/${encodeURIComponent(settingsOf(context).project)}/issues`;
}

function refOf({ iid, web_url: url, references }: z.infer<typeof issue>): TicketRef {
  return { ref: String(iid), key: references.full, url };
}

/** A line that begins with a slash would be a command. */
function written(text: RichText): string {
  return toMarkdown(text).replaceAll(/^(\s*)\//gm, "$1\\/");
}

export const gitlab: Tracker = {
  headers: ({ credential }) => ({ "private-token": credential }),
  whoami: () => ({ method: "GET", path: "/api/v4/user" }),
  account: (json) => shaped(user, json)?.username,
  check: (context) => ({ method: "GET", path: `${issuesOf(context)}?per_page=1` }),
  // The oldest first: however many have been made since, it is among them.
  find: (context, _marker, _account, since) => {
    const after = encodeURIComponent(new Date(Math.max(0, since - CLOCKS_MS)).toISOString());
    const query = `scope=created_by_me&created_after=${after}&order_by=created_at&sort=asc&per_page=${PAGE}`;
    return { method: "GET", path: `${issuesOf(context)}?${query}` };
  },
  found: (json, marker) => {
    const marked = issue.extend({ description: z.string().nullish() });
    const read = shaped(z.array(marked), json);
    const own = read?.find(({ description }) => description?.includes(marker) === true);
    return own === undefined ? read && null : refOf(own);
  },
  create: (context, { title, text, marker }) => {
    const { labels, visibility } = settingsOf(context);
    const body = {
      title,
      description: `${written(text)}\n\n<!-- ${marker} -->`,
      labels: labels.join(","),
      confidential: visibility === "confidential",
    };
    return { method: "POST", path: issuesOf(context), body };
  },
  created: (json) => {
    const made = shaped(issue, json);
    return made && refOf(made);
  },
  comment: (context, ref, text) => ({
    method: "POST",
    path: `${issuesOf(context)}/${ref}/notes`,
    body: { body: written(text) },
  }),
  comments: (context, ref) => ({
    method: "GET",
    path: `${issuesOf(context)}/${ref}/notes?order_by=created_at&sort=desc&per_page=${PAGE}`,
  }),
  commentsRead: (json) =>
    shaped(z.array(note), json)?.map(({ id, body }) => ({ id: String(id), text: body })),
  look: null,
  looked: () => undefined,
  move: (context, ref, to) => ({
    method: "PUT",
    path: `${issuesOf(context)}/${ref}`,
    body: { state_event: to === "done" ? "close" : "reopen" },
  }),
  update: (context, ref, { title }) => ({
    method: "PUT",
    path: `${issuesOf(context)}/${ref}`,
    body: { title },
  }),
  // The second since GitLab 19, where its "signing token" is the endpoint's secret.
  signatures: [
    { header: "x-gitlab-token", scheme: "token" },
    { header: "webhook-signature", scheme: "standard" },
  ],
  readHook: (headers, json, context): TicketNews | null => {
    const read = shaped(hook, json);
    // A group's hook tells of all its projects.
    if (read === undefined || !isOf(read.project, settingsOf(context).project)) return null;
    const id = idOf(headers, read);
    if (id === null) return null;
    return read.object_kind === "note" ? noteNews(id, read) : issueNews(id, read);
  },
};

function issueNews(id: string, read: z.infer<typeof issueHook>): TicketNews | null {
  const { object_attributes: it, assignees, changes } = read;
  const moved = { close: "done", reopen: "reopened" } as const;
  const { action } = it;
  const where = action === "close" || action === "reopen" ? moved[action] : undefined;
  const isAssigned = changes.assignees !== undefined;
  if (where === undefined && !isAssigned) return null;
  const [first] = assignees;
  return {
    ...newsOf(id, read, it, it.updated_at),
    ...(where === undefined ? {} : { moved: where }),
    ...(isAssigned ? { assignee: first === undefined ? null : personOf(first) } : {}),
  };
}

function noteNews(id: string, read: z.infer<typeof noteHook>): TicketNews | null {
  const { id: noteId, note: text, system, action, created_at: at } = read.object_attributes;
  if (system || action !== "create") return null;
  return { ...newsOf(id, read, read.issue, at), comment: { id: String(noteId), text } };
}

function newsOf(
  id: string,
  { user: author, project: { path_with_namespace: path, web_url: url } }: z.infer<typeof hook>,
  { iid, description }: z.infer<typeof described>,
  at: string,
): TicketNews {
  return {
    id,
    at: instantOf(at) ?? 0,
    author: personOf(author),
    ticket: { ref: String(iid), key: `${path}#${iid}`, url: `${url}/-/issues/${iid}` },
    marked: description ?? "",
  };
}

/** The key is of one delivery; the other, of older ones, may be of all that one request has caused. */
function idOf(
  headers: Headers,
  { object_kind: kind, object_attributes: it }: z.infer<typeof hook>,
) {
  const key = headers.get("idempotency-key");
  const request = headers.get("x-gitlab-event-uuid");
  return key ?? (request === null ? null : `${request}:${kind}:${it.id}:${it.action ?? ""}`);
}

function isOf({ id, path_with_namespace: path }: z.infer<typeof project>, wanted: string): boolean {
  return wanted === String(id) || wanted.toLowerCase() === path.toLowerCase();
}

function personOf({ username, name, email }: z.infer<typeof user>): TrackerPerson {
  return { id: username, name, email: addressOf(email) };
}
