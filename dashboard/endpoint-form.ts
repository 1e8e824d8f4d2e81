/**
 * The form of an endpoint, of whatever format: each has fields of its own ({@link OWN_FIELDS}), the rest is the same
 * for all. Pure.
 */
import { HAPPENING_TYPES, type HappeningType } from "../schema/happening.ts";
import { ENDPOINT_FORMATS, type EndpointFormat, FORMATS } from "../schema/endpoint-formats.ts";
import {
  MAX_EMAIL_CHARS,
  MAX_ENDPOINT_CREDENTIAL_CHARS,
  MAX_ENDPOINT_URL_CHARS,
  MAX_TRACKER_NAME_CHARS,
  MAX_TRACKER_PATH_CHARS,
} from "../schema/limits.ts";
import { type EndpointInput, endpointInputSchema, type EndpointView } from "../schema/webhooks.ts";
import type { Refusal } from "./data.ts";
import { errorsOfRefusal, type FormErrors, type Read, readBy, text } from "./form-errors.ts";

/** A line of text that a format asks for. */
export interface OwnField {
  /** As the API calls it: `url`, `credential`, or `settings.` and a name of the format's settings. */
  name: "url" | "credential" | `settings.${string}`;
  label: string;
  hint: string;
  placeholder: string;
  longest: number;
  /** It may be left out. */
  optional?: true;
  /** Several, one a line: words, or a name and what it stands for, as `P1 = Highest`. */
  as?: "list" | "pairs";
  /** Values to choose from, each with what it is called; the first one is what the API takes where none is named. */
  choices?: readonly (readonly [string, string])[];
}

/** Of lines that are typed; the server has limits of its own. */
const MAX_SETTING_CHARS = 20_000;

const ADDRESS: OwnField = {
  name: "url",
  label: "Address",
  hint: "https, public, without credentials. What stands after the host is shown to admins alone.",
  placeholder: "https://hooks.example.com/lull",
  longest: MAX_ENDPOINT_URL_CHARS,
};

const SIGNED: readonly OwnField[] = [ADDRESS];

const setting = (name: string, label: string, hint: string, placeholder: string): OwnField => ({
  name: `settings.${name}`,
  label,
  hint,
  placeholder,
  longest: MAX_TRACKER_NAME_CHARS,
});

const trackerAddress = (hint: string, placeholder: string): OwnField => ({
  ...ADDRESS,
  hint,
  placeholder,
});

const token = (hint: string): OwnField => ({
  name: "credential",
  label: "Token",
  hint: `${hint} It is never shown again, and is forgotten when the address gets another host.`,
  placeholder: "",
  longest: MAX_ENDPOINT_CREDENTIAL_CHARS,
});

const LABELS: OwnField = {
  ...setting("labels", "Labels", "What each ticket is labelled with, one a line.", "lull"),
  as: "list",
  optional: true,
  longest: MAX_SETTING_CHARS,
};

const pairs = (name: string, label: string, hint: string, placeholder: string): OwnField => ({
  ...setting(name, label, hint, placeholder),
  as: "pairs",
  optional: true,
  longest: MAX_SETTING_CHARS,
});

/** Of every tracker. */
const PEOPLE = pairs(
  "people",
  "People",
  "Whose address the tracker does not tell, one a line: their name there = a member’s address.",
  "ana-ruiz = ana@example.com",
);

const JIRA: readonly OwnField[] = [
  trackerAddress("Of the site.", "https://acme.atlassian.net"),
  setting("project", "Project", "Its key.", "SEC"),
  { ...setting("issueType", "Issue type", "Its name.", "Task"), optional: true },
  {
    ...setting("email", "Account", "The e-mail address of an account of Lull’s own.", ""),
    longest: MAX_EMAIL_CHARS,
  },
  token("An API token of that account."),
  pairs(
    "priorities",
    "Priorities",
    "What P1 to P5 are called there, one a line. Empty: tickets have the project’s own default.",
    "P1 = Highest",
  ),
  LABELS,
  PEOPLE,
];

const GITHUB: readonly OwnField[] = [
  trackerAddress(
    "Of the API; of an Enterprise Server https://<host>/api/v3.",
    "https://api.github.com",
  ),
  setting("owner", "Owner", "The user or organisation.", "acme"),
  setting("repo", "Repository", "Its name.", "shop"),
  token("Of an account of Lull’s own, which may read and write issues."),
  LABELS,
  PEOPLE,
];

