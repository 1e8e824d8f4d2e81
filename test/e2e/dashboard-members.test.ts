/** Members of the real node in real browsers: invited, let in once, and allowed what their role allows. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { Dashboard, exec, SIZES } from "./dashboard-browser.ts";

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

async function invite(page: Page, name: string, role: string): Promise<string> {
  await page.fill("#member-name", name);
  await page.fill("#member-email", `${role}@example.com`);
  await page.selectOption("#member-role", role);
  await page.getByRole("button", { name: "Make the link" }).click();
  return (await page.locator("#invite-link").textContent()) ?? "";
}

async function isDisabled(page: Page, word: string): Promise<[boolean, string | null]> {
  const button = page.getByRole("button", { name: word, exact: true });
  return [await button.isDisabled(), await button.getAttribute("title")];
}

test("who is invited signs in once, sees what their role forbids, and is out when disabled", async () => {
  const { node } = dashboard;
  await node.intake(exec("c0ffee00002a", "gcc"));
  const id = await dashboard.findingId("compiler-in-container");
  const admin = await dashboard.open(dashboard.signedIn, "/settings/members");
  const link = await invite(admin, "Grace Lindqvist", "viewer");
  expect(link.trim()).toMatch(new RegExp(`^${node.url}/sign-in\\?token=`));

  const theirs = await dashboard.browser.newContext({ viewport: SIZES.desktop });
  const page = await theirs.newPage();
  // A preview of the link, and a second look.
  await fetch(link.trim());
  await page.goto(link.trim());
  await expect(page.locator("h1").textContent()).resolves.toBe("Sign in as Grace Lindqvist");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${node.url}/`);
  await expect(page.locator(".reader").textContent()).resolves.toBe("Grace Lindqvist");

  await page.goto(`${node.url}/findings/${id}`);
  for (const word of ["Mute", "Mark as fixed"]) {
    const [disabled, why] = await isDisabled(page, word);
    expect(disabled).toBe(true);
    expect(why).toContain("This needs the role responder. Yours is viewer");
  }
  await page.goto(`${node.url}/settings/members`);
  await expect(page.locator("form.form").count()).resolves.toBe(0);

  await admin.goto(`${node.url}/settings/members`);
  await admin.getByRole("link", { name: "Grace Lindqvist" }).click();
  await admin.selectOption("#member-role", "responder");
  await admin.getByRole("button", { name: "Save" }).click();
  await admin.waitForURL(/notice=saved/);
  await page.goto(`${node.url}/findings/${id}`);
  await page.getByRole("button", { name: "Mark as fixed" }).click();
  await expect(page.locator("#fixed").textContent()).resolves.toContain("Grace Lindqvist said");

  await admin.getByRole("button", { name: "Disable" }).click();
  await admin.waitForURL(/notice=disabled/);
  expect((await page.goto(`${node.url}/findings`))?.status()).toBe(401);
  await page.goto(link.trim());
  await expect(page.locator("main").textContent()).resolves.toContain("has been disabled");
  await theirs.close();
  await admin.close();
});
