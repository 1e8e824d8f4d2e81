/**
 * A project of GitLab with its issues. Shapes: docs.gitlab.com/api/issues and …/api/notes (v4), and
 * docs.gitlab.com/user/project/integrations/webhook_events; what is sent is held to them strictly.
 */
import { z } from "zod";
import {
  FakeTracker,
  LULL,
  TOKEN,
  type FakePerson,
  type Sign,
  type Wire,
  onlyOf,
} from "./fake-tracker.ts";

interface Issue {
  id: number;
  iid: number;
  title: string;
  description: string;
  labels: string[];
  confidential: boolean;
  state: "opened" | "closed";
  assignee: FakePerson | null;
  author: string;
  notes: { id: number; body: string; author: FakePerson; system: boolean }[];
  createdAt: number;
  updatedAt: number;
}

const createBody = z.strictObject({
  title: z.string().min(1).max(255),
  description: z.string().max(1_048_576),
  labels: z.string(),
  confidential: z.boolean(),
});
const editBody = z.strictObject({
  title: z.string().min(1).max(255).optional(),
  state_event: z.enum(["close", "reopen"]).optional(),
});
const noteBody = z.strictObject({ body: z.string().min(1).max(1_000_000) });

export class FakeGitLab extends FakeTracker {
  readonly issues = new Map<number, Issue>();
  readonly project = { id: 15, path: "acme/platform/shop" };

  get only(): Issue {
    return onlyOf(this.issues);
  }

  get all() {
    return [...this.issues.values()].map(({ state, notes }) => ({
      isDone: state === "closed",
      comments: notes.filter(({ system }) => !system).map(({ body }) => body),
    }));
  }

  kindOf({ method, path, body }: Wire) {
    if (method === "PUT") return body.includes('"state_event"') ? "move" : "update";
    if (method !== "POST") return null;
    return path.endsWith("/notes") ? "comment" : "create";
  }

  protected answer({ method, path, headers, body }: Wire): { status: number; json?: unknown } {
    if (headers["private-token"] !== TOKEN)
      return { status: 401, json: { message: "401 Unauthorized" } };
    const url = new URL(path, this.origin);
    if (method === "GET" && url.pathname === "/api/v4/user")
      return { status: 200, json: { id: 7, ...userJson(LULL) } };
    // A path is one part of the address.
    const [, rest] =
      /^\/api\/v4\/projects\/(?:acme%2Fplatform%2Fshop|15)\/issues(.*)$/.exec(url.pathname) ?? [];
    if (rest === undefined) return { status: 404, json: { message: "404 Project Not Found" } };
    const json: unknown = body === "" ? undefined : JSON.parse(body);
    if (rest === "" && method === "GET") return { status: 200, json: this.#list(url.searchParams) };
    if (rest === "" && method === "POST") return this.#create(createBody.parse(json));
    const [, iid = "", notes] = /^\/(\d+)(\/notes)?$/.exec(rest) ?? [];
    const issue = this.issues.get(Number(iid));
    if (issue === undefined) return { status: 404, json: { message: "404 Not found" } };
    if (notes === undefined && method === "PUT") return this.#edit(issue, editBody.parse(json));
    if (method === "GET")
      return {
        status: 200,
        json: issue.notes.toReversed().map(({ id, body: text }) => ({ id, body: text })),
      };
    if (method !== "POST") return { status: 405 };
    const text = noteBody.parse(json).body;
    // A line that begins with a slash is a command, and not written down.
    const said = text.replaceAll(/^\/.*$/gm, "");
    return { status: 201, json: { id: this.note(issue.iid, said, LULL), body: said } };
  }

  #list(query: URLSearchParams) {
    const after = Date.parse(query.get("created_after") ?? "1970-01-01T00:00:00Z");
    return [...this.issues.values()]
      .filter((it) => query.get("scope") !== "created_by_me" || it.author === LULL.id)
      .filter(({ createdAt }) => createdAt > after)
      .slice(0, Number(query.get("per_page")))
      .map((issue) => this.#json(issue));
  }

  #create({ title, description, labels, confidential }: z.infer<typeof createBody>) {
    const n = this.nextId();
    const issue: Issue = {
      id: 1_000 + n,
      iid: n,
      title,
      description,
      labels: labels.split(","),
      confidential,
      state: "opened",
      assignee: null,
      author: LULL.id,
      notes: [],
      createdAt: this.now(),
      updatedAt: this.now(),
    };
    this.issues.set(issue.iid, issue);
    this.#tell("open", issue, LULL);
    return { status: 201, json: this.#json(issue) };
  }

  #edit(issue: Issue, { title, state_event: event }: z.infer<typeof editBody>) {
    if (title !== undefined) {
      issue.title = title;
      this.#tell("update", issue, LULL, { title: {} });
    }
    if (event !== undefined) this.move(issue.iid, event, LULL);
    return { status: 200, json: this.#json(issue) };
  }

  #json({ id, iid, title, description, state, createdAt }: Issue) {
    return {
      id,
      iid,
      title,
      description,
      state,
      created_at: new Date(createdAt).toISOString(),
      web_url: `${this.origin}/${this.project.path}/-/issues/${iid}`,
      references: { short: `#${iid}`, relative: `#${iid}`, full: `${this.project.path}#${iid}` },
    };
  }

