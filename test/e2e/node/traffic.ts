/** What the tests of the process send, and how they read what came of it. */
import { z } from "zod";
import type { RunningNode } from "../../support/node.ts";

export interface Burst {
  host: string;
  container: string;
  events: number;
}

/** A native batch of compiler runs in one container: each event matches `compiler-in-container`. */
export function compilerRun({ host, container, events }: Burst): object {
  const time = new Date().toISOString();
  return {
    agent: { id: `agent-${host}`, kind: "native", version: "1.0", host: { name: host } },
    sentAt: time,
    events: Array.from({ length: events }, (_, i) => ({
      time,
      kind: "process",
      action: "exec",
      container: { id: container, name: "api", image: "shop/api:1.4" },
      k8s: { namespace: "shop", pod: "api-5d", workload: { kind: "Deployment", name: "api" } },
      process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-c", `unit${i}.c`], pid: 800 + i },
    })),
  };
}

const findingSchema = z.object({
  id: z.string(),
  status: z.string(),
  rule: z.string(),
  count: z.number(),
  totalCount: z.number(),
});
export type Finding = z.infer<typeof findingSchema>;

/** One page of findings, as the read model shows them. */
export async function listFindings(node: RunningNode, query = ""): Promise<Finding[]> {
  const response = await node.api(`/api/v1/findings?limit=200&${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return z.object({ items: z.array(findingSchema) }).parse(await response.json()).items;
}

/** One finding, as its actor knows it. */
export async function readFinding(node: RunningNode, id: string): Promise<Finding> {
  const response = await node.api(`/api/v1/findings/${id}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return findingSchema.parse(await response.json());
}
