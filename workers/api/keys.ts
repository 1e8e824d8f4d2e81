/** Agent keys and API tokens: made, listed, revoked. Secrets are derived and shown once. */
import { Hono } from "hono";
import type { AgentKeyCreated, ApiTokenCreated } from "../../schema/answers.ts";
import {
  keyCreateSchema,
  tokenCreateSchema,
  type KeyInput,
  type KeyView,
  type TokenInput,
  type TokenView,
} from "../../schema/api.ts";
import { formatInstant } from "../../schema/time.ts";
import type { KeyKind, KeyRecord } from "../../durable/domain/tenant.ts";
import type { App } from "../auth/authenticate.ts";
import { mintAgentKey, mintApiToken } from "../auth/tokens.ts";
import { randomId } from "../../durable/identity.ts";
import { changeTenant, type Tenant } from "../tenant.ts";
import { editorOf, notFound, readInput } from "./request.ts";
import type { Editor } from "./rules.ts";

/** The key and token that the first start prints (scripts/node/credentials). They stand on no record. */
const FIRST = "first";

export const keys = new Hono<App>();

keys.get("/", (c) => c.json({ items: listKeys(c.var.caller.tenant), nextCursor: null }));

keys.post("/", async (c) => {
  const input = await readInput(c, keyCreateSchema);
  return input.ok ? c.json(await createKey(editorOf(c), input.value), 201) : input.response;
});

keys.delete("/:id", async (c) =>
  (await revokeKey(editorOf(c), "agentKeys", c.req.param("id")))
    ? c.body(null, 204)
    : notFound(c, "agent key"),
);

export const tokens = new Hono<App>();

tokens.get("/", (c) => c.json({ items: listTokens(c.var.caller.tenant), nextCursor: null }));

tokens.post("/", async (c) => {
  const input = await readInput(c, tokenCreateSchema);
  return input.ok ? c.json(await createToken(editorOf(c), input.value), 201) : input.response;
});

tokens.delete("/:id", async (c) =>
  (await revokeKey(editorOf(c), "apiTokens", c.req.param("id")))
    ? c.body(null, 204)
    : notFound(c, "API token"),
);

/** The revoked ones too. */
export function listKeys({ config }: Tenant): KeyView[] {
  return listed(config.agentKeys).map(keyView);
}

/** The revoked ones too. */
export function listTokens({ config }: Tenant): TokenView[] {
  return listed(config.apiTokens).map(tokenView);
}

export async function createKey(editor: Editor, input: KeyInput): Promise<AgentKeyCreated> {
  const { name, host = null } = input;
  const record = await recorded(editor, "agentKeys", { name, host });
  const ids = { tenant: editor.tenant.id, keyId: record.id };
  return { ...keyView(record), key: await mintAgentKey(editor.env.LULL_SECRET, ids) };
}

export async function createToken(editor: Editor, input: TokenInput): Promise<ApiTokenCreated> {
  const record = await recorded(editor, "apiTokens", { ...input, host: null });
  const ids = { tenant: editor.tenant.id, tokenId: record.id };
  return { ...tokenView(record), token: await mintApiToken(editor.env.LULL_SECRET, ids) };
}

async function recorded(
  { env, tenant, doer, now }: Editor,
  kind: KeyKind,
  fields: Pick<KeyRecord, "name" | "host" | "role">,
): Promise<KeyRecord> {
  const record = { id: randomId(), ...fields, createdAt: now, revokedAt: null };
  await changeTenant(env, tenant.id, now, (client) => client.addKey(kind, record, doer));
  return record;
}

/** False where there is none of the id. Revoking twice changes nothing. */
export async function revokeKey(
  { env, tenant, doer, now }: Editor,
  kind: KeyKind,
  id: string,
): Promise<boolean> {
  if (!listed(tenant.config[kind]).some((key) => key.id === id)) return false;
  await changeTenant(env, tenant.id, now, (client) => client.revokeKey(kind, id, now, doer));
  return true;
}

/** As one of them is shown before there is a record of it. */
type Listed = Omit<KeyRecord, "createdAt"> & { createdAt: number | null };

function listed(records: readonly KeyRecord[]): Listed[] {
  if (records.some((record) => record.id === FIRST)) return [...records];
  return [{ id: FIRST, name: FIRST, host: null, createdAt: null, revokedAt: null }, ...records];
}

function keyView({ id, name, host, createdAt, revokedAt }: Listed): KeyView {
  return {
    id,
    name,
    host,
    createdAt: createdAt === null ? null : formatInstant(createdAt),
    revokedAt: revokedAt === null ? null : formatInstant(revokedAt),
  };
}

function tokenView(record: Listed): TokenView {
  return { ...keyView(record), role: record.role ?? "admin" };
}
