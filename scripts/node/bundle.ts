/**
 * Bundles the Worker as wrangler does: one ES module, with workerd's own modules left outside. Before it
 * stands what Cloudflare does before a Worker: a path that is a static file is answered with that file.
 */
import { readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";
import { StartError } from "./start-error.ts";
import type { WranglerConfig } from "./wrangler.ts";

export async function bundleWorker(root: string, wrangler: WranglerConfig): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    stdin: { contents: entry(root, wrangler), resolveDir: root, sourcefile: "entry.js" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    // wrangler's default text modules.
    loader: { ".sql": "text", ".txt": "text", ".html": "text" },
    logLevel: "silent",
  }).catch((error: unknown) => {
    throw new StartError(`The Worker does not build: ${firstLine(error)}`, { cause: error });
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild wrote no file");
  return file.text;
}

function entry(root: string, { main, assets }: WranglerConfig): string {
  const worker = JSON.stringify(resolve(root, main));
  const paths = JSON.stringify(assetPaths(resolve(root, assets.directory)));
  return `
    import worker from ${worker};
    export * from ${worker};
    const files = new Set(${paths});
    const isFile = ({ method, url }) =>
      (method === "GET" || method === "HEAD") && files.has(new URL(url).pathname);
    export default {
      ...worker,
      fetch: (request, env, ctx) =>
        isFile(request) ? env[${JSON.stringify(assets.binding)}].fetch(request) : worker.fetch(request, env, ctx),
    };`;
}

/** The files below a folder as the paths of URLs. */
function assetPaths(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => relative(dir, join(file.parentPath, file.name)))
    .map((path) => `/${path.split(sep).map(encodeURIComponent).join("/")}`);
}

/** esbuild's message is a headline and then one line for each error: the first error says most. */
function firstLine(error: unknown): string {
  const [headline, first] = String(error).split("\n");
  return first ?? headline ?? "unknown";
}
