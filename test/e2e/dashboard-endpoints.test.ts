/** Endpoints of the real node in a real browser: made, tested, and a delivery sent again, at a real receiver. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Dashboard } from "./dashboard-browser.ts";

let dashboard: Dashboard;
let receiver: Server;
const received: { id: string; type: string }[] = [];
/** What the receiver answers. */
let status = 503;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { type } = JSON.parse(body) as { type: string };
      received.push({ id: String(request.headers["webhook-id"]), type });
      response.writeHead(status).end(`<h1 id="theirs">status ${status}</h1>`);
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  dashboard = await Dashboard.start({ LULL_ALLOW_PRIVATE_ENDPOINTS: "1" });
});

afterAll(async () => {
  await dashboard?.stop();
  receiver?.close();
});

afterEach(() => {
  expect(dashboard.takeComplaints()).toEqual([]);
});

test("an endpoint is made, its secret shown once, its test fails and arrives when it is sent again", async () => {
  const address = receiver.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const page = await dashboard.open(dashboard.signedIn, "/settings/endpoints");
  await page.getByRole("link", { name: "New endpoint" }).click();
  await page.fill("#endpoint-url", `http://127.0.0.1:${port}/hooks/lull`);
  await page.fill("#endpoint-description", "Ours");
  await page.getByRole("button", { name: "Make the endpoint" }).click();
  const secret = (await page.locator("#secret").textContent()) ?? "";
  expect(secret.trim()).toMatch(/^whsec_/);

  await page.getByRole("button", { name: "Send a test" }).click();
  await page.locator(".test-result").waitFor();
  const result = (await page.locator(".test-result").textContent()) ?? "";
  expect(result).toMatch(/refused, 503, in \d+ ms/);
  expect(result).toContain('<h1 id="theirs">status 503</h1>');
  await expect(page.locator("#theirs").count()).resolves.toBe(0);
  await expect(page.content()).resolves.not.toContain(secret.trim());

  status = 204;
  await page.getByRole("link", { name: "All of this delivery" }).click();
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText("arrived, 204").first().waitFor();
  // By hand, or by the retry that was due meanwhile: the receiver sees one message.
  expect(received.length).toBeGreaterThan(1);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(received[0]?.type).toBe("endpoint.test");

  await page.getByRole("link", { name: "The endpoint" }).click();
  await page.getByText("delivering").waitFor();
  await page.close();
});
