/** Agent keys and API tokens: made, listed, revoked. Secrets are derived and shown once. */
import { Hono, type Context } from "hono";
import type { AgentKeyCreated, ApiTokenCreated } from "../../schema/answers.ts";
import { keyCreateSchema, type KeyView } from "../../schema/api.ts";
import { formatInstant } from "../../schema/time.ts";
import type { KeyKind, KeyRecord } from "../../durable/domain/tenant.ts";
import { doerOf, type App } from "../auth/authenticate.ts";
import { mintAgentKey, mintApiToken } from "../auth/tokens.ts";
import { randomId } from "../../durable/identity.ts";
import { invalid, problem } from "../problem.ts";
import { changeTenant } from "../tenant.ts";
import { readJson } from "./body.ts";

/** The key and token that the first start prints (scripts/node/credentials). They stand on no record. */
const FIRST = "first";

export const keys = keyRoutes("agentKeys");
export const tokens = keyRoutes("apiTokens");

function keyRoutes(kind: KeyKind): Hono<App> {
  const routes = new Hono<App>();
  routes.get("/", (c) =>
    c.json({ items: listed(c.var.caller.tenant.config[kind]), nextCursor: null }),
  );
  routes.post("/", (c) => create(c, kind));
  routes.delete("/:id", async (c) => {
    const id = c.req.param("id");
    const known = listed(c.var.caller.tenant.config[kind]).some((key) => key.id === id);
    if (!known) {
      return problem(c, {
        status: 404,
        code: "not_found",
        detail: `There is no such ${noun(kind)}.`,
      });
    }
    await changeTenant(c.env, c.var.caller.tenant.id, c.var.now, (client) =>
      client.revokeKey(kind, id, c.var.now, doerOf(c.var.caller)),
    );
    return c.body(null, 204);
  });
  return routes;
}

async function create(c: Context<App>, kind: KeyKind): Promise<Response> {
  const body = await readJson(c);
  if (!body.ok) return body.response;
  const parsed = keyCreateSchema.safeParse(body.value);
  if (!parsed.success) return invalid(c, parsed.error);
  if (kind === "apiTokens" && parsed.data.host !== undefined) {
    return problem(c, {
      status: 400,
      code: "invalid_request",
      detail: "host: only an agent key is bound to a host",
      field: "host",
    });
  }
  const tenant = c.var.caller.tenant.id;
  const id = randomId();
  const record: KeyRecord = {
    id,
    name: parsed.data.name,
    host: parsed.data.host ?? null,
    createdAt: c.var.now,
    revokedAt: null,
  };
  await changeTenant(c.env, tenant, c.var.now, (client) =>
    client.addKey(kind, record, doerOf(c.var.caller)),
  );
  const secret = c.env.LULL_SECRET;
  const made: AgentKeyCreated | ApiTokenCreated =
    kind === "agentKeys"
      ? { ...view(record), key: await mintAgentKey(secret, { tenant, keyId: id }) }
      : { ...view(record), token: await mintApiToken(secret, { tenant, tokenId: id }) };
  return c.json(made, 201);
}

function listed(records: readonly KeyRecord[]): KeyView[] {
  const views = records.map(view);
  if (records.some((record) => record.id === FIRST)) return views;
  return [{ id: FIRST, name: FIRST, host: null, createdAt: null, revokedAt: null }, ...views];
}

function view(record: KeyRecord): KeyView {
  return {
    id: record.id,
    name: record.name,
    host: record.host,
    createdAt: formatInstant(record.createdAt),
    revokedAt: record.revokedAt === null ? null : formatInstant(record.revokedAt),
  };
}

function noun(kind: KeyKind): string {
  return kind === "agentKeys" ? "agent key" : "API token";
}
