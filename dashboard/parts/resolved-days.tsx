/** How many findings resolved on each of the last days: a small bar chart with its numbers in words. */
import type { Page } from "../../schema/api.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

const DAY_MS = 86_400_000;
const HEIGHT = 44;

interface Day {
  start: number;
  n: number;
}

/** The reader's calendar days up to today, oldest first. */
export function resolvedByDay(
  findings: readonly Pick<FindingSummary, "resolvedAt">[],
  view: View,
  days: number,
): Day[] {
  const offset = view.zone.offsetMs(view.now);
  const today = Math.floor((view.now + offset) / DAY_MS) * DAY_MS - offset;
  const out = Array.from({ length: days }, (_, i) => ({
    start: today - (days - 1 - i) * DAY_MS,
    n: 0,
  }));
  for (const finding of findings) {
    if (finding.resolvedAt === null) continue;
    const day = out[Math.floor((epoch(finding.resolvedAt) - (out[0]?.start ?? 0)) / DAY_MS)];
    if (day !== undefined) day.n++;
  }
  return out;
}

/** The section; "at least" where the page of findings does not reach back far enough. */
export function ResolvedDays(props: { page: Page<FindingSummary>; view: View; days: number }) {
  const { page, view, days } = props;
  const byDay = resolvedByDay(page.items, view, days);
  const total = byDay.reduce((sum, day) => sum + day.n, 0);
  const most = Math.max(1, ...byDay.map((day) => day.n));
  const atLeast = total === page.items.length && page.nextCursor !== null ? "At least " : "";
  const width = 100 / days;
  return (
    <section class="resolved-days">
      <h2>
        <a href={paths.history()}>Resolved</a>
      </h2>
      <p>
        {atLeast}
        {counted(total, "finding")} in the last {days} days.
      </p>
      <svg width="100%" height={HEIGHT + 18} role="img" aria-label="Findings resolved on each day">
        {byDay.map((day, i) => {
          const h = day.n === 0 ? 1 : Math.max(3, Math.round((day.n / most) * (HEIGHT - 14)));
          const middle = `${((i + 0.5) * width).toFixed(2)}%`;
          return (
            <g>
              <rect
                class={day.n === 0 ? "none" : "some"}
                x={`${(i * width + 1).toFixed(2)}%`}
                y={HEIGHT - h}
                width={`${(width - 2).toFixed(2)}%`}
                height={h}
              >
                <title>{`${view.zone.day(day.start)}: ${counted(day.n, "finding")} resolved`}</title>
              </rect>
              {day.n > 0 && (
                <text class="value" x={middle} y={HEIGHT - h - 4} text-anchor="middle">
                  {day.n}
                </text>
              )}
              <text x={middle} y={HEIGHT + 14} text-anchor="middle">
                {i === days - 1 ? "today" : view.zone.weekday(day.start)}
              </text>
            </g>
          );
        })}
      </svg>
      <table class="visually-hidden">
        <caption>Findings resolved on each day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Resolved</th>
          </tr>
        </thead>
        <tbody>
          {byDay.map((day) => (
            <tr>
              <td>{view.zone.day(day.start)}</td>
              <td>{day.n}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
