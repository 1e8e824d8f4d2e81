/** The OpenAPI document against the Worker that serves it: routes, requests, answers. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { playedAt, textOf } from "../../dashboard/format/example.ts";
import { app } from "../../workers/app.ts";
import { openApiDocument } from "../../workers/openapi/document.ts";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import type { Operation } from "../../workers/openapi/operation.ts";
import { osqueryEnrolledSchema } from "../../schema/protocols.ts";
import {
  batch,
  fetchLull,
  gcc,
  newContainer,
  okJson,
  problemOf,
  Site,
  stopClock,
} from "./support.ts";

const DOCUMENTED = ["/v1/", "/api/", "/healthz", "/metrics", "/openapi.json"];

describe("the document", () => {
  test("names every route of the API, and no other", () => {
    const routes = app.routes
      .filter(
        ({ method, path }) => method !== "ALL" && DOCUMENTED.some((it) => path.startsWith(it)),
      )
      .map(
        ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}").replace(/\/$/, "")}`,
      );
    const documented = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(documented.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  test("is valid OpenAPI 3.1, and is what the Worker serves", async () => {
    const response = await fetchLull("/openapi.json");
    expect(response.headers.get("content-type")).toBe("application/json");
    const served = await okJson(response);
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument(OPERATIONS))));
    const document = openApiSchema.parse(served);

    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((it) => it.in === "path").map((it) => it.name);
      expect(declared, path).toEqual(inPath);
      const names = operation.parameters.map((it) => `${it.in} ${it.name}`);
      expect(new Set(names).size, path).toBe(names.length);
      const schemes = operation.security.flatMap((it) => Object.keys(it));
      for (const scheme of schemes)
        expect(document.components.securitySchemes).toHaveProperty(scheme);
      const tags = document.tags.map((tag) => tag.name);
      for (const tag of operation.tags) expect(tags).toContain(tag);
    }
  });

  test("has references that all lead somewhere, and names that are all used", () => {
    const document = openApiDocument(OPERATIONS);
    const text = JSON.stringify(document);
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      (it) => it[1],
    );
    expect(new Set(refs)).toEqual(new Set(Object.keys(document.components.schemas)));
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull();
  });
});

beforeEach(stopClock);

interface Furnished {
  site: Site;
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
    return z.object({ id: z.string() }).parse(made).id;
  };
  return {
    site,
    async idOf(operation) {
      const list = /^\/api\/v1(\/\w+)/.exec(operation.path)?.[1] ?? "";
      if (list === "/findings") return (await site.findings()).items[0]?.id ?? "none";
      if (list === "/signals") return (await site.signals()).items[0]?.id ?? "none";
      if (list === "/rules" && operation.method !== "delete") return "compiler-in-container";
      return exampleOf(list);
    },
  };
}

interface Call {
  name: string;
  query: string;
  body?: { mediaType: string; value: unknown };
}

/** Every documented way to call it. */
function callsOf(operation: Operation): Call[] {
  const { body, queryExamples = [] } = operation;
  const bodies = Object.entries(body?.examples ?? {}).map(([name, example]) => ({
    name,
    query: example.query ?? "",
    body: { mediaType: example.mediaType ?? body?.mediaTypes[0] ?? "", value: example.value },
  }));
  if (bodies.length > 0) return bodies;
  return [
    { name: "bare", query: "" },
    ...queryExamples.map(({ query }) => ({ name: query, query })),
  ];
}

/** What osquery has after it enrolled. */
async function mintNodeKey(site: Site): Promise<string> {
  const body = JSON.stringify({ enroll_secret: site.key, host_identifier: "node-7" });
  const response = await fetchLull("/v1/osquery/enroll", { method: "POST", body });
  return osqueryEnrolledSchema.parse(await okJson(response)).node_key;
}

