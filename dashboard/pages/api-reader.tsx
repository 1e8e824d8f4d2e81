/** `/docs/api`: the OpenAPI document for people. It needs no sign-in and no script. */
import type { Method, OpenApiDocument, OperationObject } from "../../schema/openapi.ts";
import { Markdown } from "../format/markdown.tsx";
import { OperationView } from "../parts/api-operation.tsx";
import { schemaAnchor, SchemaView } from "../parts/api-schema.tsx";
import { Brand, Document } from "../parts/document.tsx";
import { paths } from "../paths.ts";

interface Entry {
  method: Method;
  path: string;
  operation: OperationObject;
}

export interface ApiReaderProps {
  document: OpenApiDocument;
  /** Where commands go. */
  origin: string;
  /** When the examples play. */
  now: number;
}

/** Operations in the order of the document. */
function entriesOf(document: OpenApiDocument): Entry[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      // The keys of a path are methods, and nothing else is written there.
      method: method as Method,
      path,
      operation,
    })),
  );
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}

function Contents(props: { document: OpenApiDocument; entries: readonly Entry[] }) {
  return (
    <nav class="api-nav" aria-label="Operations">
      {props.document.tags.map(({ name }) => (
        <>
          <h2>
            <a href={`#${anchorOf(name)}`}>{name}</a>
          </h2>
          <ul>
            {props.entries
              .filter(({ operation }) => operation.tags.includes(name))
              .map(({ operation }) => (
                <li>
                  <a href={`#${operation.operationId}`}>{operation.summary}</a>
                </li>
              ))}
          </ul>
        </>
      ))}
      <h2>
        <a href="#schemas">Schemas</a>
      </h2>
    </nav>
  );
}

function Schemas(props: { document: OpenApiDocument }) {
  return (
    <section id="schemas">
      <h2>Schemas</h2>
      {Object.entries(props.document.components.schemas).map(([name, schema]) => (
        <article id={schemaAnchor(name)} class="operation">
          <h3>
            <a href={`#${schemaAnchor(name)}`}>{name}</a>
          </h3>
          <SchemaView schema={schema} />
        </article>
      ))}
    </section>
  );
}

export function ApiReaderPage(props: ApiReaderProps) {
  const { document, origin, now } = props;
  const entries = entriesOf(document);
  return (
    <Document title="API" now={now} styles="api.css">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="api">
        <header class="api-head">
          <Brand />
          <span class="spring"></span>
          <a href={paths.openApi()}>OpenAPI {document.openapi}</a>
        </header>
        <Contents document={document} entries={entries} />
        <main id="main" tabindex={-1}>
          <h1>HTTP API</h1>
          <Markdown text={document.info.description} />
          <p class="api-note">
            The commands take the keys from <code>LULL_AGENT_KEY</code> and{" "}
            <code>LULL_API_TOKEN</code> of your environment, and their instants are of when this
            page was loaded.
          </p>
          {document.tags.map(({ name, description }) => (
            <section id={anchorOf(name)}>
              <h2>{name}</h2>
              <Markdown text={description} />
              {entries
                .filter(({ operation }) => operation.tags.includes(name))
                .map((entry) => (
                  <OperationView {...entry} origin={origin} now={now} />
                ))}
            </section>
          ))}
          <Schemas document={document} />
        </main>
      </div>
    </Document>
  );
}
