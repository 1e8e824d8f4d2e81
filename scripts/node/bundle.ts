/** Bundles the Worker as wrangler does: one ES module, with workerd's own modules left outside. */
import { resolve } from "node:path";
import { build } from "esbuild";
import { StartError } from "./start-error.ts";

export async function bundleWorker(root: string, main: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [resolve(root, main)],
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

/** esbuild's message is a headline and then one line for each error: the first error says most. */
function firstLine(error: unknown): string {
  const [headline, first] = String(error).split("\n");
  return first ?? headline ?? "unknown";
}
