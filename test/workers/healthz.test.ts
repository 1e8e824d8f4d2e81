import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";

test("GET /healthz answers 200", async () => {
  const response = await exports.default.fetch("https://lull.test/healthz");
  expect(response.status).toBe(200);
});
