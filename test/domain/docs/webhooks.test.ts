/** docs/webhooks.md: its table is complete, and its snippet verifies what Lull sends. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HAPPENING_TYPES } from "../../../schema/happening.ts";
import { CHANNELS } from "../../../durable/channels/channels.ts";
import { newSecret } from "../../../durable/endpoint-secrets.ts";
import { WEBHOOK_EXAMPLES } from "../../../workers/openapi/example-endpoints.ts";
import { WEBHOOK_MEANINGS } from "../../../workers/openapi/webhooks.ts";
import { AT, happening } from "../webhooks/support.ts";

const text = readFileSync(new URL("../../../docs/webhooks.md", import.meta.url), "utf8");

test("every type stands in the table, with its meaning and its data", () => {
  const rows = [...text.matchAll(/^\| `(\w+\.\w+)` \| (.+) \| (.+) \|$/gm)].map(
    ([, type, meaning, data]) => [type, meaning, data?.match(/\w+/g)],
  );
  expect(rows.map(([type]) => type)).toEqual([...HAPPENING_TYPES]);
  for (const [type, meaning] of rows)
    expect(meaning).toBe(WEBHOOK_MEANINGS[type as (typeof HAPPENING_TYPES)[number]]);
  for (const [type, , data] of rows)
    expect(new Set(data)).toEqual(
      new Set(Object.keys(WEBHOOK_EXAMPLES[type as (typeof HAPPENING_TYPES)[number]])),
    );
});

test("the snippet takes what Lull sends, and nothing else", async () => {
  const snippet = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const url = `data:text/javascript,${encodeURIComponent(snippet)}`;
  const { verify } = (await import(/* @vite-ignore */ url)) as {
    verify: (secret: string, headers: object, body: string, nowMs: number) => unknown;
  };
  const secret = newSecret();
  const former = newSecret();
  const context = {
    id: "msg_1",
    tenant: "acme",
    endpoint: {
      id: "e1",
      url: "https://hooks.example.com/",
      format: "standard" as const,
      settings: {},
    },
    secrets: [secret, former],
    credential: "",
    publicUrl: null,
    at: AT,
  };
  const { headers, body } = await CHANNELS.standard.build(happening("signal.raised"), context);
  for (const known of [secret, former])
    expect(verify(known, headers, body, AT)).toEqual(JSON.parse(body));
  expect(verify(newSecret(), headers, body, AT)).toBeNull();
  expect(verify(secret, headers, `${body} `, AT)).toBeNull();
  expect(verify(secret, { ...headers, "webhook-id": "msg_2" }, body, AT)).toBeNull();
  expect(verify(secret, headers, body, AT + 301_000)).toBeNull();
  expect(verify(secret, {}, body, AT)).toBeNull();
});
