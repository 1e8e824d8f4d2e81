/**
 * The node's own way to the database and to the cron, past the Worker's front door: a small Worker of its own, on a
 * loopback port, that obeys whoever knows its token. Miniflare's own way waits for each answer with the whole process
 * standing still; meanwhile nobody reads the runtime's log, and a runtime that cannot write its log answers nobody: under
 * load both would wait for each other for ever.
 */
import type { WorkerOptions } from "miniflare";
import type { Database, Statement } from "./migrations.ts";
import type { WranglerConfig } from "./wrangler.ts";

export const KEEPER = "keeper";

const SCRIPT = `
  async function obey({ statements, scheduled }, { DB, LULL }) {
    if (scheduled !== undefined) return LULL.scheduled(scheduled);
    const prepared = statements.map(({ sql, params = [] }) => DB.prepare(sql).bind(...params));
    return (await DB.batch(prepared)).map(({ results }) => results);
  }
  export default {
    async fetch(request, env) {
      if (request.headers.get("authorization") !== "Bearer " + env.TOKEN)
        return new Response("not authenticated", { status: 401 });
      return obey(await request.json(), env).then(
        (answer) => Response.json(answer),
        (error) => new Response(String(error), { status: 500 }),
      );
    },
  }`;

export function keeperWorker(wrangler: WranglerConfig, token: string): WorkerOptions {
  const [{ database_id }] = wrangler.d1_databases;
  return {
    config: {
      name: KEEPER,
      compatibilityDate: wrangler.compatibility_date,
      // A service binding's `scheduled`.
      compatibilityFlags: ["service_binding_extra_handlers"],
      manifest: {
        mainModule: "index.js",
        modules: { "index.js": { type: "esm", contents: SCRIPT } },
      },
      env: {
        DB: { type: "d1", id: database_id },
        LULL: { type: "worker", worker: wrangler.name },
        TOKEN: { type: "text", value: token },
      },
    },
    // Without a port, so that each runtime takes a free one: with 0 the next would insist on that of the one before,
    // which a connection of somebody else may have taken meanwhile.
    dev: { unsafeDirectSockets: [{ host: "127.0.0.1" }] },
  };
}

/** What the keeper does, for the process that has started it. */
export class Keeper implements Database {
  readonly #url: () => Promise<URL>;
  readonly #token: string;

  /** `url` is asked each time, since a runtime that was started again has another port. */
  constructor(url: () => Promise<URL>, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]> {
    const answer = await this.#ask({ statements });
    // Written by the script above.
    return (await answer.json()) as Record<string, unknown>[][];
  }

  async fireCron(cron: string, scheduledTime: number): Promise<void> {
    const answer = await this.#ask({ scheduled: { cron, scheduledTime } });
    await answer.body?.cancel();
  }

  async #ask(order: object): Promise<Response> {
    const answer = await fetch(await this.#url(), {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: JSON.stringify(order),
    });
    if (answer.ok) return answer;
    throw new Error(await answer.text());
  }
}
