/** `/settings/keys`: agent keys and API tokens: which there are, new ones, and their end. */
import type { KeyView, TokenView } from "../../schema/api.ts";
import { ROLES } from "../../schema/member.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import type { KeyValues, NewKind } from "../key-form.ts";
import { ActButton, ActLink } from "../parts/act.tsx";
import { CopyBlock } from "../parts/empty.tsx";
import { SelectField, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { SettingsHead } from "../parts/settings-head.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

type Made = { secret: string } & (
  | { kind: "key"; item: KeyView }
  | { kind: "token"; item: TokenView }
);

export interface KeysPageProps {
  view: View;
  keys: readonly KeyView[];
  tokens: readonly TokenView[];
  /** The form that was sent, as it was. */
  sent: { kind: NewKind; values: KeyValues; errors: FormErrors } | null;
  /** What was made; its secret is shown this once. */
  made: Made | null;
  revoked: boolean;
}

const LONGEST = 120;
export const KIND_WORDS = { key: "agent key", token: "API token" } as const;

function Row(props: { kind: NewKind; item: KeyView | TokenView; view: View }) {
  const { kind, item, view } = props;
  return (
    <li class={item.revokedAt === null ? "member" : "member is-disabled"}>
      <bdi>{cut(visible(item.name), LONGEST)}</bdi>
      <span class="dim">
        <bdi>{item.host === null ? "" : `host ${visible(item.host)}`}</bdi>
      </span>
      <span class="dim">
        {item.createdAt === null ? (
          "from the first start"
        ) : (
          <>
            made <Moment at={epoch(item.createdAt)} as="ago" view={view} />
          </>
        )}
      </span>
      {"role" in item ? <span class="tag">{item.role}</span> : <span></span>}
      <span class="dim">
        {item.revokedAt === null ? (
          <ActLink view={view} href={paths.revokeKey(kind, item.id)}>
            Revoke
          </ActLink>
        ) : (
          <>
            revoked <Moment at={epoch(item.revokedAt)} as="ago" view={view} />
          </>
        )}
      </span>
    </li>
  );
}

function Form(props: KeysPageProps & { kind: NewKind; values: KeyValues }) {
  const { view, kind, values, sent } = props;
  const errors = sent?.kind === kind ? sent.errors : {};
  const to = paths.newKey(kind);
  if (view.forbids("POST", to) !== null) return null;
  return (
    <div class="sheet">
      <FormProblems errors={errors} prefix={kind} title="Not yet:" />
      <form class="form" method="post" action={to} novalidate>
        <TextField
          id={`${kind}-name`}
          name="name"
          label="Name"
          value={values.name}
          error={errors["name"]?.text}
          required
          maxlength={100}
        />
        {kind === "key" ? (
          <TextField
            id="key-host"
            name="host"
            label="Host"
            value={values.host}
            error={errors["host"]?.text}
            maxlength={253}
            placeholder="optional"
            hint="Where it is named, what comes with the key is about that host, unless an event names another."
          />
        ) : (
          <SelectField
            id="token-role"
            name="role"
            label="Role"
            value={values.role}
            error={errors["role"]?.text}
            options={ROLES.map((role) => [role, role] as const)}
            hint="Give the least that will do."
          />
        )}
        <div class="form-actions">
          <ActButton view={view} to={to}>
            {kind === "key" ? "Make an agent key" : "Make an API token"}
          </ActButton>
        </div>
      </form>
    </div>
  );
}

function Secret({ made }: { made: Made }) {
  return (
    <section class="notice" role="status" id="made">
      <p>
        The {KIND_WORDS[made.kind]} <bdi>{visible(made.item.name)}</bdi>, shown this once:
      </p>
      <CopyBlock id="secret" text={made.secret} label="Copy it" />
    </section>
  );
}

function List(props: KeysPageProps & { kind: NewKind; none: KeyValues }) {
  const { view, kind, keys, tokens, sent, none, made } = props;
  const known = kind === "key" ? keys : tokens;
  // The lists were read with the request, before what was made by it.
  const isNew = made?.kind === kind && !known.some(({ id }) => id === made.item.id);
  return (
    <section class="form-section">
      <h2>{kind === "key" ? "Agent keys: what may send" : "API tokens: what may ask"}</h2>
      <ul class="members">
        {(isNew ? [...known, made.item] : known).map((item) => (
          <Row {...{ kind, item, view }} />
        ))}
      </ul>
      <Form {...props} values={sent?.kind === kind ? sent.values : none} />
    </section>
  );
}

export function KeysPage(props: KeysPageProps & { none: KeyValues }) {
  const { view, made } = props;
  return (
    <Frame view={view} title="Keys and tokens" active="settings">
      <SettingsHead active="keys" />
      {props.revoked && (
        <p class="notice" role="status">
          Revoked. It is refused within some seconds, and for good.
        </p>
      )}
      {made !== null && <Secret made={made} />}
      <List {...props} kind="key" />
      <List {...props} kind="token" />
    </Frame>
  );
}
