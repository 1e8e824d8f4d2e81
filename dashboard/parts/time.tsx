/** Instants on screen: relative in the text, exact in the title, machine-readable in the attribute. */
import { type EpochMs, formatInstant } from "../../schema/time.ts";
import type { Standing } from "../format/headline.ts";
import { ago, shortSpan, span, until } from "../format/time.ts";
import type { View } from "../view.ts";

/** How the browser keeps the text fresh (public/static/app.js). */
type Relative = "ago" | "until" | "age" | "left";

const RENDER: Readonly<Record<Relative, (at: EpochMs, now: EpochMs) => string>> = {
  ago,
  until,
  age: (at, now) => shortSpan(now - at),
  left: (at, now) => (at - now < 1_000 ? "any moment" : span(at - now)),
};

/** One instant. `age` and `left` are spans without "ago" and "in". */
export function Moment(props: { at: EpochMs; as: Relative; view: View }) {
  const { at, as, view } = props;
  return (
    <time datetime={formatInstant(at)} title={view.zone.exact(at)} data-rel={as}>
      {RENDER[as](at, view.now)}
    </time>
  );
}

/** "resolves in 3 h 12 min if it stays quiet" with a time that keeps counting. */
export function StandingText(props: { standing: Standing; view: View }) {
  const { standing, view } = props;
  return (
    <>
      {standing.before}
      {standing.at !== null && standing.direction !== null && (
        <Moment at={standing.at} as={standing.direction} view={view} />
      )}
      {standing.after}
    </>
  );
}
