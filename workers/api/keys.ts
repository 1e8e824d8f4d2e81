/** Agent keys and API tokens: made, listed, revoked. Secrets are derived and shown once. */
import { Hono, type Context } from "hono";
import type { AgentKeyCreated, ApiTokenCreated } from "../../schema/answers.ts";
import {
  keyCreateSchema,
  tokenCreateSchema,
  type KeyView,
  type TokenView,
} from "../../schema/api.ts";
import { formatInstant } from "../../schema/time.ts";
import type { KeyKind, KeyRecord } from "../../durable/domain/tenant.ts";
import { doerOf, type App } from "../auth/authenticate.ts";
import { mintAgentKey, mintApiToken } from "../auth/tokens.ts";
import { randomId } from "../../durable/identity.ts";
import { changeTenant } from "../tenant.ts";
import { notFound, readInput } from "./request.ts";

/** The key and token that the first start prints (scripts/node/credentials). They stand on no record. */
const FIRST = "first";

export const keys = new Hono<App>();

keys.get("/", (c) =>
  c.json({ items: listed(c.var.caller.tenant.config.agentKeys).map(keyView), nextCursor: null }),
);

keys.post("/", async (c) => {
  const input = await readInput(c, keyCreateSchema);
  if (!input.ok) return input.response;
  const { name, host = null } = input.value;
  const record = await recorded(c, "agentKeys", { name, host });
  const ids = { tenant: c.var.caller.tenant.id, keyId: record.id };
  const made: AgentKeyCreated = {
    ...keyView(record),
    key: await mintAgentKey(c.env.LULL_SECRET, ids),
  };
  return c.json(made, 201);
});

keys.delete("/:id", (c) => revoke(c, "agentKeys", c.req.param("id")));

export const tokens = new Hono<App>();

tokens.get("/", (c) =>
  c.json({ items: listed(c.var.caller.tenant.config.apiTokens).map(tokenView), nextCursor: null }),
);

tokens.post("/", async (c) => {
  const input = await readInput(c, tokenCreateSchema);
  if (!input.ok) return input.response;
  const record = await recorded(c, "apiTokens", { ...input.value, host: null });
  const ids = { tenant: c.var.caller.tenant.id, tokenId: record.id };
  const made: ApiTokenCreated = {
    ...tokenView(record),
    token: await mintApiToken(c.env.LULL_SECRET, ids),
  };
  return c.json(made, 201);
});

tokens.delete("/:id", (c) => revoke(c, "apiTokens", c.req.param("id")));

async function recorded(
  c: Context<App>,
  kind: KeyKind,
  fields: Pick<KeyRecord, "name" | "host" | "role">,
): Promise<KeyRecord> {
  const record = { id: randomId(), ...fields, createdAt: c.var.now, revokedAt: null };
  await changeTenant(c.env, c.var.caller.tenant.id, c.var.now, (client) =>
    client.addKey(kind, record, doerOf(c.var.caller)),
  );
  return record;
}

async function revoke(c: Context<App>, kind: KeyKind, id: string): Promise<Response> {
  const { tenant } = c.var.caller;
  const known = listed(tenant.config[kind]).some((key) => key.id === id);
  if (!known) return notFound(c, kind === "agentKeys" ? "agent key" : "API token");
  await changeTenant(c.env, tenant.id, c.var.now, (client) =>
    client.revokeKey(kind, id, c.var.now, doerOf(c.var.caller)),
  );
  return c.body(null, 204);
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
