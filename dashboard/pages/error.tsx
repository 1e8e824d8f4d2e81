/** Pages for what went wrong: each says what to do next. */
import { Brand, Document } from "../parts/document.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

/** Statuses that have words of their own. */
export type ErrorStatus = 400 | 403 | 404 | 500 | 503;

const WORDS: Readonly<Record<ErrorStatus, { title: string; todo: string }>> = {
  400: {
    title: "This address makes no sense",
    todo: "A part of it is malformed. Go back to the list and follow a link from there.",
  },
  403: {
    title: "This was refused",
    todo: "The request did not come from a page of this dashboard, or your session does not allow it. Reload the page and try again.",
  },
  404: {
    title: "There is no such page",
    todo: "The address may be mistyped. A finding that was never flushed, or a rule that was deleted, is gone too.",
  },
  500: {
    title: "Something broke on our side",
    todo: "Nothing you did was saved. Try again; if it stays, look in the server's log for this time.",
  },
  503: {
    title: "The service is busy",
    todo: "Wait a few seconds and reload.",
  },
};

/** What to say, and to whom. */
export interface ErrorPageProps {
  status: ErrorStatus;
  /** With a view the frame is drawn; without (not signed in) the page stands alone. */
  view?: View | undefined;
  /** A more precise title, such as "There is no such finding". */
  title?: string | undefined;
  /** What to do, where that is more than the status says. */
  todo?: string | undefined;
  /** A reference to find it in the log by. */
  reference?: string | undefined;
}

function Message(props: ErrorPageProps) {
  const words = WORDS[props.status];
  return (
    <section class="message-page">
      <p class="code num">{props.status}</p>
      <h1>{props.title ?? words.title}</h1>
      <p>{props.todo ?? words.todo}</p>
      {props.reference !== undefined && (
        <p class="dim">
          Reference: <code>{props.reference}</code>
        </p>
      )}
      <p>
        <a class="button is-primary" href={paths.overview()}>
          Overview
        </a>{" "}
        <a class="button" href={paths.findings()}>
          Findings
        </a>
      </p>
    </section>
  );
}

/** Framed for a reader who is signed in, bare for anyone else. */
export function ErrorPage(props: ErrorPageProps) {
  const title = props.title ?? WORDS[props.status].title;
  if (props.view !== undefined)
    return (
      <Frame view={props.view} title={title}>
        <Message {...props} />
      </Frame>
    );
  return (
    <Document title={title}>
      <main id="main" class="alone">
        <Brand />
        <Message {...props} />
      </main>
    </Document>
  );
}
