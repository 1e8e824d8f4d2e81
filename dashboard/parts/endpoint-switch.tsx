/** What ends or renews: a new secret, enabling and disabling, deleting. */
import type { EndpointDetail } from "../../schema/webhooks.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActButton, ActLink } from "./act.tsx";

interface SwitchProps {
  endpoint: EndpointDetail;
  view: View;
}

export function Rotate({ endpoint, view }: SwitchProps) {
  const to = paths.rotateSecret(endpoint.id);
  const two = endpoint.health.secrets > 1;
  return (
    <section class="form-section">
      <h2>Secret</h2>
      <p>
        {two
          ? "Messages carry two signatures now, by the new secret and by the former one, which ends within a day. A third one would end the oldest at once."
          : "A new secret is shown once. For a day messages carry two signatures, by both secrets, so that nothing is lost until it is in place."}
      </p>
      <form class="form-actions" method="post" action={to}>
        <ActButton view={view} to={to}>
          Make a new secret
        </ActButton>
      </form>
    </section>
  );
}

export function EndpointSwitch({ endpoint, view }: SwitchProps) {
  const to = paths.switchEndpoint(endpoint.id);
  const on = endpoint.status === "enabled";
  return (
    <section class="form-section">
      <h2>{on ? "Disable or delete" : "Enable or delete"}</h2>
      <p>
        {on
          ? "While it is disabled nothing is sent to it, and what happens meanwhile it is never told."
          : "It is told what happens from then on; what still waits is sent at once."}
      </p>
      <form class="form-actions" method="post" action={to}>
        <input type="hidden" name="status" value={on ? "disabled" : "enabled"} />
        <ActButton view={view} to={to}>
          {on ? "Disable" : "Enable"}
        </ActButton>
        <ActLink class="button" view={view} href={paths.deleteEndpoint(endpoint.id)}>
          Delete
        </ActLink>
      </form>
    </section>
  );
}
