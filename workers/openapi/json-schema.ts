/**
 * From zod to JSON Schema, draft 2020-12. Schemas with a name become references to it; all others are
 * written where they stand. Requests are described as they are sent, answers as they are received.
 */
import { z } from "zod";
import type { JsonSchema } from "../../schema/openapi.ts";

const REFERENCE = "#/components/schemas/";

export class SchemaWriter {
  readonly #names = new Map<z.ZodType, string>();
  readonly #written: Readonly<Record<string, JsonSchema>>;
  readonly #components: readonly string[];

  /** `unnamed`: the schemas that {@link write} will be asked for, so that all are converted at once. */
  constructor(
    io: "input" | "output",
    components: Readonly<Record<string, z.ZodType>>,
    unnamed: Iterable<z.ZodType>,
  ) {
    for (const [name, schema] of Object.entries(components)) this.#names.set(schema, name);
    this.#components = [...this.#names.values()];
    const named = new Set(this.#names.keys());
    for (const schema of new Set(unnamed).difference(named))
      this.#names.set(schema, `unnamed-${this.#names.size}`);
    this.#written = convert(io, this.#names);
  }

  /** The named schemas by their names. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries(this.#components.map((name) => [name, this.#byName(name)]));
  }

  /** A reference where the schema has a name. */
  write(schema: z.ZodType): JsonSchema {
    const name = this.#names.get(schema);
    if (name === undefined) throw new Error("a schema that was not announced");
    return this.#components.includes(name) ? { $ref: `${REFERENCE}${name}` } : this.#byName(name);
  }

  /** The properties of an object, each with whether it must be there. */
  properties(schema: z.ZodObject): { name: string; required: boolean; schema: JsonSchema }[] {
    const written = this.write(schema);
    return Object.entries(written.properties ?? {}).map(([name, property]) => ({
      name,
      required: written.required?.includes(name) === true,
      schema: property,
    }));
  }

  #byName(name: string): JsonSchema {
    return this.#written[name] ?? {};
  }
}

type Written = JsonSchema & { $schema?: string; $id?: string };

function convert(
  io: "input" | "output",
  names: ReadonlyMap<z.ZodType, string>,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `${REFERENCE}${id}`,
    override: ({ jsonSchema }) => simplify(jsonSchema, io),
  });
  // zod's type is wider: these are the keywords that it writes for our schemas.
  const written = schemas as Record<string, Written>;
  return Object.fromEntries(Object.entries(written).map(([id, schema]) => [id, bare(schema)]));
}

/** Without what stands on the document as a whole. */
function bare(written: Written): JsonSchema {
  const { $schema: _dialect, $id: _id, ...schema } = written;
  return schema;
}

/** Takes away what says nothing to a reader, and what would forbid an answer to gain a field. */
function simplify(schema: z.core.JSONSchema.BaseSchema, io: "input" | "output"): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.format === "date-time" || schema.format === "uri") delete schema.pattern;
  if (io === "output" && schema.items === false) delete schema.items;
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
}
