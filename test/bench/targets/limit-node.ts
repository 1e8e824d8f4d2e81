/** The process of limit.ts: prints `ready <url>`, ends at SIGTERM. */
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { readWrangler } from "../../../scripts/node/wrangler.ts";

const WORKER = `export default {
  async fetch(request) {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer());
    return Response.json({ received: JSON.parse(text).events.length });
  },
};`;

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { compatibility_date, compatibility_flags } = readWrangler(root);
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  enableDevRegistry: false,
  logRequests: false,
  workers: [
    {
      config: {
        name: "limit",
        compatibilityDate: compatibility_date,
        compatibilityFlags: compatibility_flags,
        manifest: {
          mainModule: "index.js",
          modules: { "index.js": { type: "esm", contents: WORKER } },
        },
        env: {},
      },
      dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
    },
  ],
});
process.once("SIGTERM", () => {
  void miniflare.dispose().then(() => process.exit(0));
});
await miniflare.ready;
const url = await miniflare.unsafeGetDirectURL("limit");
process.stdout.write(`ready ${url.origin}/\n`);
