/** Every documented example, sent to the running Worker; every answer, against its documented schema. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { playedAt, textOf } from "../../dashboard/format/example.ts";
import { osqueryEnrolledSchema } from "../../schema/protocols.ts";
import { TRACKER_ID } from "../../workers/openapi/example-cases.ts";
import { TRACKER_INPUT } from "../../workers/openapi/example-endpoints.ts";
import { FINDING_ID, SIGNAL_ID } from "../../workers/openapi/examples.ts";
import type { Operation } from "../../workers/openapi/operation.ts";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import { hmacOf } from "../support/fake-tracker.ts";
import {
  batch,
  DAY,
  fetchLull,
  gcc,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
} from "./support.ts";

beforeEach(stopClock);

interface Furnished {
  site: Site;
  /** The examples' ids, and what stands for them here. */
  named: Readonly<Record<string, string>>;
  /** The id of what the rest of an operation's path names: a part of what `id` names. */
  partOf: (operation: Operation, id: string) => Promise<string>;
  /** The id of what an operation is about. */
  idOf: (operation: Operation) => Promise<string>;
}

/** A site where there is something to read, and the parameters that lead there. */
async function furnished(): Promise<Furnished> {
  const site = await Site.open();
  const host = "node-7";
  const escape = {
    time: new Date(Date.now()).toISOString(),
    kind: "file",
    action: "write",
    container: { id: newContainer(), name: "api" },
    process: { exe: "/bin/sh", name: "sh" },
    file: { path: "/sys/fs/cgroup/rdma/release_agent" },
  };
  await site.send(batch(host, [gcc(newContainer()), escape]));
  await site.alarm(`host:${host}`);
  const exampleOf = async (path: string): Promise<string> => {
    const create = OPERATIONS.find((it) => it.method === "post" && it.path === `/api/v1${path}`);
    const [first] = Object.values(create?.body?.examples ?? {});
    const body = JSON.stringify(playedAt(first?.value, Date.now()));
    const made = await okJson(await site.api(path, { method: "POST", body }));
    const asMade = z.object({ id: z.string() });
    return z.union([asMade, z.object({ member: asMade }).transform((it) => it.member)]).parse(made)
      .id;
  };
  const muteAll = async () => {
    const mute = { reason: "other", note: "n", until: new Date(Date.now() + DAY).toISOString() };
    for (const { id } of (await site.findings()).items)
      await okJson(await site.apiJson("POST", `/findings/${id}/mute`, mute));
  };
  const [finding = "none"] = (await site.findings("?status=open")).items.map(({ id }) => id);
  const [signal = "none"] = (await site.signals()).items.map(({ id }) => id);
  return {
    site,
    named: { [FINDING_ID]: finding, [SIGNAL_ID]: signal },
    async partOf({ path }, id) {
      const [, part = "", name] = /\{id\}\/(\w+)\/\{(\w+)\}/.exec(path) ?? [];
      if (name === "finding" || name === "signal") {
        const linked = name === "finding" ? { findings: [finding] } : { signals: [signal] };
        await okJson(await site.apiJson("POST", `/cases/${id}/findings`, linked));
        return name === "finding" ? finding : signal;
      }
      const text = { body: "a note", text: "a step" };
      const body = part === "notes" ? { body: text.body } : { text: text.text };
      const made = await okJson(await site.apiJson("POST", `/cases/${id}/${part}`, body));
      return z.object({ id: z.string() }).parse(made).id;
    },
    async idOf(operation) {
      // Only what has resolved is certified.
      if (operation.path.includes("/episodes")) {
        pass(30 * DAY);
        await site.alarm(`host:${host}`);
      }
      const list = /^\/api\/v1(\/\w+)/.exec(operation.path)?.[1] ?? "";
      if (operation.id === "unmuteFinding") await muteAll();
      if (list === "/findings") return (await site.findings()).items[0]?.id ?? "none";
      if (list === "/rollups") return (await site.rollups()).items[0]?.id ?? "none";
      if (list === "/signals") return (await site.signals()).items[0]?.id ?? "none";
      if (list === "/resources" || list === "/coverage") return `host:${host}`;
      if (list === "/rules" && operation.method !== "delete") return "compiler-in-container";
      return exampleOf(list);
    },
  };
}

interface Call {
  name: string;
  query: string;
  /** Another media type of the answer. */
  accept?: string;
  body?: { mediaType: string; value: unknown };
}

/** Every documented way to call it. */
function callsOf(operation: Operation): Call[] {
  const { body, queryExamples = [], answers } = operation;
  const bodies = Object.entries(body?.examples ?? {}).map(([name, example]) => ({
    name,
    query: example.query ?? "",
    body: { mediaType: example.mediaType ?? body?.mediaTypes[0] ?? "", value: example.value },
  }));
  if (bodies.length > 0) return bodies;
  const other = Object.values(answers).flatMap(({ also = [] }) =>
    also.map(({ mediaType }) => mediaType),
  );
  return [
    { name: "bare", query: "" },
    ...other.map((accept) => ({ name: accept, query: "", accept })),
    ...queryExamples.map(({ query }) => ({ name: query, query })),
  ];
}

/** What osquery has after it enrolled. */
async function mintNodeKey(site: Site): Promise<string> {
  const body = JSON.stringify({ enroll_secret: site.key, host_identifier: "node-7" });
  const response = await fetchLull("/v1/osquery/enroll", { method: "POST", body });
  return osqueryEnrolledSchema.parse(await okJson(response)).node_key;
}

