/** `/exceptions/:id`: one exception, and the way to take it back. */
import type { ExceptionView } from "../../schema/rules-api.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { End, Hits } from "./exceptions.tsx";

export interface ExceptionPageProps {
  view: View;
  exception: ExceptionView;
  /** Whether the reader has asked to take it back, and is asked once more. */
  asked: boolean;
  /** Why it was not taken back. */
  refused: string | undefined;
}

/** Characters of a rule's title, or of an author's name, in a sentence. */
const LONGEST_TITLE = 120;

function TakeBack(props: ExceptionPageProps) {
  const { exception } = props;
  const active = exception.state === "active";
  if (!props.asked)
    return (
      <p class="form-actions">
        <ActLink class="button" view={props.view} href={paths.deleteException(exception.id)}>
          {active ? "Take it back" : "Delete"}
        </ActLink>
      </p>
    );
  return (
    <section class="confirm">
      <h2>{active ? "Take this exception back?" : "Delete this exception?"}</h2>
      {props.refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(props.refused)}
        </p>
      )}
      <p>
        {active
          ? "New events that it covers will open findings again. What it has hidden so far stays hidden."
          : "It has ended and hides nothing. What it says here goes; the list of changes keeps it."}
      </p>
      <form class="form-actions" method="post" action={paths.deleteException(exception.id)}>
        <button class="button is-danger" type="submit">
          {active ? "Take it back" : "Delete"}
        </button>
        <a class="button" href={paths.exception(exception.id)}>
          Keep it
        </a>
      </form>
    </section>
  );
}

export function ExceptionPage(props: ExceptionPageProps) {
  const { view, exception } = props;
  const title = cut(visible(exception.ruleTitle ?? exception.rule), LONGEST_TITLE);
  return (
    <Frame view={view} title={`Exception from ${title}`} active="rules">
      <Crumbs href={paths.exceptions()} word="Exceptions" />
      <header class="finding-head">
        <p class="marks">
          <span class="tag">{exception.state}</span>
        </p>
        <h1 dir="auto">
          Exception from{" "}
          {exception.ruleTitle === null ? (
            <bdi>{title} (deleted)</bdi>
          ) : (
            <a href={paths.rule(exception.rule)}>
              <bdi>{title}</bdi>
            </a>
          )}
        </h1>
      </header>
      <div class="sheet decision-facts">
        <h2>Hides events where</h2>
        <pre tabindex={0} dir="ltr">
          {visible(exception.when)}
        </pre>
        <h2>Because</h2>
        <p dir="auto">{visible(exception.reason)}</p>
        <dl class="side-facts">
          <div>
            <dt>By</dt>
            <dd>
              <bdi>{cut(visible(exception.createdBy), LONGEST_TITLE)}</bdi>,{" "}
              <Moment at={epoch(exception.createdAt)} as="ago" view={view} />
            </dd>
          </div>
          <div>
            <dt>End</dt>
            <dd>
              <End exception={exception} view={view} />, {view.zone.short(epoch(exception.until))}
            </dd>
          </div>
          <div>
            <dt>So far</dt>
            <dd>
              <Hits exception={exception} view={view} />
            </dd>
          </div>
        </dl>
        <TakeBack {...props} />
      </div>
    </Frame>
  );
}
