/** The ledger on screen: what changed, narrowing it down, whether it is intact, and what leaves the house. */
import { describe, expect, it } from "vitest";
import { reader, textOf } from "./support.ts";

const PAGE = "/settings/ledger";

describe("the ledger", () => {
  it("says who changed what from which value to which", async () => {
    const { html } = await reader("little").get(PAGE);
    const text = textOf(html);
    expect(text).toMatch(/rule: changed.*compiler-in-container/);
    expect(text).toMatch(/quietPeriod ?24h ?72h/);
    expect(text).not.toMatch(/enabled ?true ?true/);
    expect(text).toContain("risk_accepted: until the new image is out");
    expect(html).toContain('href="/rules/compiler-in-container"');
  });

  it("is narrowed down by what an entry says, and exports what is shown", async () => {
    const { html } = await reader("little").get(`${PAGE}?actor=ci&from=2026-11-01&to=2026-11-02`);
    expect(textOf(html)).toContain("mute: created");
    expect(textOf(html)).not.toContain("rule: changed");
    const query = "from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-03T00%3A00%3A00.000Z";
    expect(html.replaceAll("&amp;", "&")).toContain(`actor=ci&format=csv&${query}`);
  });

  it("is verified on demand, and says in words what is wrong", async () => {
    const intact = textOf((await reader("little").get(`${PAGE}?verify=last`)).html);
    expect(intact).toMatch(/Intact\. ?Entries 1 to 5 are as they were written down/);
    expect(intact).toContain("the last one is the head of the chain");
    const broken = textOf((await reader("hostile").get(`${PAGE}?verify=last`)).html);
    expect(broken).toMatch(/Not intact\. ?Entry 2 was changed after it was written down/);
    expect((await reader("little").get(PAGE)).html).not.toContain("Intact.");
  });

  it("gives its head to take away, with the command that checks an export against it", async () => {
    const { html } = await reader("little").get(PAGE);
    const head = `5:sha256:${"0".repeat(63)}5`;
    expect(html).toContain(`npx verify-ledger lull-ledger.jsonl --anchor ${head}`);
  });
});
