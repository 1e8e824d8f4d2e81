/**
 * The node's Workers as Miniflare takes them: Lull itself, its static files, and its way out.
 * Lull stands on the socket itself. Miniflare would put its router for static files before it, which costs
 * a millisecond of CPU a request (820 small requests a second instead of 3,700); bundle.ts does its work.
 */
import { resolve } from "node:path";
import type { WorkerOptions } from "miniflare";
import type { Settings } from "./settings.ts";
import type { WranglerConfig } from "./wrangler.ts";

export interface WorkersInput {
  root: string;
  settings: Settings;
  wrangler: WranglerConfig;
  /** The bundled Worker. */
  script: string;
  secret: string;
}

const OUTBOUND = "outbound";
const ASSETS = "assets";

/** `open`: with the socket that takes requests. */
export function nodeWorkers(input: WorkersInput, open: boolean): WorkerOptions[] {
  const workers = [lull(input, open), assets(input)];
  if (!input.settings.allowPrivateEndpoints) workers.push(publicOutbound(input.wrangler));
  return workers;
}

function lull(input: WorkersInput, open: boolean): WorkerOptions {
  const { wrangler, settings } = input;
  return {
    config: {
      name: wrangler.name,
      compatibilityDate: wrangler.compatibility_date,
      compatibilityFlags: wrangler.compatibility_flags,
      manifest: {
        mainModule: "index.js",
        modules: { "index.js": { type: "esm", contents: input.script } },
      },
      env: bindings(input),
      exports: wrangler.exports,
    },
    dev: {
      ...(open ? { unsafeDirectSockets: [{ host: settings.host, port: settings.port }] } : {}),
      ...(settings.allowPrivateEndpoints
        ? {}
        : { outboundService: { type: "worker" as const, worker: OUTBOUND } }),
    },
  };
}

function bindings({ wrangler, settings, secret }: WorkersInput): WorkerOptions["config"]["env"] {
  const env: WorkerOptions["config"]["env"] = {
    [wrangler.assets.binding]: { type: "worker", worker: ASSETS },
    LULL_SECRET: { type: "text", value: secret },
  };
  for (const { name, class_name } of wrangler.durable_objects.bindings)
    env[name] = { type: "durable-object", worker: wrangler.name, exportName: class_name };
  for (const { binding, database_id } of wrangler.d1_databases)
    env[binding] = { type: "d1", id: database_id };
  for (const { name, namespace_id, simple } of wrangler.ratelimits)
    env[name] = { type: "rate-limit", namespace: namespace_id, simple };
  for (const [name, value] of Object.entries(wrangler.vars)) env[name] = { type: "text", value };
  env["LULL_PUBLIC_URL"] = { type: "text", value: settings.publicUrl };
  if (settings.dailyEventQuota !== undefined)
    env["LULL_DAILY_EVENT_QUOTA"] = { type: "text", value: settings.dailyEventQuota };
  if (settings.allowPrivateEndpoints)
    env["LULL_ALLOW_PRIVATE_ENDPOINTS"] = { type: "text", value: "1" };
  return env;
}

/** The Worker's way out. Miniflare's own would reach private addresses too; workerd checks after DNS. */
function publicOutbound(wrangler: WranglerConfig): WorkerOptions {
  return {
    config: {
      name: OUTBOUND,
      compatibilityDate: wrangler.compatibility_date,
      manifest: passOnTo("INTERNET"),
      env: {
        INTERNET: { type: "network", allow: ["public"], tlsOptions: { trustBrowserCas: true } },
      },
    },
  };
}

/** The static files, by a Worker of their own: Miniflare binds them only where it also routes them. */
function assets({ root, wrangler }: WorkersInput): WorkerOptions {
  return {
    config: {
      name: ASSETS,
      compatibilityDate: wrangler.compatibility_date,
      manifest: passOnTo("FILES"),
      env: { FILES: { type: "assets" } },
      assets: { directory: resolve(root, wrangler.assets.directory), hasUserWorker: true },
    },
  };
}

type Manifest = NonNullable<WorkerOptions["config"]["manifest"]>;

/** A Worker that hands each request to one of its bindings. */
function passOnTo(binding: string): Manifest {
  const contents = `export default { fetch: (request, env) => env.${binding}.fetch(request) }`;
  return { mainModule: "index.js", modules: { "index.js": { type: "esm", contents } } };
}
