/** The guides in docs/agents: what they tell a reader to send leads to what they say Lull shows. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AGENT_FORMATS, type AgentFormat } from "../../../schema/event.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";

const dir = new URL("../../../docs/agents/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, dir), "utf8");
const files = readdirSync(dir).filter((file) => file.endsWith(".md"));
/** Not about one agent. */
const GENERAL = new Set(["README.md", "heartbeat.md"]);
const guides = files.filter((file) => !GENERAL.has(file));

const HEADINGS = [
  "What you get",
  "Configuration",
  "Authentication",
  "Host identity",
  "Heartbeats",
  "Batching and buffering",
  "See it work",
  "Troubleshooting",
  "Sources",
];

const NOW = Date.parse("2026-11-24T10:00:00.000Z");
/** What the shell makes of the dates in a here-document. */
const DATES: Readonly<Record<string, string>> = {
  "+%s": String(NOW / 1_000),
  "-u +%Y-%m-%dT%H:%M:%SZ": "2026-11-24T10:00:00Z",
  "-u +%Y-%m-%dT%H:%M:%S.120Z": "2026-11-24T09:59:59.120Z",
  "-u +%Y-%m-%dT%H:%M:%S.000000000Z": "2026-11-24T10:00:00.000000000Z",
};

interface Example {
  /** Of the address that curl is given. */
  path: string;
  body: string;
  /** Ids of the rules that the guide names. */
  findings: string[];
  signals: string[];
}

function exampleOf(guide: string): Example {
  const section = /^## See it work$([\s\S]*?)^## /m.exec(read(guide))?.[1] ?? "";
  const curl = /^curl "\$LULL(\/[^"?]*)[\s\S]*?<<EOF\n([\s\S]*?)\nEOF$/m.exec(section);
  const path = curl?.[1] ?? "";
  const body = (curl?.[2] ?? "").replaceAll(/\$\(date ([^)]*)\)/g, (_, how: string) => {
    const date = DATES[how];
    if (date === undefined) throw new Error(`${guide}: no such date: ${how}`);
    return date;
  });
  const named = (what: string) =>
    Array.from(section.matchAll(new RegExp(`the ${what} \`([^\`]+)\``, "g")), ([, id = ""]) => id);
  return { path, body, findings: named("finding"), signals: named("signal") };
}

/** The events of a body, of those addresses that put a frame of their own around them. */
function unframed({ path, body }: Example): string {
  if (path.endsWith("/_bulk"))
    return body
      .split("\n")
      .filter((_, line) => line % 2 === 1)
      .join("\n");
  if (path === "/v1/logs")
    return Array.from(
      body.matchAll(/"body":\{"stringValue":("(?:[^"\\]|\\.)*")\}/g),
      ([, line = ""]) => String(JSON.parse(line)),
    ).join("\n");
  return body;
}

function formatOf(path: string): AgentFormat | null {
  if (path.startsWith("/api/v2/")) return "datadog";
  return AGENT_FORMATS.find((format) => path === `/v1/events/${format}`) ?? null;
}

describe.each(guides)("%s", (guide) => {
  test("has the headings that all guides have", () => {
    expect(Array.from(read(guide).matchAll(/^## (.+)$/gm), ([, heading]) => heading)).toEqual(
      HEADINGS,
    );
  });

  test("shows a payload that leads to what it names", () => {
    const example = exampleOf(guide);
    const decoded = decodeBatch(unframed(example), {
      format: formatOf(example.path),
      receivedAt: NOW,
    });
    if (!decoded.ok) throw new Error(decoded.problem.detail);
    const engine = compileRuleset({ version: 1, hash: "sha256:0", rules: RULE_PACK });
    expect(decoded.value.items).not.toHaveLength(0);
    const matched = decoded.value.items.flatMap((item) => {
      if (item.type !== "event") throw new Error(`not an event: ${JSON.stringify(item)}`);
      return engine.match(item.event, item.event.container === undefined ? "host" : "container");
    });
    const ids = (classes: readonly string[]) =>
      matched.filter((rule) => classes.includes(rule.class)).map(({ id }) => String(id));
    expect(example.findings.length + example.signals.length).toBeGreaterThan(0);
    expect(ids(["posture", "both"])).toEqual(example.findings);
    expect(ids(["threat", "both"])).toEqual(example.signals);
  });
});

test("the index links every guide, and no other", () => {
  const linked = Array.from(
    read("README.md").matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm),
    ([, to]) => to,
  );
  expect(linked.toSorted()).toEqual(guides.toSorted());
});

test.each(files)(
  "%s: every fragment of JSON is JSON, and every link to a file leads somewhere",
  (file) => {
    const text = read(file);
    for (const [, json = ""] of text.matchAll(/^```json\n([\s\S]*?)^```$/gm))
      expect(() => JSON.parse(json)).not.toThrow();
    for (const [, to = ""] of text.matchAll(/\]\(([^)#:]+\.md)(?:#[^)]*)?\)/g))
      expect(() => read(to)).not.toThrow();
  },
);
