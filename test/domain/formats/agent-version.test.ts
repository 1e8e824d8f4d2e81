/** An agent whose events tell its version is known by it. */
import { expect, test } from "vitest";
import { datadogEnvelope, datadogEvent } from "./datadog-fixtures.ts";
import { falcoAlert, itemOf, ocsfEvent, type Json } from "./fixtures.ts";

const auditbeat = (agent: Json): Json => ({
  "@timestamp": "2026-11-24T09:59:58.120Z",
  event: { module: "auditd", action: "executed" },
  auditd: { data: { syscall: "execve" } },
  host: { name: "node-7" },
  agent,
});

const agentOf = (raw: Json) => {
  const item = itemOf(raw);
  if (item.type !== "event") throw new Error(JSON.stringify(item));
  return item.agent;
};

test("auditbeat, the Datadog Agent and OCSF tell it", () => {
  expect(agentOf(auditbeat({ version: "9.1.0" }))).toEqual({
    id: "auditd",
    kind: "auditd",
    version: "9.1.0",
  });
  const inner = datadogEvent({ agent: { rule_id: "compiler_in_container", version: "7.71.0" } });
  expect(agentOf(datadogEnvelope(inner))?.version).toBe("7.71.0");
  const product = { name: "Agent", version: "2.0" };
  expect(agentOf(ocsfEvent(1007, { metadata: { product } }))?.version).toBe("2.0");
});

test("each event has its own agent's, also where versions take turns", () => {
  const versions = ["9.1.0", "9.2.0", "9.1.0"];
  const agents = versions.map((version) => agentOf(auditbeat({ version })));
  expect(agents.map((agent) => agent?.version)).toEqual(versions);
});

test("what tells none, or nonsense, is an agent without a version", () => {
  expect(agentOf(falcoAlert({}))).toBeUndefined();
  for (const version of [undefined, "", 9, "9".repeat(65)])
    expect(agentOf(auditbeat({ version }))).toBeUndefined();
});
