/** Cases of the real node in a real browser: made of ticked findings, edited by two at once, moved, and printed. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
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

async function caseOf(id: string): Promise<Record<string, unknown>> {
  return (await (await dashboard.node.api(`/api/v1/cases/${id}`)).json()) as Record<
    string,
    unknown
  >;
}

test("a case is made of ticked findings without JavaScript, and is worked on to the claim", async () => {
  const { node } = dashboard;
  for (const container of ["c0ffee00002a", "c0ffee00002b"])
    await node.intake(exec(container, "gcc"));
  const plain = await dashboard.withoutScript();
  const page = await dashboard.open(plain, "/findings");
  await eventually("both are listed", async () => {
    await page.reload();
    return (await page.locator(".pick").count()) === 2;
  });
  for (const box of await page.locator(".pick").all()) await box.check();
  await page.getByRole("button", { name: "Make a case of those ticked" }).click();
  await expect(page.locator("h1").textContent()).resolves.toBe("New case of 2 findings");
  await page.fill("#case-labels", "image");
  await page.getByRole("button", { name: "Make the case" }).click();
  await page.waitForURL(/\/cases\/LULL-1\?notice=created/);
  expect(await caseOf("LULL-1")).toMatchObject({ findings: { total: 2 }, labels: ["image"] });
  await page.locator(".tick").first().click();
  await page.locator(".step.is-done").waitFor();
  await page.fill("#note-body", "The image has **gcc**.");
  await page.getByRole("button", { name: "Add the note" }).click();
  await page.locator(".is-note strong", { hasText: "gcc" }).waitFor();
  await page.goto(`${node.url}/cases?view=board`);
  await page.locator(".card-menu summary").click();
  await page.getByRole("button", { name: "Mark as fixed" }).click();
  await page.waitForURL(/\/cases\?view=board$/);
  expect(await caseOf("LULL-1")).toMatchObject({ status: "fixed", proof: { state: "watching" } });
  await plain.close();
});

test("two who change the same see both versions, and none is lost", async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => dashboard.open(dashboard.signedIn, "/cases/LULL-1")),
  );
  if (one === undefined || other === undefined) throw new Error("no pages");
  for (const page of [one, other]) await page.getByText("Edit title and description").click();
  await one.fill("#case-description", "What one found.");
  await one.getByRole("button", { name: "Save" }).first().click();
  await one.waitForURL(/notice=saved/);
  await other.fill("#case-description", "What the other found.");
  // The browser names an answer that is an error, some time after it has come.
  const named = other.waitForEvent("console", (message) => message.text().includes("409"));
  await other.getByRole("button", { name: "Save" }).first().click();
  await named;
  expect(dashboard.takeComplaints().every((it) => it.includes("409"))).toBe(true);
  await expect(other.locator(".conflict").textContent()).resolves.toMatch(
    /as it is now by first admin.*What one found\./s,
  );
  await expect(other.inputValue("#case-description")).resolves.toBe("What the other found.");
  await other.fill("#case-description", "What one found. What the other found.");
  await other.getByRole("button", { name: "Save" }).first().click();
  await other.waitForURL(/notice=saved/);
  expect(await caseOf("LULL-1")).toMatchObject({
    description: "What one found. What the other found.",
  });
  await Promise.all([one.close(), other.close()]);
});

test("its pages fit a phone, and its record a sheet of paper without the frame", async () => {
  const page = await dashboard.open(dashboard.signedIn, "/cases/LULL-1/record");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".nav").isVisible()).resolves.toBe(false);
  await expect(page.locator("main").textContent()).resolves.toMatch(/The image has gcc\./);
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(paper.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(2);
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize(SIZES.phone);
  for (const path of ["", "?view=board", "/new", "/LULL-1", "/LULL-1/record", "/LULL-1/close"]) {
    await page.goto(`${dashboard.node.url}/cases${path}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over, `/cases${path} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  await page.locator(".nav-more summary").click();
  await page.locator(".nav-more").getByRole("link", { name: "Settings" }).click();
  await page.waitForURL(/\/settings\/members$/);
  await page.close();
});
