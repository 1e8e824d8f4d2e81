/** Puts what the browser needs beside the dashboard's own static files. Run by wrangler, start and tests. */
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export function build(): void {
  const target = new URL("../dashboard/public/static/", import.meta.url);
  mkdirSync(target, { recursive: true });
  copyFileSync(
    fileURLToPath(import.meta.resolve("htmx.org/dist/htmx.min.js")),
    new URL("htmx.min.js", target),
  );
}

if (import.meta.main) build();
