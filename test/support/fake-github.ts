/**
 * A repository of GitHub with its issues. Shapes: docs.github.com/en/rest/issues (version 2022-11-28) and
 * docs.github.com/en/webhooks/webhook-events-and-payloads; what is sent is held to them strictly.
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

interface Issue {
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: "open" | "closed";
  assignees: string[];
  creator: string;
  comments: { id: number; body: string; login: string; at: number }[];
  updatedAt: number;
}

const createBody = z.strictObject({
  title: z.string().min(1).max(256),
  body: z.string().max(65_536),
  labels: z.array(z.string().max(50)),
});
const editBody = z.strictObject({
  title: z.string().min(1).max(256).optional(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened"]).optional(),
});
const commentBody = z.strictObject({ body: z.string().min(1).max(65_536) });

export class FakeGitHub extends FakeTracker {
  readonly issues = new Map<number, Issue>();
  readonly repo = "acme/shop";

  get only(): Issue {
    return onlyOf(this.issues);
  }

  get all() {
    return [...this.issues.values()].map(({ state, comments }) => ({
      isDone: state === "closed",
      comments: comments.map(({ body }) => body),
    }));
  }

  kindOf({ method, path, body }: Wire) {
    if (method === "PATCH") return body.includes('"state"') ? "move" : "update";
    if (method !== "POST") return null;
    return path.endsWith("/comments") ? "comment" : "create";
  }

  finish(by: FakePerson): void {
    this.move(this.only.number, "closed", by);
  }

  reopen(by: FakePerson): void {
    this.move(this.only.number, "open", by);
  }

  say(text: string, by: FakePerson): void {
    this.comment(this.only.number, text, by);
  }

  give(to: FakePerson | null, by: FakePerson): void {
    this.assign(this.only.number, to, by);
  }

  protected answer({ method, path, headers, body }: Wire): { status: number; json?: unknown } {
    if (headers["authorization"] !== `Bearer ${TOKEN}`)
      return { status: 401, json: { message: "who?" } };
    const url = new URL(path, this.origin);
    if (method === "GET" && url.pathname === "/user")
      return { status: 200, json: { login: LULL.id } };
    const [, rest] = /^\/repos\/acme\/shop\/issues(.*)$/.exec(url.pathname) ?? [];
    if (rest === undefined) return { status: 404, json: { message: "Not Found" } };
    const json: unknown = body === "" ? undefined : JSON.parse(body);
    if (rest === "" && method === "GET") return { status: 200, json: this.#list(url.searchParams) };
    if (rest === "" && method === "POST") return this.#create(createBody.parse(json));
    const [, number = "", comments] = /^\/(\d+)(\/comments)?$/.exec(rest) ?? [];
    const issue = this.issues.get(Number(number));
    if (issue === undefined) return { status: 404, json: { message: "Not Found" } };
    if (comments === undefined && method === "PATCH")
      return this.#edit(issue, editBody.parse(json));
    if (method === "GET") return { status: 200, json: this.#comments(issue, url.searchParams) };
    if (method !== "POST") return { status: 405 };
    const id = this.comment(issue.number, commentBody.parse(json).body, LULL);
    return { status: 201, json: { id, body: commentBody.parse(json).body } };
  }

  #list(query: URLSearchParams) {
    const creator = query.get("creator");
    return [...this.issues.values()]
      .filter((it) => creator === null || it.creator === creator)
      .toReversed()
      .slice(0, Number(query.get("per_page")))
      .map((issue) => this.#json(issue));
  }

  #create({ title, body, labels }: z.infer<typeof createBody>) {
    const issue: Issue = {
      number: this.nextId(),
      title,
      body,
      labels,
      state: "open",
      assignees: [],
      creator: LULL.id,
      comments: [],
      updatedAt: this.now(),
    };
    this.issues.set(issue.number, issue);
    this.#tell("issues", "opened", issue, LULL);
    return { status: 201, json: this.#json(issue) };
  }

  #edit(issue: Issue, { title, state }: z.infer<typeof editBody>) {
    if (title !== undefined) issue.title = title;
    if (state !== undefined) this.move(issue.number, state, LULL);
    return { status: 200, json: this.#json(issue) };
  }

  #comments({ comments }: Issue, query: URLSearchParams) {
    const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z");
    return comments
      .filter(({ at }) => at >= since)
      .slice(0, Number(query.get("per_page")))
      .map(({ id, body, login }) => ({ id, body, user: { login } }));
  }

  #json({ number, title, body, state, assignees, updatedAt }: Issue) {
    return {
      number,
      title,
      body,
      state,
      html_url: `${this.origin}/${this.repo}/issues/${number}`,
      assignees: assignees.map((login) => ({ login })),
      updated_at: seconds(updatedAt),
    };
  }

  /** Somebody does it on the site. */
  move(number: number, state: "open" | "closed", by: FakePerson): void {
    const issue = this.#must(number);
    if (issue.state === state) return;
    issue.state = state;
    this.#tell("issues", state === "closed" ? "closed" : "reopened", issue, by);
  }

  assign(number: number, to: FakePerson | null, by: FakePerson): void {
    const issue = this.#must(number);
    issue.assignees = to === null ? [] : [to.id];
    this.#tell("issues", to === null ? "unassigned" : "assigned", issue, by);
  }

  comment(number: number, body: string, by: FakePerson): number {
    const issue = this.#must(number);
    const comment = { id: this.nextId(), body, login: by.id, at: this.now() };
    issue.comments.push(comment);
    const shown = { id: comment.id, body, user: { login: by.id }, created_at: seconds(comment.at) };
    this.#tell("issue_comment", "created", issue, by, { comment: shown });
    return comment.id;
  }

  #must(number: number): Issue {
    const issue = this.issues.get(number);
    if (issue === undefined) throw new Error(`no issue ${number}`);
    return issue;
  }

  #tell(event: string, action: string, issue: Issue, by: FakePerson, more: object = {}): void {
    issue.updatedAt = this.now();
    const id = `delivery-${this.nextId()}`;
    const body = {
      action,
      issue: this.#json(issue),
      repository: { full_name: this.repo },
      sender: { login: by.id },
      ...more,
    };
    const headers = { "x-github-event": event, "x-github-delivery": id };
    this.hooks.push({ id, headers, body: JSON.stringify(body) });
  }
}

/** GitHub's instants have no fractions. */
function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}/, "");
}

export const signGitHub: Sign = async ({ headers, body }, secret) => ({
  ...headers,
  "x-hub-signature-256": `sha256=${await hmacOf(secret, body)}`,
});
