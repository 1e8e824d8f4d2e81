/** Applies schema/migrations/ to the test database; `reset()` drops the tables, so call it again after. */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

declare global {
  namespace Cloudflare {
    interface Env {
      /** Only in tests: the migrations that vitest.config.ts has read. */
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

export function migrate(): Promise<void> {
  return applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
}
