/**
 * `npm run demo`: the single node with a data folder of its own and a small fleet, whose findings open,
 * repeat, resolve and come back within a minute.
 */
import { Client } from "./demo/client.ts";
import { play } from "./demo/player.ts";
import { AUTOMATIONS, QUIET_PERIOD, RULES } from "./demo/scenes.ts";
import { startNode } from "./node/node.ts";
import { readSettings } from "./node/settings.ts";
import { runUntilEnd } from "./node/foreground.ts";

const startedAtMs = Date.now();

/** `0:42 node-1 shop/api: quiet` */
function say(text: string): void {
  const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
  process.stdout.write(
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}  ${text}\n`,
  );
}

async function demo(end: AbortSignal): Promise<void> {
  const settings = readSettings({ LULL_DATA_DIR: ".lull-demo", ...process.env });
  // The fleet's batches would fill the screen; what goes wrong still shows.
  const node = await startNode(settings, { quiet: true });
  const client = new Client(node.credentials, say);
  for (const rule of RULES) await client.setQuietPeriod(rule, QUIET_PERIOD);
  await client.setAutomations(AUTOMATIONS);
  process.stdout.write(
    [
      `Lull's demo is ready at ${node.credentials.url}: six hosts, quiet periods of ${QUIET_PERIOD} instead of days.`,
      "",
      `  Sign in    ${node.credentials.signInUrl}`,
      `  Keys       ${settings.dataDir}/credentials.json`,
      "",
      "",
    ].join("\n"),
  );
  await play(client, say, end);
  await node.stop();
}

await runUntilEnd(demo);
