/** Puts what the browser needs beside the dashboard's own static files. Run by wrangler, start and tests. */
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

copyFileSync(
  fileURLToPath(import.meta.resolve("htmx.org/dist/htmx.min.js")),
  new URL("../dashboard/public/static/htmx.min.js", import.meta.url),
);
