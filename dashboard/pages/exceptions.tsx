/** `/exceptions`: what posture rules do not report, for whom, why and until when. */
import type { ExceptionView } from "../../schema/rules-api.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { RulesHead } from "../parts/rules-head.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

/** What the page says after a change. */
export const EXCEPTION_NOTICES = {
  created: "Made. Within seconds, events that it covers are no longer reported.",
  deleted: "Taken back. New events that it covered are reported again.",
} as const;

export interface ExceptionsPageProps {
  view: View;
  exceptions: readonly ExceptionView[];
  state: "active" | "ended";
  /** The rule that the list is narrowed to. */
  rule: string | undefined;
  notice: keyof typeof EXCEPTION_NOTICES | undefined;
}

/** Instants that lie ahead and those that are past, in words. */
export function End(props: { exception: ExceptionView; view: View }) {
  const { exception, view } = props;
  const active = exception.state === "active";
  return (
    <>
      {active ? "ends " : "ended "}
      <Moment at={epoch(exception.until)} as={active ? "until" : "ago"} view={view} />
    </>
  );
}

export function Hits(props: { exception: ExceptionView; view: View }) {
  const { hits, lastHitAt } = props.exception;
  return (
    <>
      {hits === 0 ? "hid nothing yet" : `hid ${counted(hits, "event")}`}
      {lastHitAt !== null && (
        <span class="dim">
          , last <Moment at={epoch(lastHitAt)} as="ago" view={props.view} />
        </span>
      )}
    </>
  );
}

function Row(props: { exception: ExceptionView; view: View }) {
  const { exception, view } = props;
  return (
    <li class="decision row" data-row>
      <span class="decision-what">
        <a class="row-link" href={paths.exception(exception.id)} dir="auto">
          <bdi>{visible(exception.ruleTitle ?? exception.rule)}</bdi>
        </a>
        {exception.ruleTitle === null && <span class="tag">rule deleted</span>}
      </span>
      <code class="decision-when clip" title={visible(exception.when)}>
        {visible(exception.when)}
      </code>
      <span class="decision-why">
        <bdi class="clip" title={visible(exception.reason)}>
          {visible(exception.reason)}
        </bdi>
      </span>
      <span class="decision-who dim">
        <bdi class="clip">{visible(exception.createdBy)}</bdi>
      </span>
      <span class="decision-end num">
        <End exception={exception} view={view} />
      </span>
      <span class="decision-hits num">
        <Hits exception={exception} view={view} />
      </span>
    </li>
  );
}

function None(props: { ended: boolean; any: boolean }) {
  if (props.ended) return <Empty title="No exception has ended" />;
  if (props.any)
    return (
      <Empty title="No exception is active">
        <p>Every exception has ended, and everything that matches is reported.</p>
      </Empty>
    );
  return (
    <Empty title="No exceptions">
      <p>
        An exception says what one posture rule shall not report: where, why and until when. Use it
        for what is meant to be as it is, such as a build runner that has to compile. To have less
        noise of what needs fixing, fix it, or change the rule's severity.
      </p>
      <p>
        Each ends by itself after a year at most, shows what it has hidden, and never hides a
        signal. The quickest way to make one is “Add an exception” on the page of a finding.
      </p>
    </Empty>
  );
}

export function ExceptionsPage(props: ExceptionsPageProps) {
  const { view, state, rule } = props;
  const exceptions = props.exceptions.filter((it) => rule === undefined || it.rule === rule);
  const shown = exceptions
    .filter((exception) => exception.state === state)
    .toSorted((a, b) => (epoch(a.until) - epoch(b.until)) * (state === "active" ? 1 : -1));
  const active = exceptions.filter((exception) => exception.state === "active").length;
  const tabs = [
    ["active", "Active", active],
    ["ended", "Ended", exceptions.length - active],
  ] as const;
  return (
    <Frame view={view} title="Exceptions" active="rules">
      <RulesHead active="exceptions">
        <ActLink class="button is-primary" view={view} href={paths.newException()}>
          New exception
        </ActLink>
      </RulesHead>
      {props.notice !== undefined && (
        <p class="notice" role="status">
          {EXCEPTION_NOTICES[props.notice]}
        </p>
      )}
      {rule !== undefined && (
        <p class="lead">
          Only from <bdi>{visible(exceptions[0]?.ruleTitle ?? rule)}</bdi>.{" "}
          <a href={paths.exceptions()}>Show all</a>
        </p>
      )}
      {exceptions.length > 0 && (
        <nav class="segmented decision-states" aria-label="State">
          {tabs.map(([value, word, n]) => (
            <a
              href={paths.exceptions({ rule, state: value === "active" ? undefined : value })}
              aria-current={value === state ? "true" : undefined}
            >
              {word} <span class="num">{exactCount(n)}</span>
            </a>
          ))}
        </nav>
      )}
      {shown.length === 0 ? (
        <None ended={state === "ended"} any={exceptions.length > 0} />
      ) : (
        <ul class="decisions" id="rows">
          {shown.map((exception) => (
            <Row exception={exception} view={view} />
          ))}
        </ul>
      )}
    </Frame>
  );
}
