/**
 * How an endpoint is spoken to, and what each way needs to know of it. `signed`: one POST a happening, signed as
 * Standard Webhooks; `message`: one request a happening, as the vendor wants it; `tracker`: a ticket for each case.
 */
import { z } from "zod";
import { CASE_PRIORITIES } from "./case.ts";
import type { HappeningType } from "./happening.ts";
import {
  MAX_EMAIL_CHARS,
  MAX_ENDPOINT_CREDENTIAL_CHARS,
  MAX_TRACKER_LABELS,
  MAX_TRACKER_NAME_CHARS,
  MAX_TRACKER_PATH_CHARS,
  MAX_TRACKER_PEOPLE,
} from "./limits.ts";

/** Those that have a ticket for each case. */
export const TRACKER_FORMATS = ["jira", "github", "gitlab", "servicenow"] as const;
export type TrackerFormat = (typeof TRACKER_FORMATS)[number];

/** Those that tell people, in a message of their own for each happening. */
export const MESSAGE_FORMATS = ["slack", "teams", "pagerduty"] as const;

export const ENDPOINT_FORMATS = [
  "standard",
  "cloudevents",
  "ocsf",
  ...MESSAGE_FORMATS,
  ...TRACKER_FORMATS,
] as const;
export type EndpointFormat = (typeof ENDPOINT_FORMATS)[number];

export interface FormatFacts {
  kind: "signed" | "message" | "tracker";
  /** What is asked of its settings; strict. Names are what problems and forms name. */
  settings: z.ZodObject;
  /** Whether it is called with a token or key of the receiver's; that is write-only. */
  credential: boolean;
  /** What it hears where nobody says it. */
  events: readonly string[];
  /** What it has nothing to say of, asked or not; absent: there is no such thing. */
  untold?: readonly HappeningType[];
}

const SIGNED: FormatFacts = {
  kind: "signed",
  settings: z.strictObject({}),
  credential: false,
  events: ["*"],
};

const name = z.string().trim().min(1).max(MAX_TRACKER_NAME_CHARS);
/** One without spaces, as trackers want them. */
const label = name.regex(/^[^\s,]+$/, "has a space or a comma");
const email = z.string().trim().max(MAX_EMAIL_CHARS).pipe(z.email("not an e-mail address"));

/** Of every tracker. */
export const trackerSettings = {
  people: z
    .record(name, email)
    .refine((people) => Object.keys(people).length <= MAX_TRACKER_PEOPLE, {
      error: `more than ${MAX_TRACKER_PEOPLE} people`,
    })
    .default({})
    .describe(
      "Whose e-mail address the tracker does not tell: their names there, with the addresses of members",
    ),
};

/** Of those that know labels. */
const labels = z
  .array(label)
  .max(MAX_TRACKER_LABELS)
  .default(["lull"])
  .describe("What each ticket is labelled with");

export const jiraSettingsSchema = z.strictObject({
  project: name
    .regex(/^[A-Z][A-Z0-9_]*$/, "not the key of a project, such as SEC")
    .describe("The key of the project"),
  issueType: name.default("Task").describe("The name of the issue type"),
  email: email.describe("Of the account that the API token is of"),
  priorities: z
    .partialRecord(z.enum(CASE_PRIORITIES), name)
    .optional()
    .describe("What P1 to P5 are called there; absent: tickets have the project's own default"),
  labels,
  ...trackerSettings,
});

/** As GitHub allows names of owners and repositories. */
const slug = name.regex(/^[\w.-]+$/, "has a character that GitHub allows in no name");

export const githubSettingsSchema = z.strictObject({
  owner: slug.describe("The user or organisation"),
  repo: slug.describe("The repository"),
  labels,
  ...trackerSettings,
});

const GITLAB_VISIBILITIES = ["confidential", "project"] as const;

export const gitlabSettingsSchema = z.strictObject({
  project: z
    .string()
    .trim()
    .max(MAX_TRACKER_PATH_CHARS)
    .regex(/^(?:\d+|[\w.-]+(?:\/[\w.-]+)+)$/, "not a project's path, such as acme/shop, nor its id")
    .describe("The project's path or id"),
  visibility: z
    .enum(GITLAB_VISIBILITIES)
    .default("confidential")
    .describe("Who sees the issues: the project's members, or whoever sees the project"),
  labels,
  ...trackerSettings,
});

