/** `/findings/:id/mute`: muting one finding. A page of its own: the finding's refreshes itself. */
import type { FindingDetail } from "../../schema/finding.ts";
import { headlineOf } from "../format/headline.ts";
import { cut, visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MuteValues } from "../mute-form.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { MuteFields } from "../parts/mute-fields.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface FindingMuteProps {
  view: View;
  finding: FindingDetail;
  values: MuteValues;
  errors: FormErrors;
}

export function FindingMutePage(props: FindingMuteProps) {
  const { view, finding, values, errors } = props;
  const { mute } = finding;
  return (
    <Frame view={view} title="Mute a finding" active="findings">
      <Crumbs href={paths.finding(finding.id)} word="The finding" />
      <h1 class="form-title">Mute this finding</h1>
      <p class="lead" dir="auto">
        <bdi>{cut(visible(headlineOf(finding)), 240)}</bdi>
      </p>
      <p class="lead">
        Nobody is told of it until the end, also if it resolves and comes back. It is counted all
        the same.
      </p>
      {mute !== null && (
        <p class="notice is-warning">
          {mute.kind === "finding"
            ? "It is muted already: this takes the place of that mute."
            : "A scope hides it already; that one stays."}{" "}
          <a href={paths.mute(mute.id)}>The mute that hides it</a>
        </p>
      )}
      <FormProblems errors={errors} prefix="mute" title="Not yet:" />
      <form class="form sheet" method="post" action={paths.muteFinding(finding.id)} novalidate>
        <MuteFields values={values} errors={errors} />
        <div class="form-actions">
          <button class="button is-primary" type="submit">
            Mute
          </button>
          <a class="button" href={paths.finding(finding.id)}>
            Cancel
          </a>
        </div>
      </form>
    </Frame>
  );
}
