/**
 * The limit: the same workerd, started in the same way, with a Worker that only reads and parses the
 * body. Nothing that takes JSON over HTTP here can be faster. Not part of the product.
 */
import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import type { Target } from "./target.ts";

const NODE = fileURLToPath(new URL("limit-node.ts", import.meta.url));

export async function startLimit(): Promise<Target> {
  const child = new Child(process.execPath, [NODE], {});
  let output = "";
  const url = await child.ready("the limit is ready", () => {
    output += child.takeOutput();
    return /^ready (\S+)$/m.exec(output)?.[1] ?? null;
  });
  return { name: "limit", format: "native", endpoint: { url, headers: {} }, child };
}
