/** One operation of the API: what it does, what it takes and answers, and a command to try it. */
import type { MediaType, OperationObject, Parameter } from "../../schema/openapi.ts";
import { textOf } from "../format/example.ts";
import { Markdown } from "../format/markdown.tsx";
import { AUTH_WORDS, authOf, commandsOf, type OperationProps } from "./api-commands.ts";
import { Field, SchemaView } from "./api-schema.tsx";
import { CopyBlock } from "./empty.tsx";

const isProblem = (status: string): boolean => Number(status) >= 400;

function Parameters(props: { parameters: readonly Parameter[] }) {
  return (
    <>
      {(["path", "query", "header"] as const).map((place) => {
        const here = props.parameters.filter((parameter) => parameter.in === place);
        return (
          here.length > 0 && (
            <>
              <h4>{{ path: "In the path", query: "Query", header: "Headers" }[place]}</h4>
              <ul class="fields">
                {here.map(({ name, schema, required, description }) => (
                  <Field
                    name={name}
                    schema={schema}
                    required={required}
                    description={description}
                  />
                ))}
              </ul>
            </>
          )
        );
      })}
    </>
  );
}

function Answer(props: { status: string; description: string; content: [string, MediaType][] }) {
  return (
    <li>
      <p>
        <code class="field-name">{props.status}</code> {props.description}
      </p>
      {props.content.map(([mediaType, { schema, examples = {} }]) => (
        <>
          {mediaType !== "application/json" && <p class="dim">{mediaType}</p>}
          {schema !== undefined && <SchemaView schema={schema} />}
          {Object.values(examples).map(({ value }) => (
            <details>
              <summary>Example</summary>
              <pre tabindex={0}>{textOf(value)}</pre>
            </details>
          ))}
        </>
      ))}
    </li>
  );
}

function Problems(props: { operation: OperationObject }) {
  const refusals = Object.entries(props.operation.responses).filter(([it]) => isProblem(it));
  const rows = refusals.flatMap(([status, { content = {} }]) =>
    Object.values(content).flatMap(({ examples = {} }) =>
      Object.entries(examples).map(([code, { summary }]) => ({ status, code, summary })),
    ),
  );
  return (
    <details>
      <summary>Problems ({rows.length})</summary>
      <ul class="fields">
        {rows.map(({ status, code, summary }) => (
          <li>
            <p class="field-line">
              <code class="field-name">{status}</code> <code>{code}</code>
            </p>
            <Markdown text={summary} />
          </li>
        ))}
      </ul>
    </details>
  );
}

export function OperationView(props: OperationProps) {
  const { method, path, operation } = props;
  const { operationId: id, summary, description, parameters, requestBody, responses } = operation;
  const body = Object.values(requestBody?.content ?? {}).find((it) => it.schema !== undefined);
  const answers = Object.entries(responses).filter(([status]) => !isProblem(status));
  return (
    <article id={id} class="operation">
      <h3>
        <a href={`#${id}`}>{summary}</a>
      </h3>
      <p class="call">
        <span class={`method is-${method}`}>{method.toUpperCase()}</span>
        <code>{path}</code>
        <span class="tag">{AUTH_WORDS[authOf(operation)]}</span>
      </p>
      <Markdown text={description} />
      <Parameters parameters={parameters} />
      {requestBody !== undefined && (
        <>
          <h4>Body: {Object.keys(requestBody.content).join(", ")}</h4>
          {body?.schema !== undefined && <SchemaView schema={body.schema} />}
        </>
      )}
      <h4>Try it</h4>
      {commandsOf(props).map(({ summary: what, command }, at) => (
        <div class="command">
          {what !== "" && <p class="dim">{what}</p>}
          <CopyBlock id={`try-${id}-${at}`} text={command} label="Copy the command" />
        </div>
      ))}
      <h4>Answers</h4>
      <ul class="fields">
        {answers.map(([status, answer]) => (
          <Answer
            status={status}
            description={answer.description}
            content={Object.entries(answer.content ?? {})}
          />
        ))}
      </ul>
      <Problems operation={operation} />
    </article>
  );
}
