/** The OpenAPI 3.1 document, made of the table of operations. Pure. */
import type { z } from "zod";
import type {
  AnswerObject,
  Example,
  MediaType,
  Method,
  OpenApiDocument,
  OperationObject,
  Parameter,
} from "../../schema/openapi.ts";
import { PROBLEM_MEDIA_TYPE, problemSchema } from "../../schema/problem.ts";
import { problemDocument } from "../problem.ts";
import { ANSWER_COMPONENTS, REQUEST_COMPONENTS } from "./components.ts";
import { INFO, SECURITY_OF, SECURITY_SCHEMES } from "./info.ts";
import { SchemaWriter } from "./json-schema.ts";
import {
  TAGS,
  type Body,
  type BodyExample,
  type Dialect,
  type Operation,
  type OperationAnswer,
} from "./operation.ts";
import { PROBLEMS, type ProblemCode } from "./problems.ts";

/** What every operation may answer. */
const ALWAYS: readonly ProblemCode[] = ["internal", "busy"];

interface Writers {
  requests: SchemaWriter;
  answers: SchemaWriter;
}

export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const writers: Writers = {
    requests: new SchemaWriter("input", REQUEST_COMPONENTS, operations.flatMap(requestSchemas)),
    answers: new SchemaWriter("output", ANSWER_COMPONENTS, operations.flatMap(answerSchemas)),
  };
  const paths: Record<string, Partial<Record<Method, OperationObject>>> = {};
  for (const operation of operations) {
    const at = (paths[operation.path] ??= {});
    at[operation.method] = operationObject(operation, writers);
  }
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: INFO,
    servers: [{ url: "/", description: "Where this document was read" }],
    tags: Object.entries(TAGS)
      .filter(([name]) => operations.some((operation) => operation.tag === name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...writers.requests.components(), ...writers.answers.components() },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function requestSchemas({ params, query, headers, body }: Operation): z.ZodType[] {
  const inPath = Object.values(params ?? {}).map(({ schema }) => schema);
  return [...inPath, query, headers, body?.schema].filter((schema) => schema !== undefined);
}

function answerSchemas(operation: Operation): z.ZodType[] {
  const { answers: wells, dialect } = operation;
  return [...Object.values(wells), ...(dialect === undefined ? [] : [dialect])].flatMap(
    ({ schema }) => (schema === undefined ? [] : [schema]),
  );
}

function operationObject(operation: Operation, writers: Writers): OperationObject {
  const { id, tag, summary, description, auth, method, body, queryExamples } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: SECURITY_OF[auth === "apiToken" && method === "get" ? "read" : auth],
    parameters: parameters(operation, writers.requests),
    ...(body === undefined ? {} : { requestBody: requestBody(body, writers.requests) }),
    responses: { ...answers(operation, writers.answers), ...problems(operation, writers.answers) },
    ...(queryExamples === undefined ? {} : { "x-examples": queryExamples }),
  };
}

function parameters(operation: Operation, writer: SchemaWriter): Parameter[] {
  const inPath = Object.entries(operation.params ?? {}).map(
    ([name, { schema, description, example }]): Parameter => ({
      name,
      in: "path",
      required: true,
      description,
      schema: writer.write(schema),
      example,
    }),
  );
  const others = (place: "query" | "header", schema: z.ZodObject | undefined): Parameter[] =>
    (schema === undefined ? [] : writer.properties(schema)).map(
      ({ name, required, schema: property }) => {
        const { description = "", ...rest } = property;
        return { name, in: place, required, description, schema: rest };
      },
    );
  return [...inPath, ...others("query", operation.query), ...others("header", operation.headers)];
}

function requestBody(
  body: Body,
  writer: SchemaWriter,
): NonNullable<OperationObject["requestBody"]> {
  const [first] = body.mediaTypes;
  const content: Record<string, MediaType> = {};
  for (const type of body.mediaTypes) {
    const examples: Record<string, Example> = {};
    for (const [name, example] of Object.entries(body.examples)) {
      if ((example.mediaType ?? first) === type) examples[name] = exampleOf(example);
    }
    // What is not one JSON document has no JSON schema.
    const isJson = /[/+]json$/.test(type);
    content[type] = { ...(isJson ? { schema: writer.write(body.schema) } : {}), examples };
  }
  const { description } = body;
  return { required: true, ...(description === undefined ? {} : { description }), content };
}

function exampleOf({ summary, value, query }: BodyExample): Example {
  return { summary, value, ...(query === undefined ? {} : { "x-query": query }) };
}

function answers(operation: Operation, writer: SchemaWriter): Record<string, AnswerObject> {
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer, writer)]),
  );
}

function answerOf(answer: OperationAnswer, writer: SchemaWriter): AnswerObject {
  const { description, schema, mediaType = "application/json", example } = answer;
  if (schema === undefined) return { description };
  const examples =
    example === undefined
      ? {}
      : { examples: { example: { summary: description, value: example } } };
  return { description, content: { [mediaType]: { schema: writer.write(schema), ...examples } } };
}

/** One answer for each status, with an example for each of its codes. */
function problems(operation: Operation, writer: SchemaWriter): Record<string, AnswerObject> {
  const { dialect, auth } = operation;
  const asksForKey = auth === "agentKey" || auth === "apiToken";
  const codes: ProblemCode[] = [
    ...(asksForKey ? (["not_authenticated"] as const) : []),
    ...operation.problems,
    ...ALWAYS,
  ];
  const schema = writer.write(dialect?.schema ?? problemSchema);
  const mediaType = dialect === undefined ? PROBLEM_MEDIA_TYPE : "application/json";
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const entries = [...byStatus].map(([status, among]): [string, AnswerObject] => {
    const examples = among.map((code) => [code, problemExample(code, dialect)] as const);
    const answer = {
      description: among.map((code) => `\`${code}\`: ${PROBLEMS[code].meaning}`).join(" "),
      ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
      content: { [mediaType]: { schema, examples: Object.fromEntries(examples) } },
    };
    return [String(status), answer];
  });
  return Object.fromEntries(entries);
}

const RETRY_AFTER: NonNullable<AnswerObject["headers"]> = {
  "Retry-After": { description: "Seconds to wait", schema: { type: "integer", minimum: 0 } },
};

function problemExample(code: ProblemCode, dialect: Dialect | undefined): Example {
  const { status, meaning } = PROBLEMS[code];
  const document = problemDocument({ status, code, detail: meaning });
  return { summary: meaning, value: dialect === undefined ? document : dialect.say(document) };
}
