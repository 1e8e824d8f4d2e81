/** `npm start`: the embedded single node in the foreground. */
import { curlLine } from "./node/credentials.ts";
import { type LullNode, startNode } from "./node/node.ts";
import { readSettings, type Settings } from "./node/settings.ts";
import { endAsked } from "./node/shutdown.ts";
import { StartError } from "./node/start-error.ts";

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

async function main(): Promise<void> {
  // A reader that goes away (`npm start | head`) must not take the node with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const settings = readSettings(process.env);
  const end = endAsked();
  const node = await startNode(settings);
  process.stdout.write(greeting(node, settings));
  await end;
  await node.stop();
  process.stdout.write("Lull has stopped.\n");
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : String(error)}\n`);
  process.exit(1);
}
