/** JSON Schema as people read it: a type in words, and the fields of an object beneath it. */
import type { Child } from "hono/jsx";
import type { JsonSchema } from "../../schema/openapi.ts";
import { Markdown } from "../format/markdown.tsx";

/** Deeper nesting has a name of its own, and is linked. */
const MAX_DEPTH = 6;

export const schemaAnchor = (name: string): string => `schema-${name}`;

/** `Finding`, of `#/components/schemas/Finding`. */
function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

function joined(parts: readonly Child[], word: string): Child {
  return parts.map((part, at) => (at === 0 ? part : [` ${word} `, part]));
}

/** The type in words: `string or null`, `list of Resource`, `one of open, resolved`. */
export function TypeWords(props: { schema: JsonSchema }): Child {
  const { schema } = props;
  if (schema.$ref !== undefined) {
    const name = refName(schema.$ref);
    return <a href={`#${schemaAnchor(name)}`}>{name}</a>;
  }
  if (schema.const !== undefined) return <code>{JSON.stringify(schema.const)}</code>;
  if (schema.enum !== undefined)
    return (
      <>
        one of{" "}
        {joined(
          schema.enum.map((value) => <code>{String(value)}</code>),
          "|",
        )}
      </>
    );
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return (
      <>
        {joined(
          choices.map((choice) => <TypeWords schema={choice} />),
          "or",
        )}
      </>
    );
  if (schema.prefixItems !== undefined)
    return (
      <>
        list [
        {schema.prefixItems.map((item, at) => (
          <>
            {at > 0 && ", "}
            <TypeWords schema={item} />
          </>
        ))}
        ]
      </>
    );
  if (schema.items !== undefined)
    return (
      <>
        list of <TypeWords schema={schema.items} />
      </>
    );
  if (schema.type === undefined) return "anything";
  const words = typeof schema.type === "string" ? schema.type : schema.type.join(" or ");
  return words === "object" && schema.properties === undefined ? "object of any fields" : words;
}

/** Bounds and defaults, in words: "1 to 200, default 50". */
export function boundsOf(schema: JsonSchema): string {
  const least = schema.minimum ?? schema.minLength ?? schema.minItems;
  const most = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const unit = schema.type === "string" ? " characters" : schema.type === "array" ? " items" : "";
  const words: string[] = [];
  if (schema.exclusiveMinimum !== undefined) words.push(`more than ${schema.exclusiveMinimum}`);
  if (least !== undefined && most !== undefined) words.push(`${least} to ${most}${unit}`);
  else if (least !== undefined && least > 0) words.push(`at least ${least}${unit}`);
  else if (most !== undefined) words.push(`at most ${most}${unit}`);
  if (schema.format !== undefined) words.push(schema.format);
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.join(", ");
}

/** The object whose fields are worth listing: itself, or what a list or a choice holds. */
function objectsIn(schema: JsonSchema): readonly JsonSchema[] {
  if (schema.properties !== undefined) return [schema];
  if (schema.items !== undefined) return objectsIn(schema.items);
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(objectsIn);
}

/** One field or parameter. */
export function Field(props: {
  name: string;
  schema: JsonSchema;
  required: boolean;
  description?: string | undefined;
  depth?: number;
}) {
  const { name, schema, required, depth = 0 } = props;
  const description = props.description ?? schema.description ?? "";
  const bounds = boundsOf(schema);
  return (
    <li>
      <p class="field-line">
        <code class="field-name">{name}</code>{" "}
        <span class="field-type">
          <TypeWords schema={schema} />
          {bounds !== "" && `, ${bounds}`}
          {!required && ", optional"}
        </span>
      </p>
      {description !== "" && <Markdown text={description} />}
      <Fields schema={schema} depth={depth + 1} />
    </li>
  );
}

/** The fields of an object, or of the objects in a list or a choice; nothing for anything else. */
export function Fields(props: { schema: JsonSchema; depth?: number }) {
  const { schema, depth = 0 } = props;
  if (depth > MAX_DEPTH) return null;
  return (
    <>
      {objectsIn(schema).map((object, at) => (
        <>
          {at > 0 && <p class="field-type">or</p>}
          <ul class="fields">
            {Object.entries(object.properties ?? {}).map(([name, field]) => (
              <Field
                name={name}
                schema={field}
                required={object.required?.includes(name) === true}
                depth={depth}
              />
            ))}
          </ul>
        </>
      ))}
    </>
  );
}

/** A schema where it is used: its type unless that is an object, then its fields. */
export function SchemaView(props: { schema: JsonSchema }) {
  const { schema } = props;
  return (
    <>
      {schema.properties === undefined && (
        <p>
          <TypeWords schema={schema} />
        </p>
      )}
      <Fields schema={schema} />
    </>
  );
}
