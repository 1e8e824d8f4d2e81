/** The time strip's data as tables: for screen readers, visually hidden. */
import type { FindingDetail } from "../../schema/finding.ts";
import { gapWords } from "../format/headline.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import type { StripSubject } from "./strip-model.ts";

export function StripTable(props: { finding: StripSubject; view: View }) {
  const { finding, view } = props;
  const at = (instant: string) => view.zone.exact(epoch(instant));
  return (
    <div class="visually-hidden">
      {finding.occurrences !== null && (
        <EventsTable occurrences={finding.occurrences} view={view} />
      )}
      <table>
        <caption>Coverage: when an agent was watching</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {finding.coverage.map((c) => (
            <tr>
              <td>{at(c.from)}</td>
              <td>{at(c.to)}</td>
              <td>watched</td>
            </tr>
          ))}
          {finding.verification.gaps.map((gap) => (
            <tr>
              <td>{at(gap.from)}</td>
              <td>{gap.to === null ? "lasts" : at(gap.to)}</td>
              <td>gap: {gapWords(gap, view.now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EventsTable(props: { occurrences: FindingDetail["occurrences"]; view: View }) {
  const { occurrences, view } = props;
  return (
    <table>
      <caption>
        Events over time, each line {Math.round(occurrences.bucketMs / 1_000)} seconds
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Events</th>
        </tr>
      </thead>
      <tbody>
        {occurrences.buckets.map(([start, n]) => (
          <tr>
            <td>{view.zone.exact(epoch(start))}</td>
            <td>{exactCount(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
