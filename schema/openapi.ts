/** The parts of an OpenAPI 3.1 document that Lull writes, and that the reader at `/docs/api` shows. */

/** JSON Schema, draft 2020-12: the keywords that our zod schemas give. */
export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Example {
  summary: string;
  value: unknown;
  /** The query string that belongs to it. */
  "x-query"?: string;
}

export interface MediaType {
  schema?: JsonSchema;
  examples?: Readonly<Record<string, Example>>;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description: string;
  schema: JsonSchema;
  example?: unknown;
}

export interface AnswerObject {
  description: string;
  headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
  content?: Readonly<Record<string, MediaType>>;
}

export interface OperationObject {
  operationId: string;
  tags: readonly string[];
  summary: string;
  /** Markdown. */
  description: string;
  /** Any one of them; empty: nothing is asked for. */
  security: readonly Readonly<Record<string, readonly string[]>>[];
  parameters: readonly Parameter[];
  requestBody?: {
    required: boolean;
    description?: string;
    content: Readonly<Record<string, MediaType>>;
  };
  responses: Readonly<Record<string, AnswerObject>>;
  /** Query strings to try. */
  "x-examples"?: readonly { summary: string; query: string }[];
}

export type Method = "get" | "post" | "patch" | "put" | "delete";

export interface OpenApiDocument {
  openapi: "3.1.0";
  jsonSchemaDialect: string;
  info: { title: string; version: string; description: string };
  servers: readonly { url: string; description: string }[];
  tags: readonly { name: string; description: string }[];
  paths: Readonly<Record<string, Readonly<Partial<Record<Method, OperationObject>>>>>;
  /** What Lull sends, by type. */
  webhooks: Readonly<Record<string, Readonly<{ post: OperationObject }>>>;
  components: {
    schemas: Readonly<Record<string, JsonSchema>>;
    securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** The instant at which the examples of the document play: 24 November 2026, 10:00 UTC. */
export const EXAMPLES_AT = Date.UTC(2026, 10, 24, 10);
