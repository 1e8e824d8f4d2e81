/** On a finding's page: the mute that hides it. */
import type { FindingDetail } from "../../schema/finding.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { REASON_WORDS } from "../mute-form.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActLink } from "./act.tsx";
import { Moment } from "./time.tsx";

const LONGEST = 240;

/** Who has muted it, why and until when. */
export function MutedNote(props: { finding: FindingDetail; view: View }) {
  const { finding, view } = props;
  const { mute } = finding;
  if (mute === null) return null;
  return (
    <p class="notice is-muted">
      Muted by <bdi>{cut(visible(mute.author), LONGEST)}</bdi>
      {mute.kind === "scope" && ", with all that a scope is true of"}: {REASON_WORDS[mute.reason]},{" "}
      <q>
        <bdi>{cut(visible(mute.note), LONGEST)}</bdi>
      </q>{" "}
      Ends <Moment at={epoch(mute.until)} as="until" view={view} />; counting goes on.{" "}
      <ActLink view={view} href={paths.endMute(mute.id)}>
        {mute.kind === "scope" ? "End the mute" : "Un-mute"}
      </ActLink>
      , or see <a href={paths.mute(mute.id)}>what happened meanwhile</a>.
    </p>
  );
}
