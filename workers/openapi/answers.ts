/** What an operation answers, as the document says it: where all is well, and every problem. */
import type { z } from "zod";
import type { AnswerObject, Example, MediaType } from "../../schema/openapi.ts";
import { PROBLEM_MEDIA_TYPE, problemSchema } from "../../schema/problem.ts";
import { problemDocument } from "../problem.ts";
import type { SchemaWriter } from "./json-schema.ts";
import {
  roleOf,
  type Dialect,
  type Form,
  type Operation,
  type OperationAnswer,
} from "./operation.ts";
import { PROBLEMS, type ProblemCode } from "./problems.ts";

/** What every operation may answer. */
const ALWAYS: readonly ProblemCode[] = ["internal", "busy"];

/** The schemas that {@link responsesOf} will ask the writer for. */
export function answerSchemas({ answers, dialect }: Operation): z.ZodType[] {
  const written = Object.values(answers).flatMap((answer) => formsOf(answer));
  return [...written, ...(dialect === undefined ? [] : [dialect])].map(({ schema }) => schema);
}

export function responsesOf(
  operation: Operation,
  writer: SchemaWriter,
): Record<string, AnswerObject> {
  return { ...wellOf(operation, writer), ...problemsOf(operation, writer) };
}

/** Where all is well. */
function wellOf(operation: Operation, writer: SchemaWriter): Record<string, AnswerObject> {
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer, writer)]),
  );
}

function answerOf(answer: OperationAnswer, writer: SchemaWriter): AnswerObject {
  const { description } = answer;
  const content = formsOf(answer).map(({ mediaType, schema, example }): [string, MediaType] => {
    const examples = { example: { summary: description, value: example } };
    return [
      mediaType,
      { schema: writer.write(schema), ...(example === undefined ? {} : { examples }) },
    ];
  });
  return content.length === 0
    ? { description }
    : { description, content: Object.fromEntries(content) };
}

/** None where there is no body. */
function formsOf({
  schema,
  mediaType = "application/json",
  example,
  also,
}: OperationAnswer): Form[] {
  if (schema === undefined) return [];
  return [{ schema, mediaType, example }, ...(also ?? [])];
}

/** One answer for each status, with an example for each of its codes. */
function problemsOf(operation: Operation, writer: SchemaWriter): Record<string, AnswerObject> {
  const { dialect, auth } = operation;
  const role = roleOf(operation);
  const asksForKey = auth === "agentKey" || auth === "apiToken";
  const codes: ProblemCode[] = [
    ...(asksForKey ? (["not_authenticated"] as const) : []),
    ...(role === null || role === "viewer" ? [] : (["role_needed"] as const)),
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
