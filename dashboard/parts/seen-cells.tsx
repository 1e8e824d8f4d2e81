/** The last cells of a row in every list: how old it is, and when it was last seen. */
import type { EpochMs } from "../../schema/time.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

export function SeenCells(props: { from: EpochMs; last: EpochMs; view: View }) {
  return (
    <>
      <td class="c-first num">
        <Moment at={props.from} as="age" view={props.view} />
      </td>
      <td class="c-last num">
        <Moment at={props.last} as="ago" view={props.view} />
      </td>
    </>
  );
}
