/**
 * `npm run dev`: `wrangler dev` with a secret and a migrated database, reloading as files change. Its
 * state is wrangler's own (.wrangler/), apart from the single node's.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mintCredentials } from "./node/credentials.ts";
import { writeWhole } from "./node/data-dir.ts";
import { readSettings } from "./node/settings.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const WRANGLER = fileURLToPath(
  new URL("bin/wrangler.js", import.meta.resolve("wrangler/package.json")),
);
const VARS = fileURLToPath(new URL("../.dev.vars", import.meta.url));

/** The secret in .dev.vars, which wrangler reads; made where there is none. */
function devSecret(): string {
  const text = existsSync(VARS) ? readFileSync(VARS, "utf8") : "";
  const found = /^LULL_SECRET\s*=\s*"?([^"\n]+)"?\s*$/m.exec(text)?.[1];
  if (found !== undefined) return found;
  const secret = randomBytes(32).toString("hex");
  const kept = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  writeWhole(VARS, `${kept}LULL_SECRET=${secret}\n`);
  return secret;
}

const { host, port } = readSettings(process.env);
const secret = devSecret();
const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1" };
const migrated = spawnSync(
  process.execPath,
  [WRANGLER, "d1", "migrations", "apply", "DB", "--local"],
  { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" },
);
if (migrated.status === 0) {
  const { signInUrl, agentKey, apiToken } = await mintCredentials(
    secret,
    `http://${host}:${port}`,
    Date.now(),
  );
  process.stdout.write(
    `Sign in    ${signInUrl}\nAgent key  ${agentKey}\nAPI token  ${apiToken}\n\n`,
  );
  const wrangler = spawn(
    process.execPath,
    [WRANGLER, "dev", "--ip", host, "--port", String(port), "--test-scheduled"],
    { cwd: ROOT, env: { ...env, CI: undefined }, stdio: "inherit" },
  );
  // The terminal signals the whole group; wrangler ends itself, and this process with it.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => wrangler.kill(signal));
  wrangler.once("close", (code) => process.exit(code ?? 0));
} else {
  process.stderr.write(`${migrated.stdout}${migrated.stderr}`);
  process.exitCode = 1;
}
