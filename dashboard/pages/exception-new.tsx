/** `/exceptions/new`: what one posture rule shall not report; shows what it would hide before it is made. */
import type { ExceptionPreview, RuleView } from "../../schema/rules-api.ts";
import { MAX_EXPRESSION_CHARS } from "../../schema/limits.ts";
import { type ExceptionValues, previewKey } from "../exception-form.ts";
import { counted, exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { ExpressionError } from "../parts/expression-error.tsx";
import { SelectField, TextArea } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { HiddenPreview, PreviewButtons, PreviewFirst } from "../parts/previewed-form.tsx";
import { Term } from "../parts/term.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface ExceptionNewProps {
  view: View;
  /** Those that can open findings. */
  rules: readonly RuleView[];
  values: ExceptionValues;
  errors: FormErrors;
  /** Of these values; null where there is none. */
  preview: ExceptionPreview | null;
}

function previewWords({ findings, partly, workloads, tested }: ExceptionPreview): string {
  if (tested === 0) return "The rule has no open finding, so there is nothing to try it on.";
  const of = `${counted(tested, "open finding")} of this rule`;
  if (findings + partly === 0) return `Would hide nothing: it covers no kept event of ${of}.`;
  const rest = tested - findings;
  const hides =
    findings === 0
      ? "Hides no finding whole"
      : `Hides ${counted(findings, "finding")} on ${counted(workloads, "workload")}`;
  const some = partly === 0 ? "" : `, and some events of ${exactCount(partly)} more`;
  return `${hides}${some}. Of ${of}, ${exactCount(rest)} would still be reported.`;
}

function Preview(props: ExceptionNewProps) {
  const { preview } = props;
  if (preview === null) return null;
  return (
    <HiddenPreview summary={previewWords(preview)} examples={preview.examples}>
      {preview.findings + preview.partly > 0 && (
        <p class="hint">
          By the events that findings keep. Findings that it hides get no new events, so they
          resolve when their quiet period is over.
        </p>
      )}
    </HiddenPreview>
  );
}

function Fields(props: ExceptionNewProps) {
  const { values, errors } = props;
  return (
    <>
      <SelectField
        id="exception-rule"
        name="rule"
        label="Rule"
        value={values.rule}
        error={errors["rule"]?.text}
        options={[
          ["", "Choose a rule"],
          ...props.rules.map((rule) => [rule.id, visible(rule.title)] as const),
        ]}
      />
      <TextArea
        id="exception-when"
        name="when"
        label="Hides where"
        value={values.when}
        error={errors["when"]?.text}
        rows={4}
        code
        maxlength={MAX_EXPRESSION_CHARS}
        placeholder={'k8s.namespace == "ci" && process.name == "gcc"'}
        hint="A condition in CEL over the event: k8s.namespace, k8s.workload, container.image, host.name, process.name, process.args, user.name, file.path."
        after={<ExpressionError source={values.when} position={errors["when"]?.position} />}
      />
      <TextArea
        id="exception-reason"
        name="reason"
        label="Because"
        value={values.reason}
        error={errors["reason"]?.text}
        rows={2}
        maxlength={1_000}
        hint="For whoever wonders later: why it is meant to be so."
      />
      <Term values={values} error={errors["until"]?.text} />
    </>
  );
}

export function ExceptionNewPage(props: ExceptionNewProps) {
  const { view, errors, values, preview } = props;
  const action = paths.newException();
  return (
    <Frame view={view} title="New exception" active="rules">
      <Crumbs href={paths.exceptions()} word="Exceptions" />
      <h1 class="form-title">New exception</h1>
      <p class="lead">
        What it covers opens no finding and extends none. Signals are never hidden, also where the
        rule raises both.
      </p>
      <div id="editor">
        <FormProblems errors={errors} prefix="exception" title="Not yet:" />
        <form class="form sheet" method="post" action={action} novalidate>
          <PreviewFirst previewed={preview === null ? null : previewKey(values)} />
          <Fields {...props} />
          <Preview {...props} />
          <PreviewButtons
            previewed={preview !== null}
            action={action}
            word="Make the exception"
            cancel={paths.exceptions()}
          />
        </form>
      </div>
    </Frame>
  );
}
