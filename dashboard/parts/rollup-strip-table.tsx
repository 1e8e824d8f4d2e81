/** A roll-up's time strip as a table: for screen readers, visually hidden. */
import { gapWords, RESOLUTION_WORDS } from "../format/headline.ts";
import { laneName, laneState } from "../format/lane.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import type { Lane, LanesModel } from "./rollup-lanes.ts";

function Row(props: { lane: Lane; view: View }) {
  const { lane, view } = props;
  const { finding, resource } = lane;
  const at = (instant: number) => view.zone.exact(instant);
  return (
    <tr>
      <th scope="row">{laneName(lane)}</th>
      <td>{visible(resource.imageDigest ?? resource.image ?? "unknown")}</td>
      <td>{at(lane.current.from)}</td>
      <td>{finding === null ? "none" : at(epoch(finding.lastSeenAt))}</td>
      <td>{finding === null ? "0" : exactCount(finding.count)}</td>
      <td>{laneState(lane)}</td>
      <td>{lane.gaps.map((block) => gapWords(block.gap, view.now)).join("; ") || "none"}</td>
      <td>
        {lane.earlier
          .map(
            (block) =>
              `${at(block.from)} to ${at(block.to)}, ${RESOLUTION_WORDS[block.episode.resolution]}`,
          )
          .join("; ") || "none"}
      </td>
    </tr>
  );
}

export function RollupStripTable(props: { model: LanesModel; view: View }) {
  const { model, view } = props;
  return (
    <div class="visually-hidden">
      <table>
        <caption>Containers over time, by image</caption>
        <thead>
          <tr>
            <th scope="col">Container</th>
            <th scope="col">Image</th>
            <th scope="col">Since</th>
            <th scope="col">Last event</th>
            <th scope="col">Events</th>
            <th scope="col">State</th>
            <th scope="col">Gaps</th>
            <th scope="col">Earlier episodes</th>
          </tr>
        </thead>
        <tbody>
          {model.images.flatMap(({ lanes }) =>
            lanes.map((lane) => <Row lane={lane} view={view} />),
          )}
        </tbody>
      </table>
    </div>
  );
}