const GITLAB: readonly OwnField[] = [
  trackerAddress("Of GitLab, without a project.", "https://gitlab.com"),
  {
    ...setting("project", "Project", "Its path with its groups, or its id.", "acme/shop"),
    longest: MAX_TRACKER_PATH_CHARS,
  },
  token("With the scope api, of an account of Lull’s own or of the project."),
  {
    ...setting("visibility", "Issues are seen by", "", ""),
    choices: [
      ["confidential", "members of the project, from Planner upwards"],
      ["project", "whoever sees the project"],
    ],
  },
  LABELS,
  PEOPLE,
];

const SERVICENOW: readonly OwnField[] = [
  trackerAddress("Of the instance.", "https://acme.service-now.com"),
  { ...setting("table", "Table", "Its name, of one of tasks.", "incident"), optional: true },
  setting("user", "Account", "The user name of an account of Lull’s own.", "lull.integration"),
  {
    ...setting("signIn", "Signs in with", "", ""),
    choices: [
      ["password", "a password"],
      ["api-key", "a REST API key"],
    ],
  },
  { ...token("Of that account."), label: "Password or key" },
  pairs(
    "states",
    "States",
    "Values of open, in_progress and done, one a line, with commas between. The first one is set.",
    "done = 6, 7, 8",
  ),
  {
    ...setting("closeCode", "Close code", "Of what is done.", "Solution provided"),
    optional: true,
  },
  pairs(
    "priorities",
    "Priorities",
    "Impact and urgency of P1 to P5, one a line. Empty: tickets have the instance’s own default.",
    "P1 = 1/1",
  ),
  PEOPLE,
];

const SLACK: readonly OwnField[] = [
  {
    ...ADDRESS,
    hint: "Of an incoming webhook. It is a secret: what stands after the host is shown to admins alone.",
    placeholder: "https://hooks.slack.com/services/T…/B…/…",
  },
];

const TEAMS: readonly OwnField[] = [
  {
    ...ADDRESS,
    hint: "Of a workflow that posts to a channel when a webhook request is received. It is a secret: what stands after the host is shown to admins alone.",
    placeholder: "https://….logic.azure.com/workflows/…",
  },
];

const PAGERDUTY: readonly OwnField[] = [
  {
    ...ADDRESS,
    hint: "Of the Events API; in the EU https://events.eu.pagerduty.com/v2/enqueue.",
    placeholder: "https://events.pagerduty.com/v2/enqueue",
  },
  { ...token("Of an integration “Events API v2” of the service."), label: "Integration key" },
];

/** What each format asks for beside what all do, in the order of the form. */
export const OWN_FIELDS: Readonly<Record<EndpointFormat, readonly OwnField[]>> = {
  standard: SIGNED,
  cloudevents: SIGNED,
  ocsf: SIGNED,
  slack: SLACK,
  teams: TEAMS,
  pagerduty: PAGERDUTY,
  jira: JIRA,
  github: GITHUB,
  gitlab: GITLAB,
  servicenow: SERVICENOW,
};

/** Formats that ask for the same: an endpoint may change from one to the other. */
export function sameFields(format: EndpointFormat): readonly EndpointFormat[] {
  return ENDPOINT_FORMATS.filter((other) => OWN_FIELDS[other] === OWN_FIELDS[format]);
}

/** Names that a filter narrows by, each with what stands before it. */
export const FILTER_NAMES = [
  ["rule", "Rules"],
  ["namespace", "Namespaces"],
  ["workload", "Workloads"],
  ["service", "Services"],
  ["host", "Hosts"],
  ["cluster", "Clusters"],
] as const;
export type FilterName = (typeof FILTER_NAMES)[number][0];

/** As typed. */
export interface EndpointValues {
  format: EndpointFormat;
  /** Of the format's own fields, by name. */
  own: Readonly<Record<string, string>>;
  description: string;
  /** `all`, or `some`: those that are ticked. */
  hears: string;
  /** Patterns that are ticked. */
  events: readonly string[];
  severity: string;
  /** One a line. */
  names: Readonly<Record<FilterName, string>>;
}

const NO_NAMES = { rule: "", namespace: "", workload: "", service: "", host: "", cluster: "" };

