/** Alertmanager as a yardstick, in memory as it is, where Debian's `prometheus-alertmanager` is on the PATH. */
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import type { Target } from "./target.ts";

const COMMAND = "prometheus-alertmanager";

/** One route to a receiver that tells nobody: what is measured is taking alerts in. */
const CONFIG = `route:
  receiver: nobody
  group_by: [alertname, host]
receivers:
  - name: nobody
`;

export async function startAlertmanager(folder: string): Promise<Target | null> {
  const command = onPath(COMMAND);
  if (command === null) return null;
  const home = join(folder, "alertmanager");
  mkdirSync(home);
  const config = join(home, "config.yml");
  writeFileSync(config, CONFIG);
  const origin = `127.0.0.1:${await freePort()}`;
  const child = new Child(
    command,
    [
      `--config.file=${config}`,
      `--storage.path=${home}`,
      `--web.listen-address=${origin}`,
      "--cluster.listen-address=",
      "--log.level=error",
    ],
    {},
  );
  await child.ready("Alertmanager is ready", async () => {
    const response = await fetch(`http://${origin}/-/ready`);
    return response.ok ? true : null;
  });
  const endpoint = { url: `http://${origin}/api/v2/alerts`, headers: {} };
  return { name: "Alertmanager", format: "alerts", endpoint, child };
}

function onPath(command: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return join(folder, command);
    } catch {
      // Not in this one.
    }
  }
  return null;
}
