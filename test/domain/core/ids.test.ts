/** Identifiers: what passes, and which spellings name the same thing. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  agentId,
  batchId,
  containerIdentity,
  containerResourceId,
  hostResourceId,
  looksLikeContainerId,
  parseFindingId,
  parseResourceId,
  parseRuleId,
  parseSignalId,
  parseTenantId,
  resourceTypeOf,
  ruleId,
} from "../../../schema/ids.ts";

const LONG = "4f1c9a0b2d3e".padEnd(64, "7");

test.each([
  ["tenant", parseTenantId, "acme-1", ["", "-a", "Acme", "a_b", "a".repeat(33)]],
  ["rule", parseRuleId, "compiler-in-container", ["", "-a", "A", "a_b", "a".repeat(65)]],
  [
    "finding",
    parseFindingId,
    `f${"0".repeat(24)}`,
    ["", `s${"0".repeat(24)}`, `f${"0".repeat(23)}`],
  ],
  ["signal", parseSignalId, `s${"z".repeat(24)}`, ["", `f${"0".repeat(24)}`, `s${"0".repeat(25)}`]],
  [
    "resource",
    parseResourceId,
    "host:node-7",
    ["", "host:", "node-7", "pod:x", `host:${"a".repeat(254)}`],
  ],
])("a %s id is taken as it is, and nothing like it", (_, parse, good, bad) => {
  expect(parse(good)).toBe(good);
  for (const text of bad) expect(parse(text)).toBeNull();
});

test("a bad rule id in the pack is a bug, and throws", () => {
  expect(() => ruleId("Not A Rule")).toThrow("not a rule id");
});

describe("a container", () => {
  test.each([
    LONG,
    LONG.slice(0, 12),
    `docker://${LONG}`,
    `containerd://${LONG}`,
    LONG.toUpperCase(),
  ])("is the same as %s", (spelling) => {
    expect(containerIdentity(spelling)).toBe("4f1c9a0b2d3e");
  });

  test("whose id is not hexadecimal is its own identity, letter by letter", () => {
    expect(containerIdentity(" Task-ab12 ")).toBe("Task-ab12");
    expect(containerIdentity("cri-o://Task-ab12")).toBe("Task-ab12");
  });

  test("keeps its identity when it is identified again", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-fA-Fxyz-]{1,80}$/), (id) => {
        const once = containerIdentity(id);
        expect(containerIdentity(once)).toBe(once);
      }),
    );
  });
});

describe("a host", () => {
  test("is the same in any case, and within blanks", () => {
    expect(hostResourceId(" Node-7.Example ")).toBe(hostResourceId("node-7.example"));
  });

  test("is not a container, though its name may look like one", () => {
    expect(resourceTypeOf(hostResourceId(LONG))).toBe("host");
    expect(resourceTypeOf(containerResourceId(LONG))).toBe("container");
    expect(looksLikeContainerId(LONG)).toBe(true);
    expect(looksLikeContainerId(LONG.slice(0, 12))).toBe(true);
    expect(looksLikeContainerId(LONG.slice(0, 13))).toBe(false);
    expect(looksLikeContainerId("node-7")).toBe(false);
  });
});

test("what agents call themselves and their batches is trimmed and bounded", () => {
  expect(agentId("  falco  ")).toBe("falco");
  expect(agentId("a".repeat(500))).toHaveLength(128);
  expect(batchId("b".repeat(500))).toHaveLength(256);
});