export function newEndpoint(format: EndpointFormat): EndpointValues {
  const { events } = FORMATS[format];
  return {
    format,
    own: {},
    description: "",
    hears: hearsOf(events),
    events,
    severity: "",
    names: NO_NAMES,
  };
}

const hearsOf = (events: readonly string[]) => (events.includes("*") ? "all" : "some");

/** What is set, but for the credential, which nobody is shown. */
export function valuesOf({
  format,
  url,
  settings,
  description,
  events,
  filter,
}: EndpointView): EndpointValues {
  const names = { ...NO_NAMES };
  for (const [name] of FILTER_NAMES) names[name] = (filter[name] ?? []).join("\n");
  return {
    format,
    own: {
      url,
      ...Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`settings.${name}`, typed(value)]),
      ),
    },
    description: description ?? "",
    hears: hearsOf(events),
    events,
    severity: filter.severity ?? "",
    names,
  };
}

/** The format that an address or a form names; the first one where it names none. */
export function formatOf(said: string | undefined): EndpointFormat {
  return ENDPOINT_FORMATS.find((format) => format === said) ?? "standard";
}

export function readEndpoint(form: FormData): EndpointValues {
  const names = { ...NO_NAMES };
  for (const [name] of FILTER_NAMES) names[name] = text(form, name);
  const format = formatOf(text(form, "format"));
  return {
    format,
    own: Object.fromEntries(OWN_FIELDS[format].map(({ name }) => [name, text(form, name)])),
    description: text(form, "description"),
    hears: text(form, "hears"),
    events: form.getAll("events").filter((value) => typeof value === "string"),
    severity: text(form, "severity"),
    names,
  };
}

/** The same for a new endpoint and for one that is changed: the whole of it, but for a credential that stays. */
export function endpointInput(values: EndpointValues): Read<EndpointInput> {
  const { format, own, description, hears, severity, names } = values;
  const filter = Object.fromEntries(
    FILTER_NAMES.map(([name]) => [name, linesOf(names[name])] as const).filter(
      ([, lines]) => lines.length > 0,
    ),
  );
  return readBy(endpointInputSchema, {
    format,
    url: own["url"] ?? "",
    ...(own["credential"] ? { credential: own["credential"] } : {}),
    settings: settingsOf(values),
    description: description === "" ? null : description,
    events: hears === "all" ? ["*"] : narrowest(values.events),
    filter: { ...(severity !== "" && { severity }), ...filter },
  });
}

/** Those that are filled in. */
function settingsOf({ format, own }: EndpointValues): Record<string, unknown> {
  return Object.fromEntries(
    OWN_FIELDS[format].flatMap(({ name, as }) => {
      const words = own[name] ?? "";
      return name.startsWith("settings.") && words !== ""
        ? [[name.slice("settings.".length), meant(words, as)] as const]
        : [];
    }),
  );
}

function meant(words: string, as: OwnField["as"]): unknown {
  if (as === undefined) return words;
  const lines = linesOf(words);
  if (as === "list") return lines;
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...rest] = line.split("=");
      return [name.trim(), rest.join("=").trim()] as const;
    }),
  );
}

/** A setting as one types it. */
function typed(value: unknown): string {
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, meaning]) => `${name} = ${String(meaning)}`)
    .join("\n");
}

const linesOf = (words: string) =>
  words
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Without what a whole kind says too. */
function narrowest(events: readonly string[]): string[] {
  return events.filter(
    (event) => event.endsWith(".*") || !events.includes(`${event.split(".")[0]}.*`),
  );
}

const FIELDS: ReadonlySet<string> = new Set(["description", "events", "filter", "format"]);

export function refusalErrors(problem: Refusal, format: EndpointFormat): FormErrors {
  const own = new Set(OWN_FIELDS[format].map(({ name }): string => name));
  return errorsOfRefusal(problem, (field) => FIELDS.has(field) || own.has(field));
}

/** What can be ticked, by kind: all of it, and each type. A test is sent to whom it is for, asked or not. */
export const EVENT_CHOICES: readonly { kind: string; types: readonly HappeningType[] }[] = [
  ...Map.groupBy(
    HAPPENING_TYPES.filter((type) => type !== "endpoint.test"),
    (type) => type.split(".")[0] ?? type,
  ),
].map(([kind, types]) => ({ kind, types }));
