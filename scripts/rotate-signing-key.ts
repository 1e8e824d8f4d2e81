/**
 * `npm run rotate-signing-key`: begins a new key for certificates on a running instance. Where that is and what
 * its secret is, `--url` and LULL_SECRET say, or the data folder of a single node (`--data-dir`, LULL_DATA_DIR).
 * `--compromised <kid>` (repeatable) distrusts a key.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { mintOperatorToken } from "../workers/auth/tokens.ts";
import { readSecret } from "./node/secret.ts";
import { StartError } from "./node/start-error.ts";

const keysSchema = z.object({
  items: z.array(
    z.object({
      n: z.int(),
      kid: z.string(),
      createdAt: z.string(),
      retiredAt: z.string().nullable(),
      compromisedAt: z.string().nullable(),
    }),
  ),
});

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    "data-dir": { type: "string" },
    compromised: { type: "string", multiple: true, default: [] },
  },
});

try {
  const { url, secret } = instance();
  const response = await fetch(new URL("/operator/signing-keys", url), {
    method: "POST",
    headers: { authorization: `Bearer ${await mintOperatorToken(secret, Date.now())}` },
    body: JSON.stringify({ compromised: values.compromised }),
  });
  const text = await response.text();
  if (!response.ok) throw new StartError(`${url} answered ${response.status}: ${text}`);
  for (const key of keysSchema.parse(JSON.parse(text)).items) {
    const state =
      key.compromisedAt !== null ? "compromised" : key.retiredAt !== null ? "retired" : "current";
    process.stdout.write(`${key.n}  ${key.kid}  ${key.createdAt}  ${state}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function instance(): { url: string; secret: string } {
  const dataDir = values["data-dir"] ?? process.env["LULL_DATA_DIR"] ?? ".lull";
  const secret = process.env["LULL_SECRET"] ?? readSecret(dataDir);
  if (secret === null) throw new StartError("Set LULL_SECRET and --url, or --data-dir.");
  if (values.url !== undefined) return { url: values.url, secret };
  const credentials: unknown = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));
  return { url: z.object({ url: z.string() }).parse(credentials).url, secret };
}
