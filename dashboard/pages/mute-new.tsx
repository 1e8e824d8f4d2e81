/** `/mutes/new`: a mute of all that a scope is true of; shows what it would hide before it is made. */
import { MAX_EXPRESSION_CHARS } from "../../schema/limits.ts";
import type { MutePreview } from "../../schema/mutes-api.ts";
import { previewWarning, previewWords } from "../format/mute.ts";
import { exactCount } from "../format/number.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MuteValues } from "../mute-form.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { ExpressionError } from "../parts/expression-error.tsx";
import { swapsForm, TextArea } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { MuteFields } from "../parts/mute-fields.tsx";
import { HiddenPreview, PreviewButtons, PreviewFirst } from "../parts/previewed-form.tsx";
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
  const warnings = (
    <>
      {warning !== null && <p class="notice is-warning">{warning}</p>}
      {preview.cut && (
        <p class="hint">
          Only the newest {exactCount(preview.tested)} open findings were looked at.
        </p>
      )}
    </>
  );
  return (
    <HiddenPreview summary={previewWords(preview)} examples={preview.examples} {...{ warnings }} />
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
          <PreviewFirst previewed={preview === null ? null : values.scope} />
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
          <PreviewButtons
            previewed={preview !== null}
            action={action}
            word="Mute"
            cancel={paths.mutes()}
          />
        </form>
      </div>
    </Frame>
  );
}
