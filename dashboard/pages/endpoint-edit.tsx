/** `/settings/endpoints/new` and `/settings/endpoints/:id/edit`: the form, and what there is to choose of. */
import { ENDPOINT_FORMATS } from "../../schema/endpoint-formats.ts";
import type { EndpointView } from "../../schema/webhooks.ts";
import { type EndpointValues, OWN_FIELDS, sameFields } from "../endpoint-form.ts";
import type { FormErrors } from "../form-errors.ts";
import { endpointName, FORMAT_WORDS } from "../format/endpoint-words.ts";
import { cut, visible } from "../format/visible.ts";
import { ActButton } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { EndpointFields } from "../parts/endpoint-fields.tsx";
import { SelectField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface EndpointEditProps {
  view: View;
  /** The one that is changed; null: a new one. */
  endpoint: EndpointView | null;
  values: EndpointValues;
  errors: FormErrors;
}

/** Each format is a page of its own, since each asks for other things. */
function Formats({ values }: EndpointEditProps) {
  return (
    <nav class="formats" aria-label="Format">
      {ENDPOINT_FORMATS.map((format) => {
        const { word, about } = FORMAT_WORDS[format];
        return (
          <a
            href={paths.newEndpoint(format)}
            aria-current={format === values.format ? "true" : undefined}
          >
            <strong>{word}</strong>
            <span>{about}</span>
          </a>
        );
      })}
    </nav>
  );
}

function Format({ endpoint, values, errors }: EndpointEditProps) {
  const choices = endpoint === null ? [] : sameFields(values.format);
  if (choices.length < 2) return <input type="hidden" name="format" value={values.format} />;
  return (
    <SelectField
      id="endpoint-format"
      name="format"
      label="Format"
      value={values.format}
      error={errors["format"]?.text}
      options={choices.map((format) => [format, FORMAT_WORDS[format].word] as const)}
    />
  );
}

/** What stands before the fields, in the words of the form. */
function fieldWords({ values }: EndpointEditProps): Record<string, string> {
  const own = OWN_FIELDS[values.format].map(({ name, label }) => [name, label] as const);
  return {
    ...Object.fromEntries(own),
    description: "Called",
    events: "Hears of",
    filter: "Narrowed down",
    format: "Format",
  };
}

export function EndpointEditPage(props: EndpointEditProps) {
  const { view, endpoint } = props;
  const isNew = endpoint === null;
  const action = isNew ? paths.newEndpoint() : paths.editEndpoint(endpoint.id);
  const name = isNew ? "" : cut(visible(endpointName(endpoint)), 120);
  return (
    <Frame view={view} title={isNew ? "New endpoint" : `Change ${name}`} active="endpoints">
      <Crumbs
        href={isNew ? paths.endpoints() : paths.endpoint(endpoint.id)}
        word={isNew ? "Endpoints" : "The endpoint"}
      />
      <h1 class="form-title">
        {isNew ? (
          "New endpoint"
        ) : (
          <>
            Change <bdi>{name}</bdi>
          </>
        )}
      </h1>
      {isNew && <Formats {...props} />}
      <div class="sheet">
        <FormProblems
          errors={props.errors}
          prefix="endpoint"
          title={isNew ? "Not yet:" : "Not saved:"}
          own={fieldWords(props)}
        />
        <form class="form" method="post" action={action} novalidate>
          <Format {...props} />
          <EndpointFields
            values={props.values}
            errors={props.errors}
            hasCredential={endpoint?.credential === "set"}
          />
          <div class="form-actions">
            <ActButton class="button is-primary" view={view} to={action}>
              {isNew ? "Make the endpoint" : "Save"}
            </ActButton>
            <a class="button" href={isNew ? paths.endpoints() : paths.endpoint(endpoint.id)}>
              Cancel
            </a>
          </div>
        </form>
      </div>
    </Frame>
  );
}
