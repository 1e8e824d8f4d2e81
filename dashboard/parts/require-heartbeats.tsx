/** Whether anything may resolve on silence alone: what is in force, and what changing it would do. */
import type { Settings } from "../../schema/settings.ts";
import { counted } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActButton } from "./act.tsx";

interface RequireHeartbeatsProps {
  view: View;
  settings: Settings;
  /** Open findings that silence alone would end. */
  unproven: number;
  /** Why it was not changed. */
  refused?: string;
}

/** What the change would do to what is open now; without a number where there is none. */
function effect({ settings, unproven }: RequireHeartbeatsProps): string {
  const which = `${counted(unproven, "open finding")} whose agents send no heartbeats`;
  if (settings.coverage === "strict")
    return unproven === 0
      ? "no open finding waits for heartbeats now."
      : `${which} will resolve, as quiet_unverified, when ${unproven === 1 ? "its quiet period has" : "their quiet periods have"} passed.`;
  return unproven === 0
    ? "no open finding would be held now: an agent that sends heartbeats has reported each of them."
    : `${which} will stay open, unverified, until such an agent reports ${unproven === 1 ? "it, or its resource is" : "them, or their resources are"} gone.`;
}

export function RequireHeartbeats(props: RequireHeartbeatsProps) {
  const strict = props.settings.coverage === "strict";
  return (
    <section class="panel require-heartbeats" id="require-heartbeats">
      <h2>Require heartbeats</h2>
      {props.refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not changed: {visible(props.refused)}
        </p>
      )}
      <p>
        {strict
          ? "Required (strict): nothing resolves on silence alone. A finding ends when an agent that sends heartbeats has watched its quiet period, or its resource is gone."
          : "Not required (lenient): where no agent sends heartbeats, a finding resolves on silence alone, as quiet_unverified."}
      </p>
      <form class="form-actions" method="post" action={paths.coverageSettings()}>
        <input type="hidden" name="coverage" value={strict ? "lenient" : "strict"} />
        <p class="effect">
          {strict ? "If they are no longer required: " : "If they are required: "}
          {effect(props)}
        </p>
        <ActButton view={props.view} to={paths.coverageSettings()}>
          {strict ? "No longer require heartbeats" : "Require heartbeats"}
        </ActButton>
        <span class="hint">
          Your name is noted in the <a href={paths.ruleChanges()}>history of changes</a>.
        </span>
      </form>
    </section>
  );
}
