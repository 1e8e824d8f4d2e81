/**
 * `npm run credentials -- --url https://lull.example.com`: an agent key, an API token and a sign-in link
 * for an instance whose secret is in LULL_SECRET (or `--secret`, which a shell's history keeps).
 */
import { parseArgs } from "node:util";
import { curlLine, mintCredentials } from "./node/credentials.ts";

const USAGE = "Usage: LULL_SECRET=… npm run credentials -- --url https://lull.example.com";

const { values } = parseArgs({
  options: { url: { type: "string" }, secret: { type: "string" } },
});
const secret = values.secret ?? process.env["LULL_SECRET"] ?? "";

if (values.url === undefined || !URL.canParse(values.url) || secret.length < 32) {
  process.stderr.write(`${USAGE}\nThe secret has at least 32 characters.\n`);
  process.exitCode = 1;
} else {
  const nowMs = Date.now();
  const credentials = await mintCredentials(secret, new URL(values.url).origin, nowMs);
  process.stdout.write(
    `${[
      `Sign in    ${credentials.signInUrl}`,
      `Agent key  ${credentials.agentKey}`,
      `API token  ${credentials.apiToken}`,
      "",
      curlLine(credentials, nowMs),
    ].join("\n")}\n`,
  );
}
