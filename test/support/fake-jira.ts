/**
 * A Jira Cloud site with one project. Shapes: developer.atlassian.com/cloud/jira/platform/rest/v3 (issues, comments,
 * transitions, search/jql) and …/platform/webhooks; what is sent is held to them strictly.
 */
import { z } from "zod";
import {
  FakeTracker,
  hmacOf,
  LULL,
  TOKEN,
  type FakePerson,
  type Sign,
  type Wire,
  onlyOf,
} from "./fake-tracker.ts";

const STATUSES = { "To Do": "new", "In Progress": "indeterminate", Done: "done" } as const;
export type JiraStatus = keyof typeof STATUSES;

interface Issue {
  id: string;
  key: string;
  summary: string;
  description: unknown;
  labels: string[];
  status: JiraStatus;
  assignee: FakePerson | null;
  priority: string | null;
  comments: { id: string; author: FakePerson; body: unknown; text: string; created: number }[];
  createdAt: number;
}

const mark = z.strictObject({
  type: z.enum(["code", "strong", "link"]),
  attrs: z.strictObject({ href: z.url() }).optional(),
});
const inline = z.union([
  z.strictObject({
    type: z.literal("text"),
    text: z.string().min(1),
    marks: z.array(mark).optional(),
  }),
  z.strictObject({ type: z.literal("hardBreak") }),
]);
const paragraph = z.strictObject({ type: z.literal("paragraph"), content: z.array(inline) });
const listItem = z.strictObject({ type: z.literal("listItem"), content: z.array(paragraph) });
/** The part of the Atlassian Document Format that Lull writes. */
const adf = z.strictObject({
  type: z.literal("doc"),
  version: z.literal(1),
  content: z.array(
    z.union([
      paragraph,
      z.strictObject({ type: z.literal("bulletList"), content: z.array(listItem).min(1) }),
      z.strictObject({ type: z.literal("blockquote"), content: z.array(paragraph).min(1) }),
    ]),
  ),
});
const named = z.strictObject({ name: z.string() });
const createBody = z.strictObject({
  fields: z.strictObject({
    project: z.strictObject({ key: z.string() }),
    issuetype: named,
    summary: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\n]*$/),
    description: adf,
    labels: z.array(z.string().regex(/^\S+$/)),
    priority: named.optional(),
  }),
});
const editBody = z.strictObject({
  fields: z.strictObject({ summary: z.string().min(1).max(255), priority: named.optional() }),
});
const commentBody = z.strictObject({ body: adf });
const moveBody = z.strictObject({ transition: z.strictObject({ id: z.string() }) });
const searchBody = z.strictObject({
  jql: z.string().regex(/^project = "\w+" AND labels = "[\w-]+" ORDER BY created ASC$/),
  fields: z.array(z.string()),
  maxResults: z.int(),
});

export class FakeJira extends FakeTracker {
  readonly issues = new Map<string, Issue>();
  /** So long the search does not know of a new issue. */
  indexLagMs = 0;
  /** Whether the workflow leads from one status to another. */
  workflow: (from: JiraStatus, to: JiraStatus) => boolean = (from, to) => from !== to;
  readonly project: string;

  constructor(origin: string, project = "SEC") {
    super(origin);
    this.project = project;
  }

  get only(): Issue {
    return onlyOf(this.issues);
  }

  get all() {
    return [...this.issues.values()].map(({ status, comments }) => ({
      isDone: status === "Done",
      comments: comments.map(({ text }) => text),
    }));
  }

  kindOf({ method, path }: Wire) {
    if (method === "PUT") return "update";
    if (method !== "POST") return null;
    if (path.endsWith("/issue")) return "create";
    if (path.endsWith("/comment")) return "comment";
    return path.endsWith("/transitions") ? "move" : null;
  }

  finish(by: FakePerson): void {
    this.move(this.only.id, "Done", by);
  }

  override begin(by: FakePerson): void {
    this.move(this.only.id, "In Progress", by);
  }

  reopen(by: FakePerson): void {
    this.move(this.only.id, "To Do", by);
  }

  say(text: string, by: FakePerson): void {
    const content = [{ type: "paragraph", content: [{ type: "text", text }] }];
    this.comment(this.only.id, { type: "doc", version: 1, content }, by);
  }

  give(to: FakePerson | null, by: FakePerson): void {
    this.assign(this.only.id, to, by);
  }

