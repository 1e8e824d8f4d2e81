/** `/settings/due`: how long after it was made a case is due, by its priority. */
import { CASE_PRIORITIES, type CasePriority } from "../../schema/case.ts";
import { PRIORITY_WORDS } from "../format/case.ts";
import type { FormErrors } from "../form-errors.ts";
import { ActButton } from "../parts/act.tsx";
import { TextField } from "../parts/form.tsx";
import { Frame } from "../parts/frame.tsx";
import { SettingsHead } from "../parts/settings-head.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface DueSettingsPageProps {
  view: View;
  /** As typed. */
  values: Readonly<Record<CasePriority, string>>;
  errors: FormErrors;
  saved: boolean;
}

export function DueSettingsPage({ view, values, errors, saved }: DueSettingsPageProps) {
  const to = paths.dueSettings();
  const general = errors[""]?.text;
  return (
    <Frame view={view} title="Due dates" active="settings">
      <SettingsHead active="due" />
      {saved && (
        <p class="notice" role="status">
          Saved. It holds for cases that are made, or change their priority, from now on.
        </p>
      )}
      {general !== undefined && (
        <p class="notice is-warning" role="alert">
          Not saved: {general}
        </p>
      )}
      <p class="lead">
        How long after it was made a case is due. The date follows the priority until somebody sets
        one by hand; cases that there are keep theirs.
      </p>
      <form class="form sheet" method="post" action={to} novalidate>
        {CASE_PRIORITIES.map((priority) => (
          <TextField
            id={`sla-${priority}`}
            name={priority}
            label={`${priority}, ${PRIORITY_WORDS[priority]}`}
            value={values[priority]}
            error={errors[priority]?.text}
            short
          />
        ))}
        <p class="hint">Such as 12h, 3d or 1d12h; from an hour to two years.</p>
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={to}>
            Save
          </ActButton>
        </div>
      </form>
    </Frame>
  );
}
