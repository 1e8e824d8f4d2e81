/**
 * Trackers that stand in for the real ones: they keep tickets, answer as documented, and tell by signed hooks of everything
 * that happens to them, as the real ones do. What tests may break: answers that are lost, refused, or too late.
 */
/** A request as it reaches them. */
export interface Wire {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WireAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** A hook to be delivered, without its signature. */
export interface OutgoingHook {
  id: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * What becomes of a request. `loses`: it is done, and the answer is lost; `cuts`: it is done, and the answer breaks off;
 * `drops`: it is not done, and there is no answer.
 */
export type Trouble = "loses" | "cuts" | "drops" | { status: number; retryAfter?: number };

export interface FakePerson {
  id: string;
  name: string;
  email?: string;
}

export const ANA: FakePerson = { id: "ana-1", name: "Ana Ruiz", email: "ana@example.com" };
export const LULL: FakePerson = { id: "lull-bot", name: "Lull Bot", email: "lull@example.com" };
export const TOKEN = "tok-s3cret-of-the-tracker";

/** A ticket, whatever its tracker. */
export interface Seen {
  isDone: boolean;
  comments: string[];
}

/** The ticket that there is; several are a mistake. */
export function onlyOf<T>(tickets: ReadonlyMap<unknown, T>): T {
  const [ticket] = tickets.values();
  if (ticket === undefined || tickets.size > 1) throw new Error(`${tickets.size} tickets`);
  return ticket;
}

export abstract class FakeTracker {
  /** Every request, in order. */
  readonly requests: Wire[] = [];
  /** What is to be told, in order. */
  readonly hooks: OutgoingHook[] = [];
  /** What becomes of the n-th request, from 0. */
  trouble: (wire: Wire, n: number) => Trouble | null = () => null;
  now: () => number = () => Date.now();
  readonly origin: string;
  #ids = 0;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Null: there is no answer. */
  take(wire: Wire): WireAnswer | null {
    const n = this.requests.push(wire) - 1;
    const trouble = this.trouble(wire, n);
    if (trouble === "drops") return null;
    if (typeof trouble === "object" && trouble !== null) {
      const headers =
        trouble.retryAfter === undefined ? {} : { "retry-after": String(trouble.retryAfter) };
      return { status: trouble.status, headers, body: JSON.stringify({ message: "no" }) };
    }
    const { status, json } = this.answer(wire);
    const body = json === undefined ? "" : JSON.stringify(json);
    if (trouble === "loses") return null;
    return { status, body: trouble === "cuts" ? body.slice(0, body.length / 2) : body };
  }

  /** The oldest first. */
  abstract get all(): Seen[];
  /** What a request is for; null: it only asks. */
  abstract kindOf(wire: Wire): "create" | "comment" | "move" | "update" | null;
  /** What somebody does with the only ticket there is. */
  /** Where it knows of such a state. */
  begin(_by: FakePerson): void {}
  abstract finish(by: FakePerson): void;
  abstract reopen(by: FakePerson): void;
  abstract say(text: string, by: FakePerson): void;
  abstract give(to: FakePerson | null, by: FakePerson): void;

  protected abstract answer(wire: Wire): { status: number; json?: unknown };

  protected nextId(): number {
    return ++this.#ids;
  }

  /** Requests by what they were for. */
  count(method: string, path: RegExp): number {
    return this.requests.filter((it) => it.method === method && path.test(it.path)).length;
  }
}

/** HMAC-SHA256 in hex. */
export async function hmacOf(secret: string, body: string): Promise<string> {
  const utf8 = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), hmac, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8.encode(body)));
  return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The headers of a hook, with its signature. */
export type Sign = (hook: OutgoingHook, secret: string) => Promise<Record<string, string>>;
