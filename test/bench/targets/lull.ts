/** The real single node, through scripts/start.ts, with a data folder of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { freePort } from "../../support/node.ts";
import { Child } from "./child.ts";
import type { Target } from "./target.ts";

const START = fileURLToPath(new URL("../../../scripts/start.ts", import.meta.url));
const credentialsSchema = z.object({ url: z.string(), agentKey: z.string() });

export async function startLull(folder: string): Promise<Target> {
  const dataDir = join(folder, "lull");
  const child = new Child(process.execPath, [START], {
    LULL_DATA_DIR: dataDir,
    HOST: "127.0.0.1",
    PORT: String(await freePort()),
  });
  const { url, agentKey } = await child.ready("Lull is ready", () => {
    const file = readFileSync(join(dataDir, "credentials.json"), "utf8");
    return credentialsSchema.parse(JSON.parse(file));
  });
  const headers = { authorization: `Bearer ${agentKey}` };
  return { name: "Lull", format: "native", endpoint: { url: `${url}/v1/events`, headers }, child };
}
