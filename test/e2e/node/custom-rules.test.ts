/** Custom rules over the real node: as large as they may be, in any script, and kept over a restart. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { MAX_CUSTOM_RULE_CHARS } from "../../../schema/limits.ts";
import { type RunningNode, startNode } from "../../support/node.ts";

let node: RunningNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.dispose());

async function api(path: string, method = "GET", body?: object): Promise<unknown> {
  const response = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${node.credentials.apiToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const texts = z.object({ why: z.string(), good: z.string(), remediation: z.string() });
const history = z.object({ items: z.array(z.object({ action: z.string(), detail: texts })) });

test("a rule of 16 KiB of Japanese arrives whole, and is there after a crash, with its history", async () => {
  // Its other fields take less than 500 characters.
  const text = "危険な振る舞い".repeat(3_000).slice(0, MAX_CUSTOM_RULE_CHARS - 500);
  const written = {
    why: text.slice(0, 8_000),
    good: text.slice(8_000, 15_000),
    remediation: text.slice(15_000),
  };
  await api("/rules", "POST", {
    id: "large",
    title: "大きなルール",
    class: "posture",
    severity: "low",
    scope: ["container"],
    quietPeriod: "1h",
    phrase: "{process} ran",
    matchers: [{ on: "event", kind: "process", actions: ["exec"] }],
    ...written,
  });
  await node.kill("SIGKILL");
  await node.start();
  expect(texts.parse(await api("/rules/large"))).toEqual(written);
  const { items } = history.parse(await api("/ruleset/changes"));
  expect(items).toEqual([{ action: "rule.created", detail: written }]);
}, 120_000);
