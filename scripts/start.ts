/** `npm start`: the embedded single node in the foreground. */
import { once } from "node:events";
import { curlLine } from "./node/credentials.ts";
import { runUntilEnd } from "./node/foreground.ts";
import { type LullNode, startNode } from "./node/node.ts";
import { readSettings, type Settings } from "./node/settings.ts";

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

await runUntilEnd(async (end) => {
  const settings = readSettings(process.env);
  const node = await startNode(settings);
  process.stdout.write(greeting(node, settings));
  if (!end.aborted) await once(end, "abort");
  await node.stop();
});
