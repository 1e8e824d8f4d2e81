/** Who appears in the demo: six hosts, the agent on each, and the containers that they run, each for its time. */

import { createHash } from "node:crypto";

export type Agent = "falco" | "tetragon" | "native";

export interface Container {
  /** 64 hex digits; Falco shows the first 12. */
  id: string;
  name: string;
  image: string;
  imageDigest: string;
  namespace: string;
  pod: string;
  workload: string;
  /** Seconds of the demo in which it runs; absent: always. */
  runs?: readonly [from: number, to: number];
}

export interface Host {
  name: string;
  agent: Agent;
  kernel: string;
  cgroupVersion: 1 | 2;
  containers: readonly Container[];
}

/** An id that looks like one and is the same at every run. */
function containerId(seed: number): string {
  let state = seed * 2_654_435_761;
  let id = "";
  while (id.length < 64) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    id += state.toString(16).padStart(8, "0");
  }
  return id;
}

/** Of what Kubernetes draws the suffixes of pods' names: no vowels, no 0, 1 and 3. */
const SUFFIX = "2456789bcdfghjkl";

function suffix(hex: string): string {
  return hex.replace(/./g, (digit) => SUFFIX[Number.parseInt(digit, 16)] ?? "");
}

/** A digest that is the same for the same image. */
function digestOf(image: string): string {
  return `sha256:${createHash("sha256").update(image).digest("hex")}`;
}

function container(seed: number, namespace: string, workload: string, image: string): Container {
  const id = containerId(seed);
  return {
    id,
    name: workload,
    image,
    imageDigest: digestOf(image),
    namespace,
    pod: `${workload}-${suffix(id.slice(20, 30))}-${suffix(id.slice(30, 35))}`,
    workload,
  };
}

export const api = container(1, "shop", "api", "registry.example/shop/api:1.4.2");
export const web = container(2, "shop", "web", "registry.example/shop/web:3.0.1");
export const worker = container(3, "shop", "worker", "registry.example/shop/worker:1.4.2");
export const ledger = container(4, "payments", "ledger", "registry.example/payments/ledger:7.1");
export const gateway = container(5, "payments", "gateway", "registry.example/payments/gateway:2.9");
export const reports = container(6, "payments", "reports", "registry.example/payments/reports:0.8");
export const builder = container(
  7,
  "platform",
  "builder",
  "registry.example/platform/builder:24.11",
);
export const importer = container(
  8,
  "platform",
  "importer",
  "registry.example/platform/importer:5",
);
export const metrics = container(
  9,
  "platform",
  "metrics",
  "registry.example/platform/metrics:1.20",
);

/** When the first and the second replica of `exporter` are rebuilt. */
const [FIRST_REBUILT, SECOND_REBUILT] = [62, 110];
const OLD_EXPORTER = "registry.example/platform/exporter:2.0.3";
const NEW_EXPORTER = "registry.example/platform/exporter:2.1.0";

function exporter(seed: number, image: string, runs: Container["runs"]): Container {
  const made = container(seed, "platform", "exporter", image);
  return runs === undefined ? made : { ...made, runs };
}

/** A Deployment of two replicas whose image is fixed. */
export const exporters = {
  old: [
    exporter(10, OLD_EXPORTER, [0, FIRST_REBUILT]),
    exporter(11, OLD_EXPORTER, [0, SECOND_REBUILT]),
  ],
  new: [
    exporter(12, NEW_EXPORTER, [FIRST_REBUILT, Number.POSITIVE_INFINITY]),
    exporter(13, NEW_EXPORTER, [SECOND_REBUILT, Number.POSITIVE_INFINITY]),
  ],
} as const;

/** Those of the host that run in this second. */
export function runningOn({ containers }: Host, second: number): Container[] {
  return containers.filter(
    ({ runs }) => runs === undefined || (runs[0] <= second && second < runs[1]),
  );
}

const MODERN = { kernel: "6.12.0", cgroupVersion: 2 } as const;

export const HOSTS = {
  node1: { name: "node-1", agent: "falco", ...MODERN, containers: [api, web] },
  node2: { name: "node-2", agent: "falco", ...MODERN, containers: [worker] },
  node3: { name: "node-3", agent: "tetragon", ...MODERN, containers: [ledger, reports] },
  node4: { name: "node-4", agent: "tetragon", ...MODERN, containers: [gateway] },
  node5: { name: "node-5", agent: "native", ...MODERN, containers: [builder, importer] },
  node6: {
    name: "node-6",
    agent: "native",
    kernel: "5.4.0",
    cgroupVersion: 1,
    containers: [metrics, ...exporters.old, ...exporters.new],
  },
} as const satisfies Record<string, Host>;
