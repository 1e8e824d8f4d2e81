/**
 * wrangler.toml as the single node understands it. Contract: a key that the node does not know stops
 * the start, so that no setting is ever in force on Cloudflare and silently missing here.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { StartError } from "./start-error.ts";

/** What only matters to a deployment. */
const elsewhere = z.unknown().optional();

const schema = z.strictObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  /** Files first, then the Worker: what Cloudflare does unless told otherwise, and bundle.ts here. */
  assets: z.strictObject({ directory: z.string(), binding: z.string() }),
  /** The node has one clock: every minute (cron.ts). */
  triggers: z.strictObject({ crons: z.array(z.literal("* * * * *")).length(1) }),
  exports: z.record(
    z.string(),
    z.strictObject({ type: z.literal("durable-object"), storage: z.literal("sqlite") }),
  ),
  durable_objects: z.strictObject({
    bindings: z.array(z.strictObject({ name: z.string(), class_name: z.string() })),
  }),
  d1_databases: z.tuple([
    z.strictObject({
      binding: z.string(),
      database_name: z.string(),
      database_id: z.string(),
      migrations_dir: z.string(),
    }),
  ]),
  ratelimits: z
    .array(
      z.strictObject({
        name: z.string(),
        namespace_id: z.string(),
        simple: z.strictObject({
          limit: z.int().positive(),
          period: z.union([z.literal(10), z.literal(60)]),
        }),
      }),
    )
    .default([]),
  vars: z.record(z.string(), z.string()).default({}),
  build: elsewhere,
  limits: elsewhere,
  observability: elsewhere,
  placement: elsewhere,
  routes: elsewhere,
  send_metrics: elsewhere,
  workers_dev: elsewhere,
});

export type WranglerConfig = z.infer<typeof schema>;

export function readWrangler(root: string): WranglerConfig {
  const path = resolve(root, "wrangler.toml");
  const parsed = schema.safeParse(parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StartError(
    `The single node does not understand ${path}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trimEnd(),
    { cause: parsed.error },
  );
}
