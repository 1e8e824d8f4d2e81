/** The rate of a key: the binding counts tickets, each of which covers several requests. */
import { expect, test } from "vitest";
import { RATE_BLOCK_MS, REQUESTS_PER_TICKET } from "../../../schema/limits.ts";
import { KeyRates } from "../../../workers/ingest/rate.ts";

/** A binding that grants so many tickets, and counts how often it was asked. */
function binding(tickets: number) {
  const asked = { times: 0 };
  const ask = () => Promise.resolve(++asked.times <= tickets);
  return { asked, ask };
}

async function admitted(
  rates: KeyRates,
  key: string,
  n: number,
  now: number,
  ask: () => Promise<boolean>,
) {
  let count = 0;
  for (let i = 0; i < n; i++)
    // One after the other, as requests come.
    // oxlint-disable-next-line no-await-in-loop
    if (await rates.admits(key, now, ask)) count++;
  return count;
}

test("a key gets as many requests as its tickets cover, and each ticket is asked for once", async () => {
  const { asked, ask } = binding(3);
  expect(await admitted(new KeyRates(), "a", 1_000, 0, ask)).toBe(3 * REQUESTS_PER_TICKET);
  // Refused once; a flood costs no further call.
  expect(asked.times).toBe(4);
});

test("a refused key is asked for again after a while", async () => {
  const rates = new KeyRates();
  await admitted(rates, "a", 1, 0, () => Promise.resolve(false));
  const { ask } = binding(1);
  expect(await rates.admits("a", RATE_BLOCK_MS - 1, ask)).toBe(false);
  expect(await rates.admits("a", RATE_BLOCK_MS, ask)).toBe(true);
});

test("keys do not share", async () => {
  const rates = new KeyRates();
  expect(await rates.admits("a", 0, () => Promise.resolve(false))).toBe(false);
  expect(await rates.admits("b", 0, () => Promise.resolve(true))).toBe(true);
});
