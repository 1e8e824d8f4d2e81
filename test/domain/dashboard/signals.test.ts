/** Signals: filters in the address, and one signal with everything that is known of it. */
import { describe, expect, it } from "vitest";
import { reader, textOf } from "./support.ts";

const SIGNAL = "/signals/s000000000000000000000002";

describe("the list of signals", () => {
  it("leads from each row to its page", async () => {
    const { html } = await reader("lot").get("/signals");
    expect(html).toContain(`class="row-link clip" href="${SIGNAL}"`);
  });

  it("shows each filter in force with the way to take it away", async () => {
    const { html } = await reader("lot").get(
      "/signals?severity=critical&rule=reverse-shell&namespace=shop&workload=api&host=node-2&q=sh",
    );
    const chips = /<ul class="chips".*?<\/ul>/s.exec(html)?.[0] ?? "";
    const words = textOf(chips);
    for (const word of ["severity critical", "rule Reverse shell", "namespace shop", "host node-2"])
      expect(words).toContain(word);
    expect(chips).toContain(
      "/signals?host=node-2&amp;namespace=shop&amp;q=sh&amp;rule=reverse-shell&amp;workload=api",
    );
    expect(html).toMatch(/<option value="reverse-shell" selected/);
    expect(html).toMatch(/name="workload" value="api"/);
  });

  it("offers only rules that can raise signals", async () => {
    const { html } = await reader("lot").get("/signals");
    const rules = /<select name="rule">.*?<\/select>/s.exec(html)?.[0] ?? "";
    expect(rules).toContain("reverse-shell");
    expect(rules).not.toContain("compiler-in-container");
  });

  it("says what of the address it did not use", async () => {
    const { html } = await reader("lot").get("/signals?severity=awful");
    expect(textOf(html)).toContain("since it makes no sense: severity=awful");
  });

  it("teaches what a signal is before there is one", async () => {
    const { html } = await reader("none").get("/signals");
    expect(textOf(html)).toContain("No signals yet");
    expect(html).toContain('href="/rules?class=threat"');
    expect(html).not.toContain('<form class="filters"');
  });
});

describe("a signal", () => {
  it("says what was detected, how often, where and what to do", async () => {
    const { html } = await reader("lot").get(SIGNAL);
    const text = textOf(html);
    expect(text).toContain("sh opened a connection to 203.0.113.6");
    expect(text).toMatch(/Seen 3 times: first .* ago, last .* ago\./);
    expect(text).toContain("Launch Suspicious Tool in Container");
    expect(text).toContain("Why it matters");
    expect(text).toContain("How to fix it");
    expect(html).toContain('href="/api/v1/signals/s000000000000000000000002"');
    expect(html).toMatch(/href="\/findings\?resource=(?:container|host)%3A/);
  });

  it("that is not there is a page that says so", async () => {
    const { status, html } = await reader("lot").get("/signals/unknown");
    expect(status).toBe(404);
    expect(textOf(html)).toContain("There is no such signal");
  });
});
