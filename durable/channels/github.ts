/**
 * GitHub Issues, by its REST API (docs.github.com/en/rest/issues, version 2022-11-28) and repository webhooks
 * (docs.github.com/en/webhooks). An issue is open or closed, and nothing between. The marker stands in its text: labels
 * are dropped unseen where the account may not set them, and one a case would litter the repository.
 */
import type { operations } from "@octokit/openapi-types";
import { z } from "zod";
import { githubSettingsSchema } from "../../schema/endpoint-formats.ts";
import { toMarkdown } from "./rich-text.ts";
import {
  instantOf,
  shaped,
  type TicketNews,
  type TicketRef,
  type Tracker,
  type TrackerContext,
  type TrackerPerson,
} from "./tracker.ts";

/** What a request must hold, by the description of the API that GitHub publishes. */
type Body<O extends keyof operations> = NonNullable<
  operations[O] extends { requestBody?: { content: { "application/json": infer B } } } ? B : never
>;

const user = z.object({ login: z.string() });
const issue = z.object({
  number: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});
const comment = z.object({ id: z.int(), body: z.string().nullish() });

const hook = z.object({
  action: z.string(),
  issue: issue.extend({
    updated_at: z.string(),
    assignees: z.array(user).default([]),
  }),
  comment: comment.extend({ created_at: z.string() }).optional(),
  sender: user,
  repository: z.object({ full_name: z.string() }),
});

/** As many as an answer holds with their texts. */
const PAGE = 30;

const settingsOf = ({ endpoint }: TrackerContext) => githubSettingsSchema.parse(endpoint.settings);

function repoOf(context: TrackerContext): string {
  const { owner, repo } = settingsOf(context);
  return `/repos/${owner}/${repo}`;
}

function refOf(
  { number, html_url: url }: z.infer<typeof issue>,
  context: TrackerContext,
): TicketRef {
  const { owner, repo } = settingsOf(context);
  return { ref: String(number), key: `${owner}/${repo}#${number}`, url };
}

export const github: Tracker = {
  headers: ({ credential }) => ({
    authorization: `Bearer ${credential}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  }),
  whoami: () => ({ method: "GET", path: "/user" }),
  account: (json) => shaped(user, json)?.login,
  check: (context) => ({ method: "GET", path: `${repoOf(context)}/issues?per_page=1` }),
  find: (context, _marker, account) => ({
    method: "GET",
    path: `${repoOf(context)}/issues?state=all&creator=${encodeURIComponent(account)}&sort=created&direction=desc&per_page=${PAGE}`,
  }),
  found: (json, marker, context) => {
    const read = shaped(z.array(issue), json);
    const own = read?.findLast(({ body }) => body?.includes(marker) === true);
    return own === undefined ? read && null : refOf(own, context);
  },
  create: (context, { title, text, marker }) => ({
    method: "POST",
    path: `${repoOf(context)}/issues`,
    body: {
      title,
      body: `${toMarkdown(text)}\n\n<!-- ${marker} -->`,
      labels: settingsOf(context).labels,
    } satisfies Body<"issues/create">,
  }),
  created: (json, context) => {
    const made = shaped(issue, json);
    return made && refOf(made, context);
  },
  comment: (context, ref, text) => ({
    method: "POST",
    path: `${repoOf(context)}/issues/${ref}/comments`,
    body: { body: toMarkdown(text) } satisfies Body<"issues/create-comment">,
  }),
  // The oldest come first, whatever is asked: so only those of since then are asked for.
  comments: (context, ref, since) => ({
    method: "GET",
    path: `${repoOf(context)}/issues/${ref}/comments?per_page=${PAGE}&since=${new Date(since).toISOString()}`,
  }),
  commentsRead: (json) =>
    shaped(z.array(comment), json)?.map(({ id, body }) => ({ id: String(id), text: body ?? "" })),
  look: null,
  looked: () => undefined,
  move: (context, ref, to) => ({
    method: "PATCH",
    path: `${repoOf(context)}/issues/${ref}`,
    body: (to === "done"
      ? { state: "closed", state_reason: "completed" }
      : { state: "open" }) satisfies Body<"issues/update">,
  }),
  update: (context, ref, { title }) => ({
    method: "PATCH",
    path: `${repoOf(context)}/issues/${ref}`,
    body: { title } satisfies Body<"issues/update">,
  }),
  signatures: [{ header: "x-hub-signature-256", scheme: "hmac", prefix: "sha256=", as: "hex" }],
  readHook: (headers, json, context): TicketNews | null => {
    const read = shaped(hook, json);
    const id = headers.get("x-github-delivery");
    // A pull request is an issue too, and none of ours; an organisation's hook tells of all its repositories.
    if (read === undefined || id === null || read.issue.pull_request !== undefined) return null;
    if (`/repos/${read.repository.full_name}`.toLowerCase() !== repoOf(context).toLowerCase())
      return null;
    const changedAt = read.comment?.created_at ?? read.issue.updated_at;
    const news = {
      id,
      at: instantOf(changedAt) ?? 0,
      author: personOf(read.sender),
      ticket: refOf(read.issue, context),
      marked: read.issue.body ?? "",
    };
    const kind = `${headers.get("x-github-event") ?? ""}.${read.action}`;
    switch (kind) {
      case "issues.closed":
        return { ...news, moved: "done" };
      case "issues.reopened":
        return { ...news, moved: "reopened" };
      case "issues.assigned":
      case "issues.unassigned": {
        const [first] = read.issue.assignees;
        return { ...news, assignee: first === undefined ? null : personOf(first) };
      }
      case "issue_comment.created": {
        if (read.comment === undefined) return null;
        const { id: commentId, body } = read.comment;
        return { ...news, comment: { id: String(commentId), text: body ?? "" } };
      }
      default:
        return null;
    }
  },
};

function personOf({ login }: z.infer<typeof user>): TrackerPerson {
  return { id: login, name: login, email: null };
}
