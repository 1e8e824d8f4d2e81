/** What the environment says about the single node. Contract: DESIGN, Run. */
import { resolve } from "node:path";
import { StartError } from "./start-error.ts";

export interface Settings {
  /** Absolute. */
  dataDir: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Webhooks may go to private addresses and plain http. */
  allowPrivateEndpoints: boolean;
  /** Events that a tenant may send on a day; undefined: what wrangler.toml says. */
  dailyEventQuota: string | undefined;
  /** An origin, where people find it. */
  publicUrl: string;
}

const DEFAULT_PORT = 8_787;
const MAX_PORT = 65_535;

/** `env` is the process's own; empty means unset. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env["PORT"] || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new StartError(`PORT is not a port number from 0 to ${MAX_PORT}: ${env["PORT"]}`);
  const quota = env["LULL_DAILY_EVENT_QUOTA"] || undefined;
  if (quota !== undefined && !/^\d+$/.test(quota))
    throw new StartError(`LULL_DAILY_EVENT_QUOTA is not a number of events: ${quota}`);
  return {
    dataDir: resolve(env["LULL_DATA_DIR"] || ".lull"),
    host: env["HOST"] || "127.0.0.1",
    port,
    allowPrivateEndpoints: env["LULL_ALLOW_PRIVATE_ENDPOINTS"] === "1",
    dailyEventQuota: quota,
    publicUrl: publicUrl(env["LULL_PUBLIC_URL"] || `http://localhost:${port}`),
  };
}

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin) return url.origin;
  throw new StartError(
    `LULL_PUBLIC_URL is not an address such as https://lull.example.com, without a path: ${text}`,
  );
}
