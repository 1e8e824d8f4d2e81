/** The bindings that wrangler.toml declares, typed. */
export interface Env {
  DB: D1Database;
  ASSETS: Fetcher;
  HOST_ACTOR?: never;
  /** The one secret all keys, tokens and links are derived from; at least 32 characters. */
  LULL_SECRET: string;
}
