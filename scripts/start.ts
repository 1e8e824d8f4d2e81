/** `npm start`: the embedded single node in the foreground. */
import { once } from "node:events";
import { curlLine } from "./node/credentials.ts";
import { type LullNode, startNode } from "./node/node.ts";
import { readSettings, type Settings } from "./node/settings.ts";
import { endSignal } from "./node/shutdown.ts";

function greeting({ credentials, isFirstStart }: LullNode, settings: Settings): string {
  const lines = [
    `Lull is ready at ${credentials.url}`,
    "",
    `  Sign in    ${credentials.signInUrl}`,
  ];
  if (isFirstStart)
    lines.push(
      `  Agent key  ${credentials.agentKey}`,
      `  API token  ${credentials.apiToken}`,
      "",
      `They are kept in ${settings.dataDir}/credentials.json and not shown again. Send a first event:`,
      "",
      `  ${curlLine(credentials, Date.now())}`,
    );
  else lines.push(`  Keys       ${settings.dataDir}/credentials.json`);
  return `${lines.join("\n")}\n\n`;
}

async function main(end: AbortSignal): Promise<void> {
  const settings = readSettings(process.env);
  const node = await startNode(settings);
  process.stdout.write(greeting(node, settings));
  if (!end.aborted) await once(end, "abort");
  await node.stop();
}

// A reader that goes away (`npm start | head`) must not take the node with it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
const end = endSignal();
const failure = await main(end).then(
  () => null,
  (error: unknown) => error,
);
// A runtime that a signal to the whole group ended while it was starting has not failed.
if (failure === null || end.aborted) {
  process.stdout.write("Lull has stopped.\n");
  process.exit(0);
}
const message = failure instanceof Error ? failure.message : JSON.stringify(failure);
process.stderr.write(`${message}\n`);
process.exit(1);