async function call(
  { site, idOf }: Furnished,
  operation: Operation,
  { query, body }: Call,
): Promise<Response> {
  let path = operation.path;
  for (const [name, { example }] of Object.entries(operation.params ?? {}))
    path = path.replace(`{${name}}`, name === "id" ? await idOf(operation) : example);
  const secret = { agentKey: site.key, apiToken: site.token, inBody: "", none: "" }[operation.auth];
  const text = textOf(playedAt(body?.value ?? "", Date.now()))
    .replace("$LULL_AGENT_KEY", site.key)
    .replace("$LULL_NODE_KEY", await mintNodeKey(site));
  return fetchLull(query === "" ? path : `${path}?${query}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(secret === "" ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { "content-type": body.mediaType }),
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
    expect(response.headers.get("content-type")).toBe(answer.mediaType ?? "application/json");
    if (answer.mediaType === undefined) expectAllDescribed(answer.schema, JSON.parse(text));
    else expect(answer.schema.parse(text)).toBe(text);
  });

  test.each(CALLS.filter(({ operation, it }) => isIntake(operation) && !EMPTY.has(it.name)))(
    "$title opens a finding",
    async ({ operation, it }) => {
      const site = await Site.open();
      await call({ site, idOf: async () => "none" }, operation, it);
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
      for (const { schema, example } of Object.values(answers))
        if (schema !== undefined && example !== undefined) expectAllDescribed(schema, example, id);
  });
});

/** Valid, and without a field that the schema does not know: zod leaves such fields out. */
function expectAllDescribed(schema: z.ZodType, value: unknown, message?: string): void {
  expect(schema.parse(value), message).toEqual(value);
}

const jsonSchema: z.ZodType<object> = z.lazy(() =>
  z.strictObject({
    $ref: z.string().startsWith("#/components/schemas/").optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchema]).optional(),
    propertyNames: jsonSchema.optional(),
    items: jsonSchema.optional(),
    prefixItems: z.array(jsonSchema).optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
    allOf: z.array(jsonSchema).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    default: z.unknown().optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    minimum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
  }),
);

const content = z.record(
  z.string().regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/),
  z.strictObject({
    schema: jsonSchema.optional(),
    examples: z
      .record(
        z.string(),
        z.strictObject({
          summary: z.string(),
          value: z.unknown(),
          "x-query": z.string().optional(),
        }),
      )
      .optional(),
  }),
);

/** The parts of the specification (3.1.0) that the document uses; a key that it does not know is refused. */
const openApiSchema = z.strictObject({
  openapi: z.literal("3.1.0"),
  jsonSchemaDialect: z.url(),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(
      z.enum(["get", "post", "put", "patch", "delete"]),
      z.strictObject({
        operationId: z.string().regex(/^[a-z]\w+$/i),
        tags: z.array(z.string()).min(1),
        summary: z.string().min(1),
        description: z.string().min(1),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        parameters: z.array(
          z.strictObject({
            name: z.string(),
            in: z.enum(["path", "query", "header"]),
            required: z.boolean(),
            description: z.string().min(1),
            schema: jsonSchema,
            example: z.unknown().optional(),
          }),
        ),
        requestBody: z
          .strictObject({ required: z.boolean(), description: z.string().optional(), content })
          .optional(),
        responses: z.record(
          z.string().regex(/^[2-5]\d\d$/),
          z.strictObject({
            description: z.string(),
            headers: z
              .record(z.string(), z.strictObject({ description: z.string(), schema: jsonSchema }))
              .optional(),
            content: content.optional(),
          }),
        ),
        "x-examples": z
          .array(z.strictObject({ summary: z.string(), query: z.string() }))
          .optional(),
      }),
    ),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Za-z]+$/), jsonSchema),
    securitySchemes: z.record(
      z.string(),
      z.union([
        z.strictObject({
          type: z.literal("http"),
          scheme: z.enum(["bearer", "basic"]),
          description: z.string(),
        }),
        z.strictObject({
          type: z.literal("apiKey"),
          in: z.enum(["header", "query", "cookie"]),
          name: z.string(),
          description: z.string(),
        }),
      ]),
    ),
  }),
});
