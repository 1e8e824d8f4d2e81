/** How an operation of the HTTP API is described: one table, from which the document and the tests are made. */
import type { z } from "zod";
import type { Problem } from "../../schema/problem.ts";
import type { Role } from "../../schema/member.ts";
import type { Method } from "../../schema/openapi.ts";
import { neededRole } from "../auth/roles.ts";
import type { ProblemCode } from "./problems.ts";

/** The groups of the reader, in its order. */
export const TAGS = {
  Intake: "What agents send: events of any format, and signs of life. By agent key.",
  "Agents' own addresses":
    "Where agents and shippers send that cannot be told another address or another protocol. By agent key.",
  Findings: "Risky behaviour that stays open until it has stopped. By API token.",
  Cases: "The human work on findings, from triage to the proof that it is done. By API token.",
  Mutes: "Decisions not to be told of findings, with a reason, an author and an end. By API token.",
  "Roll-ups":
    "Findings of one rule in one workload, seen as one while containers come and go. By API token.",
  Certificates:
    "Signed statements of how episodes ended, by API token, and the keys to check them with.",
  Audit:
    "The ledger: who did what, when and why, and a check that nothing of it was changed. By API token.",
  Coverage: "Which agents watch which hosts, and since when. By API token.",
  Signals: "Detections of threats. By API token.",
  Rules: "What is looked for. By API token.",
  Exceptions:
    "What a posture rule shall not report, for a reason and until an instant. By API token.",
  Endpoints: "Where webhooks go, what was sent there, and what came of it. By API token.",
  Outcomes: "What became of everything that agents sent. By API token.",
  Members: "Who may sign in, and what they may do. By API token.",
  "Keys and tokens": "Who may send, and who may ask. By API token.",
  Service: "Whether it works, and this document.",
} as const;
export type Tag = keyof typeof TAGS;

export interface PathParam {
  schema: z.ZodType;
  description: string;
  example: string;
}

export interface BodyExample {
  summary: string;
  /** A string is sent as it is, anything else as JSON. */
  value: unknown;
  /** Absent: the body's first media type. */
  mediaType?: string;
  /** Beside what the operation asks for. */
  query?: string;
}

export interface Body {
  schema: z.ZodType;
  description?: string;
  mediaTypes: readonly [string, ...string[]];
  examples: Readonly<Record<string, BodyExample>>;
}

/** One form of an answer. */
export interface Form {
  schema: z.ZodType;
  mediaType: string;
  example?: unknown;
}

export interface OperationAnswer {
  description: string;
  /** Absent: no body. */
  schema?: z.ZodType;
  /** Absent: `application/json`. */
  mediaType?: string;
  example?: unknown;
  /** The same for who asks for other media types by `Accept`. */
  also?: readonly Form[];
}

/** How a protocol that is not ours says a problem. */
export interface Dialect {
  schema: z.ZodType;
  say: (problem: Problem) => unknown;
}

export interface Operation {
  /** Unique; an anchor of the reader and a name for generated clients. */
  id: string;
  method: Method;
  /** With parameters as `{name}`. */
  path: string;
  tag: Tag;
  summary: string;
  /** Markdown. */
  description: string;
  /** `inBody`: the body says who sends it. */
  auth: "agentKey" | "apiToken" | "inBody" | "none";
  params?: Readonly<Record<string, PathParam>>;
  query?: z.ZodObject;
  /** Query strings without their `?`. */
  queryExamples?: readonly { summary: string; query: string }[];
  headers?: z.ZodObject;
  body?: Body;
  /** What it answers where all is well, by status. */
  answers: Readonly<Record<number, OperationAnswer>>;
  /** What it answers otherwise, beside what every operation may (see document.ts). */
  problems: readonly ProblemCode[];
  /** Absent: problem documents. */
  dialect?: Dialect;
}

/** The least role that it takes; null where it is not asked for one. */
export function roleOf({ auth, method, path }: Operation): Role | null {
  return auth === "apiToken" ? neededRole(method.toUpperCase(), path) : null;
}
