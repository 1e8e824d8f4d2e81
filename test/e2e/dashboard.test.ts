/** The dashboard of the real node in a real browser: what a reader sees and does, start to end. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { type RunningNode, startNode } from "../support/node.ts";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const PAGES = ["/", "/findings", "/findings?groupBy=workload", "/history", "/signals", "/rules"];

let node: RunningNode;
let browser: Browser;
let signedIn: BrowserContext;

/** One exec in a container of a pod, as an agent reports it. */
function exec(container: string, name: string, args: string[] = []): object {
  return {
    agent: { id: "a1", kind: "native", host: { name: "node-7" } },
    events: [
      {
        time: new Date().toISOString(),
        kind: "process",
        action: "exec",
        container: { id: container, name: "api", image: "shop/api:1.4" },
        k8s: { namespace: "shop", pod: "api-5d", workload: { kind: "Deployment", name: "api" } },
        process: { exe: `/usr/bin/${name}`, name, args, parent: { name: "sh" } },
      },
    ],
  };
}

beforeAll(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
  signedIn = await browser.newContext({ viewport: SIZES.desktop });
  const page = await signedIn.newPage();
  await page.goto(node.credentials.signInUrl);
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await node?.dispose();
});

/** What the browser blocked, missed or complained of in a test; there must be none. */
let complaints: string[] = [];

async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${path}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(node.url)) complaints.push(`${path} asks ${request.url()}`);
  });
  await page.goto(node.url + path);
  return page;
}

afterEach(() => {
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

async function findingId(rule: string): Promise<string> {
  return eventually(`a finding of ${rule} is listed`, async () => {
    const answer = await node.api(`/api/v1/findings?rule=${rule}`);
    const { items } = (await answer.json()) as { items: { id: string }[] };
    return items[0]?.id;
  });
}

describe("signing in", () => {
  test("a page without a session says how to sign in", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const response = await page.goto(`${node.url}/findings`);
    expect(response?.status()).toBe(401);
    await expect(page.locator("h1").textContent()).resolves.toBe("Sign in");
    await context.close();
  });

  test("the link of the start works once", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(node.credentials.signInUrl);
    await expect(page.locator("main").textContent()).resolves.toContain("has been used");
    await context.close();
  });
});

describe("a finding", () => {
  test("is listed by its sentence and opens to its evidence, its picture and what to do", async () => {
    await node.intake(exec("c0ffee000001", "gcc", ["-O2", "evidence.c"]));
    await findingId("compiler-in-container");
    const page = await open(signedIn, "/findings?rule=compiler-in-container");
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
    await node.api("/api/v1/rules/interactive-shell-in-container", {
      method: "PATCH",
      body: { quietPeriod: "2s" },
    });
    const shell = exec("c0ffee000002", "bash") as { events: { process: { tty?: boolean } }[] };
    const [event] = shell.events;
    if (event === undefined) throw new Error("no event");
    event.process.tty = true;
    await node.intake(shell);
    const id = await findingId("interactive-shell-in-container");
    const page = await open(signedIn, `/findings/${id}`);
    // The live part of the page refreshes itself: nobody reloads here.
    await page.locator("h1", { hasText: "resolved" }).waitFor({ timeout: 20_000 });
    await eventually("the history lists it", async () => {
      await page.goto(`${node.url}/history`);
      return (await page.locator("main").textContent())?.includes("bash ran on a terminal");
    });
    await page.close();
  });

  test("is found by filters that stand in the address, without JavaScript too", async () => {
    await node.intake(exec("c0ffee000003", "gcc"));
    await findingId("compiler-in-container");
    const plain = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await signedIn.storageState(),
    });
    const page = await open(plain, "/findings?namespace=shop&q=gcc");
    await expect(page.locator("main").textContent()).resolves.toContain("gcc ran in api");
    await page.goto(`${node.url}/findings?namespace=elsewhere`);
    await expect(page.locator("main").textContent()).resolves.not.toContain("gcc ran in api");
    await plain.close();
  });
});

describe("a rule", () => {
  test("takes a new quiet period from its form, and says who changed it", async () => {
    const page = await open(signedIn, "/rules/package-manager-in-container");
    await page.locator('input[name="quietPeriod"]').fill("36h");
    await page.locator('main form button[type="submit"]').first().click();
    await page.waitForURL(/notice=/);
    const answer = await node.api("/api/v1/rules/package-manager-in-container");
    expect(await answer.json()).toMatchObject({ quietPeriod: "36h" });
    await page.close();
  });
});

describe("every page", () => {
  for (const [name, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`fits a ${name} in ${colorScheme}, asks nobody else, and breaks no policy`, async () => {
        const context = await browser.newContext({
          viewport,
          colorScheme,
          storageState: await signedIn.storageState(),
        });
        const page = await open(context, "/");
        for (const path of PAGES) {
          await page.goto(node.url + path);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
          await expect(page.locator("h1").count()).resolves.toBe(1);
        }
        await context.close();
      });
    }
  }

  test("is forbidden to run or load anything that is not its own", async () => {
    const response = await fetch(node.url, { redirect: "manual" });
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
  });
});
