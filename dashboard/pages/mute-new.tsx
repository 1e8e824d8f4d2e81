/** `/mutes/new`: a mute of all that a scope is true of; shows what it would hide before it is made. */
import { MAX_EXPRESSION_CHARS } from "../../schema/limits.ts";
import type { MutePreview } from "../../schema/mutes-api.ts";
import { previewWarning, previewWords } from "../format/mute.ts";
import { exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MuteValues } from "../mute-form.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { ExpressionError } from "../parts/expression-error.tsx";
import { swapsForm, TextArea } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { MuteFields } from "../parts/mute-fields.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface MuteNewProps {
  view: View;
  values: MuteValues;
  errors: FormErrors;
  /** Of this scope; null where there is none. */
  preview: MutePreview | null;
}

function Preview({ preview }: MuteNewProps) {
  if (preview === null) return null;
  const warning = previewWarning(preview);
  return (
    <section class="preview" role="status">
      <h2>What it would hide</h2>
      <p class="trial-summary">{previewWords(preview)}</p>
      {warning !== null && <p class="notice is-warning">{warning}</p>}
      {preview.cut && (
        <p class="hint">
          Only the newest {exactCount(preview.tested)} open findings were looked at.
        </p>
      )}
      <ul class="plain-list">
        {preview.examples.map((example) => (
          <li>
            <a href={paths.finding(example.id)}>
              <bdi class="clip">{visible(example.headline)}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function MuteNewPage(props: MuteNewProps) {
  const { view, errors, values, preview } = props;
  const action = paths.newMute();
  return (
    <Frame view={view} title="New mute" active="mutes">
      <Crumbs href={paths.mutes()} word="Mutes" />
      <h1 class="form-title">New mute</h1>
      <p class="lead">
        Hides findings that are open, and those that open until its end. They are counted all the
        same. Signals are never muted. To mute one finding, go to its page.
      </p>
      <div id="editor">
        <FormProblems
          errors={errors}
          prefix="mute"
          title="Not yet:"
          own={{ scope: "Hides where" }}
        />
        <form
          class="form sheet"
          method="post"
          action={action}
          novalidate
          {...swapsForm(action, "#editor")}
          hx-trigger="input changed delay:600ms target:#mute-scope"
          hx-vals='{"do":"preview"}'
        >
          {preview !== null && <input type="hidden" name="previewed" value={values.scope} />}
          <button class="visually-hidden" type="submit" name="do" value="preview" tabindex={-1}>
            Show what it would hide
          </button>
          <TextArea
            id="mute-scope"
            name="scope"
            label="Hides where"
            value={values.scope}
            error={errors["scope"]?.text}
            rows={4}
            code
            maxlength={MAX_EXPRESSION_CHARS}
            placeholder={'resource.namespace == "ci" && finding.severity in ["low", "medium"]'}
            hint="A condition in CEL over finding (rule, title, severity) and resource (type, name, host, cluster, namespace, workload, workloadKind, pod, image, service)."
            after={<ExpressionError source={values.scope} position={errors["scope"]?.position} />}
          />
          <MuteFields values={values} errors={errors} />
          <Preview {...props} />
          <div class="form-actions">
            <button
              class={preview === null ? "button is-primary" : "button"}
              type="submit"
              name="do"
              value="preview"
              {...swapsForm(action, "#editor")}
            >
              {preview === null ? "Show what it would hide" : "Look again"}
            </button>
            {preview !== null && (
              <button class="button is-primary" type="submit" name="do" value="create">
                Mute
              </button>
            )}
            <a class="button" href={paths.mutes()}>
              Cancel
            </a>
          </div>
        </form>
      </div>
    </Frame>
  );
}
