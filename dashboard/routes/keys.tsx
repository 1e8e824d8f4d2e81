/** Handlers of agent keys and API tokens: the list with new ones, and the end of one. */
import type { Context } from "hono";
import type { KeyView } from "../../schema/api.ts";
import { keyInput, NEW_KEY, type NewKind, readKey, tokenInput } from "../key-form.ts";
import { KeyRevokePage } from "../pages/key-revoke.tsx";
import { KeysPage, type KeysPageProps } from "../pages/keys.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";

type Ctx = Context<DashboardEnv>;
type Shown = Partial<Pick<KeysPageProps, "sent" | "made">>;

async function keysPage(c: Ctx, shown: Shown = {}): Promise<Response> {
  const { sent = null, made = null } = shown;
  const [keys, tokens] = await Promise.all([c.get("data").keys(), c.get("data").tokens()]);
  const revoked = c.req.query("notice") === "revoked";
  const view = c.get("view");
  return page(
    c,
    <KeysPage {...{ view, keys, tokens, sent, made, revoked }} none={NEW_KEY} />,
    sent === null ? 200 : 422,
  );
}

export function listKeys(c: Ctx): Promise<Response> {
  return keysPage(c);
}

/** Anything but `token` in the address is taken for a key. */
const kindOf = (c: Ctx): NewKind => (c.req.param("kind") === "token" ? "token" : "key");

/** `POST /settings/keys/:kind`: the answer is the one place where the secret is shown. */
export async function createKey(c: Ctx): Promise<Response> {
  const kind = kindOf(c);
  const values = readKey(await formOf(c));
  if (kind === "key") {
    const input = keyInput(values);
    if (!input.ok) return keysPage(c, { sent: { kind, values, errors: input.errors } });
    const { key: secret, ...item } = await c.get("data").createKey(input.value);
    return keysPage(c, { made: { kind, item, secret } });
  }
  const input = tokenInput(values);
  if (!input.ok) return keysPage(c, { sent: { kind, values, errors: input.errors } });
  const { token: secret, ...item } = await c.get("data").createToken(input.value);
  return keysPage(c, { made: { kind, item, secret } });
}

async function itemOf(c: Ctx): Promise<KeyView | null> {
  const data = c.get("data");
  const items = await (kindOf(c) === "key" ? data.keys() : data.tokens());
  return items.find(({ id }) => id === c.req.param("id")) ?? null;
}

/** `GET /settings/keys/:kind/:id/revoke` */
export async function confirmRevocation(c: Ctx): Promise<Response> {
  const view = c.get("view");
  const item = await itemOf(c);
  if (item === null)
    return errorPage(c, { status: 404, view, title: "There is no such key or token" });
  return page(c, <KeyRevokePage {...{ view, item }} kind={kindOf(c)} />);
}

/** `POST /settings/keys/:kind/:id/revoke` */
export async function revokeKey(c: Ctx): Promise<Response> {
  return (await c.get("data").revoke(kindOf(c), c.req.param("id") ?? ""))
    ? c.redirect(paths.keys("revoked"), 303)
    : confirmRevocation(c);
}
