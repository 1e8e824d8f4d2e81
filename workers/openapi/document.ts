/** The OpenAPI 3.1 document, made of the table of operations. Pure. */
import type { z } from "zod";
import type {
  Example,
  MediaType,
  Method,
  OpenApiDocument,
  OperationObject,
  Parameter,
} from "../../schema/openapi.ts";
import { answerSchemas, responsesOf } from "./answers.ts";
import { ANSWER_COMPONENTS, REQUEST_COMPONENTS } from "./components.ts";
import { INFO, SECURITY_OF, SECURITY_SCHEMES } from "./info.ts";
import { SchemaWriter } from "./json-schema.ts";
import { WEBHOOK_SCHEMAS, webhooksOf } from "./webhooks.ts";
import { roleOf, TAGS, type Body, type BodyExample, type Operation } from "./operation.ts";

interface Writers {
  requests: SchemaWriter;
  answers: SchemaWriter;
}

export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const writers: Writers = {
    requests: new SchemaWriter("input", REQUEST_COMPONENTS, operations.flatMap(requestSchemas)),
    answers: new SchemaWriter("output", ANSWER_COMPONENTS, [
      ...operations.flatMap(answerSchemas),
      ...WEBHOOK_SCHEMAS.values(),
    ]),
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
    webhooks: webhooksOf(writers.answers),
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

function operationObject(operation: Operation, writers: Writers): OperationObject {
  const { id, tag, summary, description, auth, method, body, queryExamples } = operation;
  const role = roleOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: role === null ? description : `${description}\n\nRole: \`${role}\`.`,
    security: SECURITY_OF[auth === "apiToken" && method === "get" ? "read" : auth],
    parameters: parameters(operation, writers.requests),
    ...(body === undefined ? {} : { requestBody: requestBody(body, writers.requests) }),
    responses: responsesOf(operation, writers.answers),
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
