/** Events for the examples: written by hand, in the shapes that agents send. They play at EXAMPLES_AT. */

export const NATIVE_BATCH = {
  agent: { id: "node-7-agent", kind: "native", version: "1.0", host: { name: "node-7" } },
  sentAt: "2026-11-24T10:00:00Z",
  dropped: 0,
  events: [
    {
      id: "e1",
      time: "2026-11-24T09:59:58.120Z",
      kind: "process",
      action: "exec",
      container: { id: "4f1c9a7be20d", name: "api", image: "shop/api:1.4" },
      k8s: { namespace: "shop", pod: "api-5d", workload: { kind: "Deployment", name: "api" } },
      user: { name: "root", uid: 0 },
      process: {
        exe: "/usr/bin/gcc",
        name: "gcc",
        args: ["-O2", "x.c"],
        pid: 812,
        tty: false,
        parent: { exe: "/bin/sh", name: "sh" },
      },
    },
  ],
};

export const FALCO_EVENT = {
  hostname: "node-7",
  time: "2026-11-24T09:59:57.482910331Z",
  rule: "Launch Package Management Process in Container",
  priority: "Error",
  source: "syscall",
  tags: ["container"],
  output: "Package management process launched in container",
  output_fields: {
    "container.id": "6bc1b4be90d6",
    "container.name": "worker",
    "container.image.repository": "shop/worker",
    "container.image.tag": "2.0",
    "k8s.ns.name": "shop",
    "k8s.pod.name": "worker-7c-x2k9p",
    "proc.name": "apt-get",
    "proc.exepath": "/usr/bin/apt-get",
    "proc.cmdline": "apt-get install curl",
    "proc.pname": "sh",
    "user.name": "root",
    "user.uid": 0,
    "evt.type": "execve",
  },
};

/** What falcosidekick's and Knative's kind of sender makes of an event, in structured mode. */
export const CLOUD_EVENT = {
  specversion: "1.0",
  id: "a7d1",
  source: "/clusters/eu-1/falco",
  type: "falco.rule.output.v1",
  time: "2026-11-24T09:59:57.482Z",
  datacontenttype: "application/json",
  data: FALCO_EVENT,
};

/** Two lines of Tetragon's export, as a shipper reads them from its file. */
export const TETRAGON_LINES = [
  {
    process_exec: {
      process: {
        exec_id: "bm9kZS03OjE4Mzc6ODEy",
        pid: 812,
        uid: 0,
        cwd: "/srv",
        binary: "/usr/bin/gcc",
        arguments: "-O2 x.c",
        start_time: "2026-11-24T09:59:58.120331007Z",
        pod: {
          namespace: "shop",
          name: "api-5d",
          container: {
            id: "containerd://4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c",
            name: "api",
            image: { id: "shop/api@sha256:ab12", name: "shop/api:1.4" },
          },
          workload: "api",
          workload_kind: "Deployment",
        },
      },
      parent: { exec_id: "bm9kZS03OjE4MzA6NDE=", pid: 41, binary: "/bin/sh" },
    },
    node_name: "node-7",
    time: "2026-11-24T09:59:58.120331007Z",
  },
  {
    process_exit: {
      process: { exec_id: "bm9kZS03OjE4Mzc6ODEy", pid: 812, binary: "/usr/bin/gcc" },
      time: "2026-11-24T09:59:59.004120551Z",
    },
    node_name: "node-7",
    time: "2026-11-24T09:59:59.004120551Z",
  },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join("");

/** What a Datadog Agent sends: an array, each event as text with its tags beside it. */
export const DATADOG_BATCH = [
  {
    message: JSON.stringify({
      title: "A compiler was executed inside of a container",
      agent: { rule_id: "compiler_in_container", policy_name: "default.policy", version: "7.71.2" },
      evt: { name: "exec", category: "Process Activity", outcome: "Success" },
      date: "2026-11-24T09:59:58.120331007Z",
      container: { id: "4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c" },
      process: {
        pid: 812,
        comm: "gcc",
        args: ["-O2", "x.c"],
        executable: { path: "/usr/bin/gcc", name: "gcc" },
        parent: { pid: 41, comm: "sh", executable: { path: "/bin/sh", name: "sh" } },
      },
    }),
    hostname: "node-7",
    service: "runtime-security-agent",
    ddsource: "runtime-security-agent",
    ddtags:
      "rule_id:compiler_in_container,image_name:shop/api,image_tag:1.4,kube_container_name:api,kube_namespace:shop,kube_deployment:api",
  },
];