/** Values of a choice field of ServiceNow, with commas between: the first is set, the others mean the same. */
const states = name.regex(/^[\w-]+(?:\s*,\s*[\w-]+)*$/, "not values of states, such as 6, 7, 8");

const SERVICENOW_SIGN_INS = ["password", "api-key"] as const;

export const servicenowSettingsSchema = z.strictObject({
  table: name
    .regex(/^[a-z0-9_]+$/, "not the name of a table, such as incident")
    .default("incident")
    .describe("The table of the tickets, one of tasks"),
  // Not `^`: it stands in a query.
  user: name
    .regex(/^[^\s^:]+$/, "not the name of a user")
    .describe("The user name of the account that the password or key is of"),
  signIn: z.enum(SERVICENOW_SIGN_INS).default("password").describe("What the credential is"),
  states: z
    .strictObject({
      open: states.default("1"),
      in_progress: states.default("2"),
      done: states.default("6, 7, 8"),
    })
    .prefault({})
    .describe(
      "The values of `state`: the first of each is set; what is none of them is in progress",
    ),
  closeCode: name.default("Solution provided").describe("The `close_code` of what is done"),
  priorities: z
    .partialRecord(
      z.enum(CASE_PRIORITIES),
      z
        .string()
        .trim()
        .regex(/^\d\s*\/\s*\d$/, "not an impact and an urgency, such as 1/2"),
    )
    .optional()
    .describe("Impact and urgency of P1 to P5; absent: tickets have the instance's own default"),
  ...trackerSettings,
});

/** What somebody in a chat would want to hear of; the rest is in the dashboard. */
const CHAT: FormatFacts = {
  kind: "message",
  settings: z.strictObject({}),
  credential: false,
  events: [
    "finding.opened",
    "finding.reopened",
    "finding.regressed",
    "signal.raised",
    "agent.*",
    "mute.expiring",
    "case.created",
    "case.regressed",
    "case.closed",
    "endpoint.disabled",
  ],
};

/** Whoever wants to be called for findings, names them. */
const PAGER: FormatFacts = {
  ...CHAT,
  credential: true,
  events: ["signal.raised", "agent.*", "case.*"],
  untold: ["finding.unverified", "mute.expiring", "case.note_added", "endpoint.disabled"],
};

function trackerFacts(settings: z.ZodObject): FormatFacts {
  return { kind: "tracker", settings, credential: true, events: ["case.*"] };
}

export const FORMATS: Readonly<Record<EndpointFormat, FormatFacts>> = {
  standard: SIGNED,
  cloudevents: SIGNED,
  ocsf: SIGNED,
  slack: CHAT,
  teams: CHAT,
  pagerduty: PAGER,
  jira: trackerFacts(jiraSettingsSchema),
  github: trackerFacts(githubSettingsSchema),
  gitlab: trackerFacts(gitlabSettingsSchema),
  servicenow: trackerFacts(servicenowSettingsSchema),
};

export function isTracker(format: string): format is TrackerFormat {
  return TRACKER_FORMATS.some((tracker) => tracker === format);
}

/** Whether anybody checks its secret: who receives its messages, or Lull itself what a tracker tells. */
export function signs(format: EndpointFormat): boolean {
  return FORMATS[format].kind !== "message";
}

/** As they are stored: of the shape that their format asks for. */
export const endpointSettingsSchema = z
  .record(z.string(), z.unknown())
  .describe("What the format needs beside the address; of the signed formats nothing");
export type EndpointSettings = z.infer<typeof endpointSettingsSchema>;

/** One line without spaces: it stands in a header. */
export const credentialSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_ENDPOINT_CREDENTIAL_CHARS)
  .regex(/^[\x21-\x7e]+$/, "has a character that no token has")
  .describe("The token or key that the receiver asks for. Write-only: no answer has it");

/** Of a format that is called with one. */
export const CREDENTIAL_STATES = ["set", "missing"] as const;
