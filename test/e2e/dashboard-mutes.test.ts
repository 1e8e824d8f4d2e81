/** Mutes of the real node in a real browser: what they hide, and what is told of the time between. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Dashboard, exec } from "./dashboard-browser.ts";

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
});

afterAll(async () => {
  await dashboard?.stop();
});

afterEach(() => {
  expect(dashboard.takeComplaints()).toEqual([]);
});

async function totalCount(id: string): Promise<number> {
  const answer = await dashboard.node.api(`/api/v1/findings/${id}`);
  return ((await answer.json()) as { totalCount: number }).totalCount;
}

test("a finding is muted without JavaScript, is counted on, and says at the end what came meanwhile", async () => {
  const { node } = dashboard;
  await node.intake(exec("c0ffee00001a", "gcc"));
  const id = await dashboard.findingId("compiler-in-container");
  const plain = await dashboard.withoutScript();
  const page = await dashboard.open(plain, `/findings/${id}`);
  await page.getByRole("link", { name: "Mute", exact: true }).click();
  await page.selectOption("#mute-reason", "pending_fix");
  await page.fill("#mute-note", "The next image has none.");
  await page.getByRole("button", { name: "Mute" }).click();
  await page.waitForURL(new RegExp(`/findings/${id}$`));
  const note = page.locator(".notice.is-muted");
  await expect(note.textContent()).resolves.toMatch(
    /Muted by first admin: Fix on its way, The next image has none\./,
  );
  await page.goto(`${node.url}/findings?muted=true`);
  await expect(page.locator("#rows tr.is-muted").count()).resolves.toBe(1);
  await page.goto(node.url);
  const overview = await page.locator("h1").textContent();
  expect(overview).toContain("Nothing is open");
  expect(overview).toContain("1 more is muted");

  await node.intake(exec("c0ffee00001a", "gcc", ["again.c"]));
  await eventually("it is counted on", async () => (await totalCount(id)) === 2);
  await page.goto(`${node.url}/findings/${id}`);
  await page.getByRole("link", { name: "Un-mute" }).click();
  await expect(page.locator(".confirm").textContent()).resolves.toContain(
    "Meanwhile 1 event came.",
  );
  await page.getByRole("button", { name: "Un-mute" }).click();
  await page.waitForURL(/\/mutes\/\w+\?notice=ended/);
  await expect(page.locator(".meanwhile").textContent()).resolves.toContain("events1");
  await page.goto(`${node.url}/findings/${id}`);
  await expect(note.count()).resolves.toBe(0);
  await plain.close();
});

test("a scope shows what it would hide while it is typed, and hides what opens after it", async () => {
  const { node } = dashboard;
  const page = await dashboard.open(dashboard.signedIn, "/mutes");
  await page.getByRole("link", { name: "New mute" }).click();
  await page.locator("#mute-scope").pressSequentially('resource.namespace == "shop"');
  await page.locator(".preview").waitFor();
  await expect(page.locator(".preview").textContent()).resolves.toMatch(
    /Hides 1 finding on 1 workload and 1 host: 1 medium\..*every open finding/s,
  );
  // What was typed has stayed, and so has the focus.
  await expect(page.evaluate(() => document.activeElement?.id)).resolves.toBe("mute-scope");
  await page.selectOption("#mute-reason", "risk_accepted");
  await page.fill("#mute-note", "The shop is torn down next week.");
  await page.getByRole("button", { name: "Mute", exact: true }).click();
  await page.waitForURL(/\/mutes\/\w+\?notice=created/);
  await expect(page.locator("main").textContent()).resolves.toContain("hides 1 open finding");

  await node.intake(exec("c0ffee00001b", "gcc"));
  await eventually("what opens is hidden too", async () => {
    const answer = await node.api("/api/v1/findings?muted=true");
    const { items } = (await answer.json()) as { items: unknown[] };
    return items.length === 2;
  });
  await page.reload();
  await page.getByRole("link", { name: "End it" }).click();
  await expect(page.locator(".confirm").textContent()).resolves.toContain(
    "2 open findings are shown again",
  );
  await page.getByRole("button", { name: "End it" }).click();
  await page.waitForURL(/notice=ended/);
  await page.goto(`${node.url}/mutes`);
  await page.getByText("Nothing is muted").waitFor();
  await page.goto(`${node.url}/rules/changes`);
  await expect(page.locator("main").textContent()).resolves.toMatch(/un-muted[\s\S]*muted/);
  await page.close();
});

test("nothing is muted by a form of another site", async () => {
  const { cookies } = await dashboard.signedIn.storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const id = await dashboard.findingId("compiler-in-container");
  for (const path of ["/mutes/new", "/mutes/m/end", `/findings/${id}/mute`]) {
    const response = await fetch(dashboard.node.url + path, {
      method: "POST",
      headers: { cookie, origin: "https://elsewhere.example" },
      body: new URLSearchParams({ scope: "true", reason: "other", note: "n", term: "week" }),
      redirect: "manual",
    });
    expect(response.status).toBe(403);
  }
});
