/**
 * Jira Cloud, by its REST API v3 (developer.atlassian.com/cloud/jira/platform/rest/v3) with an API token, and its admin
 * webhooks (…/platform/webhooks). Statuses are each site's own: their categories say what they mean.
 */
import { z } from "zod";
import { jiraSettingsSchema } from "../../schema/endpoint-formats.ts";
import type { CasePriority } from "../../schema/case.ts";
import type { TicketState } from "../domain/ticket.ts";
import { adfText, toAdf } from "./adf.ts";
import {
  basic,
  instantOf,
  shaped,
  type Look,
  type TicketNews,
  type TicketRef,
  type Tracker,
  type TrackerContext,
  type TrackerPerson,
} from "./tracker.ts";

const CATEGORIES: Readonly<Record<string, TicketState>> = {
  new: "open",
  undefined: "open",
  indeterminate: "in_progress",
  done: "done",
};

const status = z
  .object({ statusCategory: z.object({ key: z.string() }) })
  .transform(({ statusCategory }) => CATEGORIES[statusCategory.key] ?? "in_progress");

const issue = z.object({ id: z.string(), key: z.string() });
const person = z.object({
  accountId: z.string(),
  displayName: z.string().default("somebody"),
  emailAddress: z.string().nullish(),
});
const comment = z.object({ id: z.string(), body: z.unknown() });

const hook = z.object({
  webhookEvent: z.string(),
  timestamp: z.number(),
  user: person.optional(),
  issue: issue.extend({
    fields: z
      .object({
        status: status.optional(),
        assignee: person.nullish(),
        labels: z.array(z.string()).default([]),
      })
      .default({ labels: [] }),
  }),
  changelog: z.object({ items: z.array(z.object({ field: z.string() })) }).optional(),
  comment: comment.extend({ author: person.optional(), created: z.string().optional() }).optional(),
});

const API = "/rest/api/3";
/** Where nothing leads to a state, what comes nearest. A ticket that is not done is never taken further away. */
const NEAREST: Readonly<Record<TicketState, readonly TicketState[]>> = {
  open: ["open", "in_progress"],
  in_progress: ["in_progress", "open"],
  done: ["done"],
};

const settingsOf = ({ endpoint }: TrackerContext) => jiraSettingsSchema.parse(endpoint.settings);

function refOf({ id, key }: z.infer<typeof issue>, { endpoint }: TrackerContext): TicketRef {
  return { ref: id, key, url: `${endpoint.url.replace(/\/+$/, "")}/browse/${key}` };
}

function fieldsOf(context: TrackerContext, title: string, priority: CasePriority) {
  const name = settingsOf(context).priorities?.[priority];
  return { summary: title, ...(name === undefined ? {} : { priority: { name } }) };
}

export const jira: Tracker = {
  headers: (context) => ({
    authorization: basic(settingsOf(context).email, context.credential),
  }),
  whoami: () => ({ method: "GET", path: `${API}/myself` }),
  account: (json) => shaped(person, json)?.accountId,
  check: (context) => ({ method: "GET", path: `${API}/project/${settingsOf(context).project}` }),
  find: (context, marker) => {
    const jql = `project = "${settingsOf(context).project}" AND labels = "${marker}" ORDER BY created ASC`;
    return {
      method: "POST",
      path: `${API}/search/jql`,
      body: { jql, fields: ["key"], maxResults: 1 },
    };
  },
  found: (json, _marker, context) => {
    const read = shaped(z.object({ issues: z.array(issue) }), json);
    const [first] = read?.issues ?? [];
    return first === undefined ? read && null : refOf(first, context);
  },
  create: (context, { title, text, priority, marker }) => {
    const { project, issueType, labels } = settingsOf(context);
    const fields = {
      project: { key: project },
      issuetype: { name: issueType },
      description: toAdf(text),
      labels: [...labels, marker],
      ...fieldsOf(context, title, priority),
    };
    return { method: "POST", path: `${API}/issue`, body: { fields } };
  },
  created: (json, context) => {
    const made = shaped(issue, json);
    return made && refOf(made, context);
  },
  comment: (_, ref, text) => ({
    method: "POST",
    path: `${API}/issue/${ref}/comment`,
    body: { body: toAdf(text) },
  }),
  comments: (_, ref) => ({
    method: "GET",
    path: `${API}/issue/${ref}/comment?orderBy=-created&maxResults=50`,
  }),
  commentsRead: (json) =>
    shaped(z.object({ comments: z.array(comment) }), json)?.comments.map(({ id, body }) => ({
      id,
      text: adfText(body),
    })),
  look: (_, ref) => ({
    method: "GET",
    path: `${API}/issue/${ref}?fields=status&expand=transitions`,
  }),
  looked: (json): Look | undefined => {
    const transition = z.object({ id: z.string(), to: status });
    const shape = z.object({
      fields: z.object({ status }),
      transitions: z.array(transition).default([]),
    });
    const read = shaped(shape, json);
    return read && { state: read.fields.status, moves: read.transitions };
  },
  move: (_, ref, to, look) => {
    const [id] = NEAREST[to].flatMap((state) =>
      state === look?.state ? [] : (look?.moves.filter((it) => it.to === state) ?? []),
    );
    if (id === undefined) return null;
    const body = { transition: { id: id.id } };
    return { method: "POST", path: `${API}/issue/${ref}/transitions`, body };
  },
  update: (context, ref, { title, priority }) => ({
    method: "PUT",
    path: `${API}/issue/${ref}`,
    body: { fields: fieldsOf(context, title, priority) },
  }),
  signatures: [{ header: "x-hub-signature", scheme: "hmac", prefix: "sha256=", as: "hex" }],
  readHook: (headers, json, context): TicketNews | null => {
    const read = shaped(hook, json);
    const id = headers.get("x-atlassian-webhook-identifier");
    const author = read?.comment?.author ?? read?.user;
    if (read === undefined || author === undefined || id === null) return null;
    const { fields } = read.issue;
    const news = {
      id,
      at: read.timestamp,
      author: personOf(author),
      ticket: refOf(read.issue, context),
      marked: fields.labels.join(" "),
    };
    if (read.webhookEvent === "comment_created" && read.comment !== undefined) {
      const { id: commentId, body, created } = read.comment;
      const at = (created === undefined ? null : instantOf(created)) ?? news.at;
      return { ...news, at, comment: { id: commentId, text: adfText(body) } };
    }
    if (read.webhookEvent !== "jira:issue_updated") return null;
    const changed = new Set(read.changelog?.items.map(({ field }) => field));
    const moved = changed.has("status") ? fields.status : undefined;
    const assignee = fields.assignee ?? null;
    if (moved === undefined && !changed.has("assignee")) return null;
    return {
      ...news,
      ...(moved === undefined ? {} : { moved }),
      ...(changed.has("assignee") ? { assignee: assignee && personOf(assignee) } : {}),
    };
  },
};

function personOf({ accountId, displayName, emailAddress }: z.infer<typeof person>): TrackerPerson {
  return { id: accountId, name: displayName, email: emailAddress ?? null };
}