  /** Somebody does it on the site; what it does by itself is a note of the system's. */
  move(iid: number, event: "close" | "reopen", by: FakePerson): void {
    const issue = this.#must(iid);
    const state = event === "close" ? "closed" : "opened";
    if (issue.state === state) return;
    issue.state = state;
    this.#tell(event, issue, by, { state_id: {} });
    this.note(iid, event === "close" ? "closed" : "reopened", by, true);
  }

  finish(by: FakePerson): void {
    this.move(this.only.iid, "close", by);
  }

  reopen(by: FakePerson): void {
    this.move(this.only.iid, "reopen", by);
  }

  say(text: string, by: FakePerson): void {
    this.note(this.only.iid, text, by);
  }

  give(to: FakePerson | null, by: FakePerson): void {
    this.only.assignee = to;
    this.#tell("update", this.only, by, { assignees: { previous: [], current: [] } });
    this.note(this.only.iid, "assigned", by, true);
  }

  note(iid: number, body: string, by: FakePerson, system = false): number {
    const issue = this.#must(iid);
    const id = this.nextId();
    issue.notes.push({ id, body, author: by, system });
    const at = instant(this.now());
    this.#send("Note Hook", {
      object_kind: "note",
      event_type: issue.confidential ? "confidential_note" : "note",
      user: userJson(by),
      project: this.#project(),
      object_attributes: {
        id,
        note: body,
        noteable_type: "Issue",
        created_at: at,
        updated_at: at,
        system,
        action: "create",
      },
      issue: { id: issue.id, iid, description: issue.description, state: issue.state },
    });
    return id;
  }

  #must(iid: number): Issue {
    const issue = this.issues.get(iid);
    if (issue === undefined) throw new Error(`no issue ${iid}`);
    return issue;
  }

  #project() {
    const { id, path } = this.project;
    return { id, path_with_namespace: path, web_url: `${this.origin}/${path}` };
  }

  #tell(action: string, issue: Issue, by: FakePerson, changes: object = {}): void {
    issue.updatedAt = this.now();
    const { id, iid, title, description, state, confidential, assignee } = issue;
    this.#send("Issue Hook", {
      object_kind: "issue",
      event_type: confidential ? "confidential_issue" : "issue",
      user: userJson(by),
      project: this.#project(),
      object_attributes: {
        id,
        iid,
        title,
        description,
        state,
        confidential,
        action,
        updated_at: instant(issue.updatedAt),
        url: `${this.origin}/${this.project.path}/-/issues/${iid}`,
      },
      ...(assignee === null ? {} : { assignees: [userJson(assignee)] }),
      changes,
    });
  }

  #send(event: string, body: object): void {
    const id = `key-${this.nextId()}`;
    const headers = {
      "x-gitlab-event": event,
      "idempotency-key": id,
      "x-gitlab-event-uuid": "u-1",
    };
    this.hooks.push({ id, headers, body: JSON.stringify(body) });
  }
}

/** "2026-11-24 10:00:00 UTC" */
function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function userJson({ id, name, email }: FakePerson) {
  return { username: id, name, email: email ?? "[REDACTED]" };
}

export const signGitLab: Sign = ({ headers }, secret) =>
  Promise.resolve({ ...headers, "x-gitlab-token": secret });
