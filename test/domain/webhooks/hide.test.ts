/** What of a secret can be read anywhere: nothing. */
import { expect, test } from "vitest";
import { attemptRecord } from "../../../durable/attempt-record.ts";
import { hide } from "../../../durable/channels/hide.ts";
import { MAX_ANSWER_BYTES } from "../../../schema/limits.ts";
import { AT } from "./support.ts";

const TOKEN = 'ghp_a1/b2"c3+d4';

test("a secret is hidden as it is, in JSON, and in an address", () => {
  const text = `Bearer ${TOKEN}; ${JSON.stringify({ TOKEN })}; ?key=${encodeURIComponent(TOKEN)}`;
  expect(hide(text, [TOKEN])).toBe('Bearer …; {"TOKEN":"…"}; ?key=…');
});

test("one that holds another leaves nothing of it", () => {
  expect(hide("Authorization: Basic YWJjOmRlZg==", ["YWJj", "Basic YWJjOmRlZg=="])).toBe(
    "Authorization: …",
  );
});

test("nor does a text that was cut off within it", () => {
  expect(hide("you sent ghp_a1/", [TOKEN])).toBe("you sent …");
  expect(hide("a graph", ["ghp_a1"])).toBe("a graph");
});

test("no secret hides nothing", () => {
  expect(hide("as it was", ["", ""])).toBe("as it was");
});

test("an attempt is kept without them, wherever they stand", () => {
  const record = attemptRecord(
    {
      method: "POST",
      url: `https://chat.example.com/${TOKEN}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      body: "{}",
      hidden: [TOKEN],
    },
    {
      outcome: "status",
      status: 401,
      // The secret begins before what is kept of the answer ends.
      answer: `${"x".repeat(MAX_ANSWER_BYTES - 3)}${TOKEN}`,
      error: `no ${TOKEN}`,
      retryAfterMs: null,
    },
    AT,
    AT + 5,
  );
  expect(JSON.stringify(record)).not.toContain("ghp");
  expect(record).toMatchObject({
    url: "https://chat.example.com/…",
    headers: { authorization: "Bearer …" },
    error: "no …",
    latencyMs: 5,
  });
});