  protected answer({ method, path, headers, body }: Wire): { status: number; json?: unknown } {
    const wanted = `Basic ${btoa(`lull@example.com:${TOKEN}`)}`;
    if (headers["authorization"] !== wanted) return { status: 401, json: { message: "who?" } };
    const url = new URL(path, this.origin);
    const route = url.pathname.replace("/rest/api/3/", "");
    const json: unknown = body === "" ? undefined : JSON.parse(body);
    if (method === "GET" && route === "myself") return { status: 200, json: personJson(LULL) };
    if (method === "GET" && route === `project/${this.project}`)
      return { status: 200, json: { id: "1", key: this.project } };
    if (method === "POST" && route === "search/jql") return this.#search(searchBody.parse(json));
    if (method === "POST" && route === "issue") return this.#create(createBody.parse(json).fields);
    const [, id = "", rest = ""] = /^issue\/(\w+)(\/\w+)?$/.exec(route) ?? [];
    const issue = this.issues.get(id);
    if (issue === undefined) return { status: 404, json: { errorMessages: ["no such issue"] } };
    switch (`${method} ${rest}`) {
      case "GET ":
        return { status: 200, json: this.#look(issue) };
      case "PUT ":
        return this.#edit(issue, editBody.parse(json).fields);
      case "GET /comment":
        return { status: 200, json: this.#comments(issue) };
      case "POST /comment":
        return this.#addComment(issue, commentBody.parse(json).body);
      case "POST /transitions":
        return this.#transition(issue, moveBody.parse(json).transition.id);
      default:
        return { status: 405 };
    }
  }

  #search({ jql }: z.infer<typeof searchBody>) {
    const label = /labels = "([^"]+)"/.exec(jql)?.[1] ?? "";
    const issues = [...this.issues.values()].filter(
      (it) => it.labels.includes(label) && this.now() - it.createdAt >= this.indexLagMs,
    );
    return {
      status: 200,
      json: { issues: issues.map(({ id, key }) => ({ id, key })), isLast: true },
    };
  }

  #create(fields: z.infer<typeof createBody>["fields"]) {
    if (fields.project.key !== this.project)
      return { status: 400, json: { errors: { project: "?" } } };
    const n = this.nextId();
    const issue: Issue = {
      id: String(10_000 + n),
      key: `${this.project}-${n}`,
      summary: fields.summary,
      description: fields.description,
      labels: fields.labels,
      status: "To Do",
      assignee: null,
      priority: fields.priority?.name ?? null,
      comments: [],
      createdAt: this.now(),
    };
    this.issues.set(issue.id, issue);
    this.#tell("jira:issue_created", issue, LULL);
    return {
      status: 201,
      json: { id: issue.id, key: issue.key, self: `${this.origin}/rest/api/3/issue/${issue.id}` },
    };
  }

  #edit(issue: Issue, fields: z.infer<typeof editBody>["fields"]) {
    issue.summary = fields.summary;
    issue.priority = fields.priority?.name ?? issue.priority;
    this.#tell("jira:issue_updated", issue, LULL, ["summary"]);
    return { status: 204 };
  }

  #look(issue: Issue) {
    return {
      id: issue.id,
      key: issue.key,
      fields: { status: statusJson(issue.status) },
      transitions: this.#transitions(issue),
    };
  }

  #transitions(issue: Issue) {
    return (Object.keys(STATUSES) as JiraStatus[])
      .filter((to) => this.workflow(issue.status, to))
      .map((to) => ({ id: transitionId(to), name: to, to: statusJson(to) }));
  }

  #transition(issue: Issue, id: string) {
    const found = this.#transitions(issue).find((it) => it.id === id);
    if (found === undefined) return { status: 400, json: { errorMessages: ["not from here"] } };
    this.move(issue.id, found.name, LULL);
    return { status: 204 };
  }

  #comments(issue: Issue) {
    const newest = issue.comments.toReversed().slice(0, 50);
    return {
      comments: newest.map(({ id, author, body }) => ({ id, author: personJson(author), body })),
    };
  }

  #addComment(issue: Issue, body: z.infer<typeof adf>) {
    const id = this.comment(issue.id, body, LULL);
    return { status: 201, json: { id, body } };
  }

  /** Somebody does it on the site. */
  move(id: string, to: JiraStatus, by: FakePerson): void {
    const issue = this.#must(id);
    if (issue.status === to) return;
    issue.status = to;
    this.#tell("jira:issue_updated", issue, by, ["status"]);
  }

  assign(id: string, to: FakePerson | null, by: FakePerson): void {
    const issue = this.#must(id);
    issue.assignee = to;
    this.#tell("jira:issue_updated", issue, by, ["assignee"]);
  }

  comment(id: string, body: unknown, by: FakePerson): string {
    const issue = this.#must(id);
    const comment = {
      id: String(this.nextId()),
      author: by,
      body,
      text: textOf(body).trim(),
      created: this.now(),
    };
    issue.comments.push(comment);
    const created = new Date(comment.created).toISOString();
    const shown = { id: comment.id, author: personJson(by), body, created };
    this.#tell("comment_created", issue, by, [], { comment: shown });
    return comment.id;
  }

  #must(id: string): Issue {
    const issue = this.issues.get(id);
    if (issue === undefined) throw new Error(`no issue ${id}`);
    return issue;
  }

  #tell(
    event: string,
    issue: Issue,
    by: FakePerson,
    fields: string[] = [],
    more: object = {},
  ): void {
    const { id, key, summary, status, assignee, labels } = issue;
    const hook = `hook-${this.nextId()}`;
    const body = {
      timestamp: this.now(),
      webhookEvent: event,
      ...(event.startsWith("jira:") ? { user: personJson(by) } : {}),
      issue: {
        id,
        key,
        fields: {
          summary,
          labels,
          status: statusJson(status),
          assignee: assignee && personJson(assignee),
        },
      },
      ...(fields.length === 0 ? {} : { changelog: { items: fields.map((field) => ({ field })) } }),
      ...more,
    };
    const headers = { "x-atlassian-webhook-identifier": hook };
    this.hooks.push({ id: hook, headers, body: JSON.stringify(body) });
  }
}

export const signJira: Sign = async ({ headers, body }, secret) => ({
  ...headers,
  "x-hub-signature": `sha256=${await hmacOf(secret, body)}`,
});

function transitionId(to: JiraStatus): string {
  return { "To Do": "11", "In Progress": "21", Done: "31" }[to];
}

function statusJson(name: JiraStatus) {
  return { name, statusCategory: { key: STATUSES[name] } };
}

function personJson({ id, name, email }: FakePerson) {
  return {
    accountId: id,
    displayName: name,
    ...(email === undefined ? {} : { emailAddress: email }),
  };
}

/** Without marks: for what tests look at. */
function textOf(node: unknown): string {
  if (typeof node === "string") return node;
  const {
    type,
    text = "",
    content = [],
  } = node as { type: string; text?: string; content?: unknown[] };
  const inside = text + content.map(textOf).join("");
  return type === "paragraph" || type === "hardBreak" ? `${inside}\n` : inside;
}
