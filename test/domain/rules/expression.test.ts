/** What conditions see of an event, and of what it does not say. */
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import {
  CEL_OBJECTS,
  CEL_SCALARS,
  CelContext,
  executableName,
} from "../../../workers/rules/cel.ts";
import { compileExpression } from "../../../workers/rules/expression.ts";

const BARE: LullEvent = { time: 0, format: "native", kind: "process", action: "exec" };

const FULL: LullEvent = {
  ...BARE,
  agentRule: "rule",
  message: "text",
  tags: ["a"],
  syscall: "execve",
  host: { id: "h1", name: "node-7" },
  container: { id: "c1", name: "api", image: "shop/api:1.4", imageDigest: "sha256:0" },
  k8s: {
    cluster: "eu-1",
    namespace: "shop",
    pod: "api-5d",
    workload: { kind: "Deployment", name: "api" },
  },
  service: "api",
  user: { name: "root", uid: 0, loginUid: 1000 },
  process: {
    exe: "/usr/bin/gcc",
    name: "gcc",
    args: ["-O2", "x.c"],
    pid: 812,
    tty: true,
    cwd: "/src",
    parent: { exe: "/bin/sh", name: "sh" },
  },
  file: { path: "/etc/x", flags: "O_RDWR" },
  network: {
    ip: "203.0.113.7",
    port: 443,
    hostname: "x.example",
    protocol: "tcp",
    direction: "outbound",
  },
  facts: { cgroupVersion: 1 },
};

function evaluate(source: string, event: LullEvent) {
  const compiled = compileExpression(source);
  return compiled.ok ? compiled.evaluate(new CelContext(event)) : compiled.error;
}

test.each([
  `event.format == "native" && event.kind == "process" && event.action == "exec"`,
  `event.agentRule == "rule" && event.message == "text" && "a" in event.tags && event.syscall == "execve"`,
  `host.id == "h1" && host.name == "node-7"`,
  `container.id == "c1" && container.name == "api" && container.image == "shop/api:1.4" && container.imageDigest == "sha256:0"`,
  `k8s.cluster == "eu-1" && k8s.namespace == "shop" && k8s.pod == "api-5d" && k8s.workload == "api" && k8s.workloadKind == "Deployment"`,
  `service == "api" && user.name == "root" && user.uid == 0 && user.loginUid == 1000`,
  `process.exe == "/usr/bin/gcc" && process.name == "gcc" && process.pid == 812 && process.tty && process.cwd == "/src"`,
  `process.args == ["-O2", "x.c"] && process.cmdline == "gcc -O2 x.c"`,
  `process.parent.exe == "/bin/sh" && process.parent.name == "sh"`,
  `file.path == "/etc/x" && file.flags == "O_RDWR"`,
  `network.ip == "203.0.113.7" && network.port == 443 && network.hostname == "x.example"`,
  `network.protocol == "tcp" && network.direction == "outbound"`,
  `has(facts.cgroupVersion) && facts.cgroupVersion == 1`,
  `file.path.startsWithAny(["/bin/", "/etc/"]) && file.path.endsWithAny(["/x"]) && file.path.containsAny(["tc"])`,
  `!file.path.startsWithAny([]) && !file.path.containsAny(["y"])`,
])("reads %s", (source) => {
  expect(evaluate(source, FULL)).toBe(true);
});

describe("what an event does not say", () => {
  const EMPTY: Readonly<Record<string, string>> = {
    string: `== ""`,
    int: "== 0",
    bool: "== false",
    "list<string>": "== []",
  };
  const fields = CEL_OBJECTS.flatMap(({ variable, fields: declared }) =>
    Object.entries(declared).map(([field, { type }]) => ({
      path: variable === null ? `process.parent.${field}` : `${variable}.${field}`,
      type,
    })),
  ).filter(({ path }) => !["event.format", "event.kind", "event.action"].includes(path));

  test.each(fields.filter(({ type }) => type !== "Parent"))("$path is empty", ({ path, type }) => {
    // 0 is root's id: it cannot stand for unknown.
    const empty = path.startsWith("user.") && type === "int" ? "== -1" : EMPTY[type];
    expect(evaluate(`${path} ${empty}`, BARE)).toBe(true);
  });

  test("facts is an empty map", () => {
    expect(evaluate("has(facts.x)", BARE)).toBe(false);
    expect(evaluate("size(facts) == 0", BARE)).toBe(true);
  });

  test("every declared scalar is there", () => {
    for (const { variable } of CEL_SCALARS) expect(new CelContext(BARE)[variable]).toBeDefined();
  });
});

describe("what a process is called", () => {
  test.each([
    [{ name: "sh", exe: "/bin/busybox" }, "sh"],
    [{ exe: "/usr/bin/gcc" }, "gcc"],
    [{ name: "", exe: "/usr/bin/gcc" }, "gcc"],
    [{ exe: "gcc" }, "gcc"],
    [{ name: "x86_64-linux-gn", exe: "/usr/bin/x86_64-linux-gnu-gcc" }, "x86_64-linux-gnu-gcc"],
    [{ name: "my-15-character", exe: "/usr/bin/python3" }, "my-15-character"],
    [{ name: "containerd-shim" }, "containerd-shim"],
    [{ exe: "/" }, ""],
    [{}, ""],
    [undefined, ""],
  ])("%j is %j", (process, name) => {
    expect(executableName(process)).toBe(name);
  });
});
