/** OpenAPI 3.1 as far as the document uses it. */
import { z } from "zod";

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

const operation = z.strictObject({
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
  "x-examples": z.array(z.strictObject({ summary: z.string(), query: z.string() })).optional(),
});

/** The parts of the specification (3.1.0) that the document uses; a key that it does not know is refused. */
export const openApiSchema = z.strictObject({
  openapi: z.literal("3.1.0"),
  jsonSchemaDialect: z.url(),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "post", "put", "patch", "delete"]), operation),
  ),
  webhooks: z.record(z.string(), z.strictObject({ post: operation })),
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