/** The delivery of a test of the endpoint that the path is about. */
async function sendTest(site: Site, path: string): Promise<string> {
  const endpoint = /\/endpoints\/\w+/.exec(path)?.[0] ?? "";
  const sent = await okJson(await site.api(`${endpoint}/test`, { method: "POST" }));
  return z.object({ id: z.string() }).parse(sent).id;
}

/** Of a tracker, and what signs its hooks. */
async function openTracker(site: Site): Promise<{ id: string; secret: string }> {
  const made = await okJson(await site.apiJson("POST", "/endpoints", TRACKER_INPUT));
  return z.object({ id: z.string(), secret: z.string() }).parse(made);
}

async function callHook(site: Site, hook: unknown): Promise<Response> {
  const { id, secret } = await openTracker(site);
  const text = textOf(hook ?? "");
  const headers = { "x-hub-signature": `sha256=${await hmacOf(secret, text)}` };
  return fetchLull(`/hooks/v1/${site.tenant}/${id}`, { method: "POST", headers, body: text });
}

async function call(
  { site, idOf, partOf, named }: Furnished,
  operation: Operation,
  { query, body, accept }: Call,
): Promise<Response> {
  if (operation.id === "trackerHook") return callHook(site, body?.value);
  let path = operation.path;
  const id = path.includes("{id}") ? await idOf(operation) : "";
  path = path.replace("{id}", id);
  if ("delivery" in (operation.params ?? {}))
    path = path.replace("{delivery}", await sendTest(site, path));
  for (const [name, { example }] of Object.entries(operation.params ?? {})) {
    if (!path.includes(`{${name}}`)) continue;
    const inCase = path.startsWith("/api/v1/cases/");
    path = path.replace(`{${name}}`, inCase ? await partOf(operation, id) : example);
  }
  const secret = { agentKey: site.key, apiToken: site.token, inBody: "", none: "" }[operation.auth];
  const written = Object.entries(named).reduce(
    (text, [example, real]) => text.replaceAll(example, real),
    textOf(playedAt(body?.value ?? "", Date.now())),
  );
  const tracker = written.includes(TRACKER_ID) ? (await openTracker(site)).id : "";
  const text = written
    .replace(TRACKER_ID, tracker)
    .replace("$LULL_AGENT_KEY", site.key)
    .replace("$LULL_NODE_KEY", await mintNodeKey(site));
  return fetchLull(query === "" ? path : `${path}?${query}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(secret === "" ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { "content-type": body.mediaType }),
      ...(accept === undefined ? {} : { accept }),
      ...(operation.headers !== undefined && "If-Match" in operation.headers.shape
        ? { "if-match": "*" }
        : {}),
    },
    ...(body === undefined ? {} : { body: text }),
  });
}

const CALLS = OPERATIONS.flatMap((operation) =>
  callsOf(operation).map((it) => ({ title: `${operation.id} (${it.name})`, operation, it })),
);

/** Examples that carry no event. */
const EMPTY: ReadonlySet<string> = new Set(["empty", "probe", "least", "node"]);

function isIntake({ auth, method }: Operation): boolean {
  return method === "post" && (auth === "agentKey" || auth === "inBody");
}

describe("what is documented is what the Worker does:", () => {
  test.each(CALLS)("$title", async ({ operation, it }) => {
    const response = await call(await furnished(), operation, it);
    const text = await response.text();
    const answer = operation.answers[response.status];
    if (answer === undefined) throw new Error(`${response.status}: ${text}`);
    if (answer.schema === undefined) {
      expect(text).toBe("");
      return;
    }
    const { mediaType = "application/json", schema } =
      answer.also?.find((form) => form.mediaType === it.accept) ?? answer;
    expect(response.headers.get("content-type")).toBe(mediaType);
    const isJson = mediaType === "application/json";
    if (schema !== undefined) expectAllDescribed(schema, isJson ? JSON.parse(text) : text);
  });

  test.each(CALLS.filter(({ operation, it }) => isIntake(operation) && !EMPTY.has(it.name)))(
    "$title opens a finding",
    async ({ operation, it }) => {
      const site = await Site.open();
      const nothing = async () => "none";
      await call({ site, named: {}, idOf: nothing, partOf: nothing }, operation, it);
      await site.alarm("host:node-7");
      expect((await site.findings()).items).not.toEqual([]);
    },
  );

  test.each(OPERATIONS.filter(({ auth }) => auth !== "none"))(
    "$id lets nobody in without a key",
    async ({ method, path, dialect }) => {
      const body = method === "post" ? { body: "{}" } : {};
      const response = await fetchLull(path, { method: method.toUpperCase(), ...body });
      expect(response.status).toBe(401);
      if (dialect === undefined)
        expect((await problemOf(response)).type).toBe("urn:lull:problem:not_authenticated");
      else expectAllDescribed(dialect.schema, await response.json());
    },
  );

  test("the examples of answers are such answers", () => {
    for (const { id, answers } of OPERATIONS)
      for (const answer of Object.values(answers))
        for (const { schema, example } of [answer, ...(answer.also ?? [])])
          if (schema !== undefined && example !== undefined)
            expectAllDescribed(schema, example, id);
  });
});

/** Valid, and without a field that the schema does not know: zod leaves such fields out. */
function expectAllDescribed(schema: z.ZodType, value: unknown, message?: string): void {
  expect(schema.parse(value), message).toEqual(value);
}
