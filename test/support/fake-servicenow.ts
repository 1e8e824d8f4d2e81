/**
 * An instance of ServiceNow with its incidents. Shapes: servicenow.com/docs, "Table API"; what is sent is held to them
 * strictly. Its hooks are of the business rule in docs/trackers.md.
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

interface Incident {
  sysId: string;
  number: string;
  shortDescription: string;
  description: string;
  correlationId: string;
  state: string;
  closeCode: string | null;
  impact: string;
  urgency: string;
  journal: { text: string; by: FakePerson; at: number }[];
}

const priority = {
  impact: z.enum(["1", "2", "3"]).optional(),
  urgency: z.enum(["1", "2", "3"]).optional(),
};
const createBody = z.strictObject({
  short_description: z.string().min(1).max(160),
  description: z.string().max(4_000),
  correlation_id: z.string().max(100),
  correlation_display: z.string().max(100),
  state: z.string(),
  ...priority,
});
const editBody = z.strictObject({
  short_description: z.string().min(1).max(160).optional(),
  work_notes: z.string().min(1).max(4_000).optional(),
  state: z.string().optional(),
  close_code: z.string().optional(),
  close_notes: z.string().optional(),
  ...priority,
});

const RESOLVED = "6";

export class FakeServiceNow extends FakeTracker {
  readonly incidents = new Map<string, Incident>();

  get only(): Incident {
    return onlyOf(this.incidents);
  }

  get all() {
    return [...this.incidents.values()].map(({ state, journal }) => ({
      isDone: state >= RESOLVED,
      comments: journal.map(({ text }) => text),
    }));
  }

  kindOf({ method, body }: Wire) {
    if (method === "POST") return "create";
    if (method !== "PATCH") return null;
    if (body.includes('"work_notes"')) return "comment";
    return body.includes('"state"') ? "move" : "update";
  }

  protected answer({ method, path, headers, body }: Wire): { status: number; json?: unknown } {
    if (headers["authorization"] !== `Basic ${btoa(`${LULL.id}:${TOKEN}`)}`)
      return {
        status: 401,
        json: { error: { message: "User Not Authenticated" }, status: "failure" },
      };
    const { pathname, searchParams: query } = new URL(path, this.origin);
    const [, table, sysId] = /^\/api\/now\/table\/(\w+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    if (table === "sys_user") return { status: 200, json: { result: [{ user_name: LULL.id }] } };
    if (table !== "incident") return { status: 400, json: { error: { message: "Invalid table" } } };
    const json: unknown = body === "" ? undefined : JSON.parse(body);
    if (sysId === undefined)
      return method === "POST" ? this.#create(createBody.parse(json)) : this.#list(query);
    const incident = this.incidents.get(sysId);
    if (incident === undefined)
      return { status: 404, json: { error: { message: "No Record found" } } };
    if (method === "GET") return { status: 200, json: { result: this.#read(incident, query) } };
    return method === "PATCH" ? this.#edit(incident, editBody.parse(json)) : { status: 405 };
  }

  #list(query: URLSearchParams) {
    const [, wanted] = /^correlation_id=([^^]*)\^/.exec(query.get("sysparm_query") ?? "") ?? [];
    const result = [...this.incidents.values()]
      .filter(({ correlationId }) => wanted === undefined || correlationId === wanted)
      .slice(0, Number(query.get("sysparm_limit")))
      .map(({ sysId, number, correlationId }) => ({
        sys_id: sysId,
        number,
        correlation_id: correlationId,
      }));
    return { status: 200, json: { result } };
  }

  #create(fields: z.infer<typeof createBody>) {
    const n = this.nextId();
    const incident: Incident = {
      sysId: n.toString(16).padStart(32, "0"),
      number: `INC${String(n).padStart(7, "0")}`,
      shortDescription: fields.short_description,
      description: fields.description,
      correlationId: fields.correlation_id,
      state: fields.state,
      closeCode: null,
      impact: fields.impact ?? "3",
      urgency: fields.urgency ?? "3",
      journal: [],
    };
    this.incidents.set(incident.sysId, incident);
    return {
      status: 201,
      json: { result: { sys_id: incident.sysId, number: incident.number } },
    };
  }

  #read({ sysId, state, journal }: Incident, query: URLSearchParams) {
    if (query.get("sysparm_fields") !== "work_notes") return { sys_id: sysId, state };
    const entries = journal
      .toReversed()
      .map(
        ({ text, by, at }) =>
          `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} - ${by.name} (Work notes)\n${text}\n\n`,
      );
    return { work_notes: entries.join("") };
  }

  #edit(incident: Incident, fields: z.infer<typeof editBody>) {
    const { state, work_notes: text, short_description: title, close_code: closeCode } = fields;
    // As the data policy of incidents has it.
    if (state === RESOLVED && (closeCode ?? "") === "")
      return { status: 403, json: { error: { message: "Data Policy Exception" } } };
    incident.shortDescription = title ?? incident.shortDescription;
    incident.impact = fields.impact ?? incident.impact;
    incident.urgency = fields.urgency ?? incident.urgency;
    incident.closeCode = closeCode ?? incident.closeCode;
    if (state !== undefined) this.move(incident.sysId, state, LULL);
    if (text !== undefined) this.note(incident.sysId, text, LULL);
    return { status: 200, json: { result: { sys_id: incident.sysId, state: incident.state } } };
  }

  /** Somebody does it on the site. */
  move(sysId: string, state: string, by: FakePerson): void {
    const incident = this.#must(sysId);
    if (incident.state === state) return;
    incident.state = state;
    this.#tell(incident, by, { state });
  }

  note(sysId: string, text: string, by: FakePerson): void {
    const incident = this.#must(sysId);
    incident.journal.push({ text, by, at: this.now() });
    this.#tell(incident, by, { comment: text });
  }

  finish(by: FakePerson): void {
    this.move(this.only.sysId, RESOLVED, by);
  }

  override begin(by: FakePerson): void {
    this.move(this.only.sysId, "2", by);
  }

  reopen(by: FakePerson): void {
    this.move(this.only.sysId, "1", by);
  }

  say(text: string, by: FakePerson): void {
    this.note(this.only.sysId, text, by);
  }

  give(to: FakePerson | null, by: FakePerson): void {
    this.#tell(this.only, by, { assignee: to && personJson(to) });
  }

  #must(sysId: string): Incident {
    const incident = this.incidents.get(sysId);
    if (incident === undefined) throw new Error(`no incident ${sysId}`);
    return incident;
  }

  #tell({ sysId, number, correlationId }: Incident, by: FakePerson, news: object): void {
    const id = `guid-${this.nextId()}`;
    const about = { table: "incident", sysId, number, correlationId, by: personJson(by) };
    const body = JSON.stringify({ id, at: this.now(), ...about, ...news });
    this.hooks.push({ id, headers: {}, body });
  }
}

function personJson({ id, name, email = "" }: FakePerson) {
  return { user: id, name, email };
}

export const signServiceNow: Sign = async ({ headers, body }, secret) => {
  const hex = await hmacOf(secret, body);
  const bytes = (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return { ...headers, "x-lull-signature": `sha256=${btoa(String.fromCharCode(...bytes))}` };
};
