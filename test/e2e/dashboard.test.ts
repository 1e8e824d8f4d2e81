/** The dashboard of the real node in a real browser: what a reader sees and does, start to end. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Dashboard, exec, SIZES } from "./dashboard-browser.ts";

const PAGES = [
  "/",
  "/findings",
  "/findings?groupBy=workload",
  "/rollups",
  "/history",
  "/signals",
  "/rules",
  "/rules/new",
  "/rules/changes",
  "/rules/compiler-in-container",
  "/exceptions",
  "/exceptions/new",
  "/coverage",
  "/intake",
  "/intake?window=30d",
];

let dashboard: Dashboard;

/** Pixels by which a page is wider than what it is read in. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

beforeAll(async () => {
  dashboard = await Dashboard.start();
});

afterAll(async () => {
  await dashboard?.stop();
});

afterEach(() => {
  expect(dashboard.takeComplaints()).toEqual([]);
});

describe("signing in", () => {
  test("a page without a session says how to sign in", async () => {
    const context = await dashboard.browser.newContext();
    const page = await context.newPage();
    const response = await page.goto(`${dashboard.node.url}/findings`);
    expect(response?.status()).toBe(401);
    await expect(page.locator("h1").textContent()).resolves.toBe("Sign in");
    await context.close();
  });

  test("the link of the start works once", async () => {
    const context = await dashboard.browser.newContext();
    const page = await context.newPage();
    await page.goto(dashboard.node.credentials.signInUrl);
    await expect(page.locator("main").textContent()).resolves.toContain("has been used");
    await context.close();
  });
});

describe("a finding", () => {
  test("is listed by its sentence and opens to its evidence, its picture and what to do", async () => {
    await dashboard.node.intake(exec("c0ffee000001", "gcc", ["-O2", "evidence.c"]));
    await dashboard.findingId("compiler-in-container");
    const page = await dashboard.open(dashboard.signedIn, "/findings?rule=compiler-in-container");
    await page
      .getByRole("link", { name: /gcc ran in api \(shop, node-7\)/ })
      .first()
      .click();
    await page.waitForURL(/\/findings\/f[0-9a-f]{24}/);
    const text = await page.locator("main").textContent();
    expect(text).toContain("evidence.c");
    expect(text).toContain("shop/api:1.4");
    await expect(page.locator("main svg").count()).resolves.toBeGreaterThan(0);
    await page.close();
  });

  test("resolves before the reader's eyes and stands in the history", async () => {
    await dashboard.node.api("/api/v1/rules/interactive-shell-in-container", {
      method: "PATCH",
      body: { quietPeriod: "2s" },
    });
    const shell = exec("c0ffee000002", "bash");
    const events = shell.events.map((event) => ({
      ...event,
      process: { ...event.process, tty: true },
    }));
    await dashboard.node.intake({ ...shell, events });
    const id = await dashboard.findingId("interactive-shell-in-container");
    const page = await dashboard.open(dashboard.signedIn, `/findings/${id}`);
    // The live part of the page refreshes itself: nobody reloads here.
    await page.locator("h1", { hasText: "resolved" }).waitFor({ timeout: 20_000 });
    await eventually("the history lists it", async () => {
      await page.goto(`${dashboard.node.url}/history`);
      return (await page.locator("main").textContent())?.includes("bash ran on a terminal");
    });
    await page.close();
  });

  test("is found by filters that stand in the address, without JavaScript too", async () => {
    await dashboard.node.intake(exec("c0ffee000003", "gcc"));
    await dashboard.findingId("compiler-in-container");
    const plain = await dashboard.withoutScript();
    const page = await dashboard.open(plain, "/findings?namespace=shop&q=gcc");
    await expect(page.locator("main").textContent()).resolves.toContain("gcc ran in api");
    await page.goto(`${dashboard.node.url}/findings?namespace=elsewhere`);
    await expect(page.locator("main").textContent()).resolves.not.toContain("gcc ran in api");
    await plain.close();
  });
});

describe("a finding that is said to be fixed", () => {
  test("is marked without JavaScript, and has regressed when it goes on", async () => {
    const write = (args: string[]) =>
      dashboard.node.intake(exec("c0ffee000005", "apt-get", ["install", ...args]));
    await write(["vim"]);
    const id = await dashboard.findingId("package-manager-in-container");
    const plain = await dashboard.withoutScript();
    const page = await dashboard.open(plain, `/findings/${id}`);
    await page.fill("#fix-note", "vim is in the image now");
    await page.getByRole("button", { name: "Mark as fixed" }).click();
    await page.waitForURL(new RegExp(`/findings/${id}$`));
    const claimed = await page.locator("#fixed").textContent();
    expect(claimed).toMatch(
      /said just now that it was fixed \(vim is in the image now\); being verified/,
    );
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByRole("button", { name: "Mark as fixed" }).click();
    await write(["emacs"]);
    await eventually("the event is seen", async () => {
      await page.reload();
      return (await page.locator("#fixed").textContent())?.includes("It has regressed");
    });
    await expect(page.locator(".finding-head .status.is-regressed").count()).resolves.toBe(1);
    await plain.close();
  });
});

describe("a certificate", () => {
  test("is read from the history, saved as the API serves it, and printed on one sheet", async () => {
    await dashboard.node.api("/api/v1/rules/compiler-in-container", {
      method: "PATCH",
      body: { quietPeriod: "1s" },
    });
    await dashboard.node.intake(exec("c0ffee000004", "gcc", ["certified.c"]));
    const id = await eventually("the episode is written", async () => {
      const answer = await dashboard.node.api(
        "/api/v1/findings?resource=c0ffee000004&status=resolved",
      );
      const { items } = (await answer.json()) as { items: { id: string }[] };
      return items[0]?.id;
    });
    const page = await dashboard.open(dashboard.signedIn, `/findings/${id}`);
    await page.locator("h1 a", { hasText: "Certificate" }).click();
    await page.locator("h1", { hasText: "nobody can say who was watching" }).waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download certificate" }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe(`lull-${id}-episode-1.jws`);
    const saved = readFileSync(await download.path(), "utf8");
    expect((await page.locator("#jws").textContent())?.trim()).toBe(saved);
    const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(paper.match(/\/Type \/Page\b/g)).toHaveLength(1);
    await page.setViewportSize(SIZES.phone);
    expect(await overflowOf(page), "the certificate scrolls sideways").toBeLessThanOrEqual(0);
    await page.close();
  });
});

describe("a roll-up", () => {
  test("shows the containers of a workload on one axis, and leads to their findings", async () => {
    await dashboard.node.intake(exec("c0ffee000005", "apt-get", ["install", "curl"]));
    await dashboard.node.intake(exec("c0ffee000006", "apt-get", ["install", "curl"]));
    const id = await dashboard.findingId("package-manager-in-container");
    const page = await dashboard.open(dashboard.signedIn, `/findings/${id}`);
    await page.getByRole("link", { name: "The same across this workload’s containers" }).click();
    const lanes = page.locator("figure.lanes .lane-row a");
    await eventually("both containers have a lane", async () => {
      await page.reload();
      return (await lanes.count()) === 2;
    });
    await page.setViewportSize(SIZES.phone);
    expect(await overflowOf(page), "the roll-up scrolls sideways").toBeLessThanOrEqual(0);
    await lanes.first().click();
    await page.waitForURL(/\/findings\/f[0-9a-f]{24}$/);
    await page.close();
  });
});

describe("coverage", () => {
  test("shows an agent that fell silent from the overview on, until its host is out of service", async () => {
    const beat = {
      agent: { id: "watcher", kind: "native", version: "2.1", host: { name: "node-9" } },
      sentAt: new Date().toISOString(),
      intervalMs: 1_000,
    };
    expect((await dashboard.node.heartbeat(beat)).status).toBe(200);
    const plain = await dashboard.withoutScript();
    const page = await dashboard.open(plain, "/");
    await eventually("the overview tells of it", async () => {
      await page.reload();
      return (await page.locator("main").textContent())?.includes("1 agent is silent");
    });
    await page.getByRole("link", { name: "1 agent is silent" }).click();
    await page.getByRole("link", { name: "node-9" }).click();
    await expect(page.locator("h1").textContent()).resolves.toContain(
      "Nobody is known to watch node-9: native 2.1 has fallen silent; its open finding is unverified.",
    );
    await expect(page.locator("main").textContent()).resolves.toContain(
      "native (watcher) fell silent on node-9",
    );
    await page.getByRole("link", { name: "This host is out of service" }).click();
    await expect(page.locator("main").textContent()).resolves.toMatch(
      /Ends 1 open finding on it .*1 agent is no longer expected: native 2\.1\./s,
    );
    await page.getByRole("button", { name: "It is out of service" }).click();
    await page.waitForURL(/notice=gone/);
    await eventually("it leaves the list", async () => {
      await page.reload();
      return (await page.getByRole("link", { name: "node-9" }).count()) === 0;
    });
    const ended = await dashboard.node.api("/api/v1/findings?host=node-9&status=resolved");
    expect(await ended.json()).toMatchObject({ items: [{ resolution: "resource_gone" }] });
    await plain.close();
  });

  test("can be required, and who said so stands in the history", async () => {
    const plain = await dashboard.withoutScript();
    const page = await dashboard.open(plain, "/coverage");
    await page.getByRole("button", { name: "Require heartbeats" }).click();
    await page.waitForURL(/notice=strict/);
    const settings = await dashboard.node.api("/api/v1/settings");
    expect(await settings.json()).toMatchObject({ coverage: "strict" });
    await page.goto(`${dashboard.node.url}/rules/changes`);
    await expect(page.locator("main").textContent()).resolves.toContain("settings changed");
    await page.goto(`${dashboard.node.url}/coverage`);
    await page.getByRole("button", { name: "No longer require heartbeats" }).click();
    await page.waitForURL(/notice=lenient/);
    await plain.close();
  });
});

describe("a rule", () => {
  test("takes a new quiet period from its form, and says who changed it", async () => {
    const page = await dashboard.open(dashboard.signedIn, "/rules/package-manager-in-container");
    await page.locator('input[name="quietPeriod"]').fill("36h");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/notice=/);
    const answer = await dashboard.node.api("/api/v1/rules/package-manager-in-container");
    expect(await answer.json()).toMatchObject({ quietPeriod: "36h" });
    await page.close();
  });
});

describe("a severity that rises", () => {
  test("is set in a rule's form, and seen on the finding with its reason", async () => {
    const page = await dashboard.open(dashboard.signedIn, "/rules/network-tool-in-container");
    await page.fill("#rises", "critical after 1s");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/notice=saved/);
    await dashboard.node.intake(exec("c0ffee000006", "nmap"));
    const id = await dashboard.findingId("network-tool-in-container");
    await page.goto(`${dashboard.node.url}/findings/${id}`);
    // The live part of the page refreshes itself.
    await page
      .locator(".marks", {
        hasText: "since it has been open for 1 s; the rule says medium",
      })
      .waitFor({ timeout: 20_000 });
    await page.close();
  });
});

describe("every page", () => {
  for (const [name, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`fits a ${name} in ${colorScheme}, asks nobody else, and breaks no policy`, async () => {
        const context = await dashboard.browser.newContext({
          viewport,
          colorScheme,
          storageState: await dashboard.signedIn.storageState(),
        });
        const page = await dashboard.open(context, "/");
        for (const path of PAGES) {
          await page.goto(dashboard.node.url + path);
          expect(await overflowOf(page), `${path} scrolls sideways`).toBeLessThanOrEqual(0);
          await expect(page.locator("h1").count()).resolves.toBe(1);
        }
        await context.close();
      });
    }
  }

  test("is forbidden to run or load anything that is not its own", async () => {
    const response = await fetch(dashboard.node.url, { redirect: "manual" });
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });
});
