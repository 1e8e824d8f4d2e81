/** The Worker: composes intake, API and dashboard. */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";
import type { Env } from "./env.ts";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (c) => c.json({ status: "ok" }));

export class HostActor extends DurableObject<Env> {}
export class TenantActor extends DurableObject<Env> {}

export default app;
