/** The time strip's data as tables: for screen readers, visually hidden. */
import type { FindingDetail } from "../../schema/finding.ts";
import { gapWords } from "../format/headline.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";

export function StripTable(props: { finding: FindingDetail; view: View }) {
  const { finding, view } = props;
  const at = (instant: string) => view.zone.exact(epoch(instant));
  return (
    <div class="visually-hidden">
      <table>
        <caption>
          Events over time, each line {Math.round(finding.occurrences.bucketMs / 1_000)} seconds
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Events</th>
          </tr>
        </thead>
        <tbody>
          {finding.occurrences.buckets.map(([start, n]) => (
            <tr>
              <td>{at(start)}</td>
              <td>{exactCount(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
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
