/** Runtime security events of a Datadog Agent, synthetic, shaped as its schema and sources show them. */
import type { Json } from "./fixtures.ts";

export const DATADOG_CONTAINER = "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3";

export const DATADOG_TAGS = [
  "source:runtime-security-agent",
  "type:exec",
  "rule_id:compiler_in_container",
  "policy:best-practice",
  "technique:T1027-obfuscated-files-or-information",
  "image_id:registry.example/shop/api@sha256:abab",
  "image_name:registry.example/shop/api",
  "image_tag:1.4",
  "short_image:api",
  "container_name:k8s_api_api-5d4f9c7b8-x2k9p_shop",
  "kube_container_name:api",
  "pod_name:api-5d4f9c7b8-x2k9p",
  "kube_namespace:shop",
  "kube_replica_set:api-5d4f9c7b8",
  "kube_deployment:api",
  "kube_ownerref_kind:replicaset",
  "kube_cluster_name:eu-1",
  "service:shop-api",
] as const;

const program = (path: string, comm: string): Json => ({
  pid: 41,
  uid: 0,
  gid: 0,
  comm,
  executable: { path, name: path.slice(path.lastIndexOf("/") + 1), uid: 0, gid: 0 },
});

/** The process of most events: `gcc`, which is a link. */
export const DATADOG_PROCESS: Json = {
  ...program("/usr/bin/x86_64-linux-gnu-gcc-12", "gcc"),
  pid: 812,
  ppid: 41,
  user: "root",
  argv0: "gcc",
  args: ["-O2", "x.c"],
  credentials: { uid: 0, euid: 0, auid: 1000, cap_effective: ["CAP_CHOWN"] },
  container: { id: DATADOG_CONTAINER },
  parent: program("/bin/busybox", "sh"),
  ancestors: [program("/bin/busybox", "sh"), program("/usr/bin/tini", "tini")],
};

/** The event itself, in a container. */
export function datadogEvent(over: Json = {}): Json {
  return {
    title: "A compiler was executed inside of a container",
    agent: {
      rule_id: "compiler_in_container",
      policy_name: "default.policy",
      policy_version: "1.46.0",
      version: "7.71.2",
    },
    evt: { name: "exec", category: "Process Activity", outcome: "Success" },
    date: "2026-11-24T09:59:58.120331007Z",
    usr: { id: "root", group: "root" },
    container: { id: DATADOG_CONTAINER, created_at: "2026-11-24T08:00:00Z" },
    file: { path: "/usr/bin/x86_64-linux-gnu-gcc-12", uid: 0, gid: 0 },
    process: DATADOG_PROCESS,
    ...over,
  };
}

/** What the Agent sends: the event as text, with its tags beside it. */
export function datadogEnvelope(
  over: Json = {},
  tags: readonly string[] = DATADOG_TAGS,
  rest: Json = {},
): Json {
  return {
    message: JSON.stringify(datadogEvent(over)),
    status: "info",
    timestamp: 1_795_514_399_015,
    hostname: "node-7",
    service: "runtime-security-agent",
    ddsource: "runtime-security-agent",
    ddtags: tags.join(","),
    ...rest,
  };
}
