/** A finding's page about the word that it is fixed. */
import { describe, expect, it } from "vitest";
import { finding, reader, textOf } from "./support.ts";

async function panelOf(n: number): Promise<string> {
  const { html } = await reader("little").get(`/findings/${finding(n)}`);
  return textOf(/<section class="panel" id="fixed">.*?<\/section>/s.exec(html)?.[0] ?? "");
}

describe("a finding", () => {
  it("that is open can be marked as fixed", async () => {
    expect(await panelOf(4)).toContain("Mark as fixed");
    const sent = await reader("little").post(`/findings/${finding(4)}/fixed`, { note: "done" });
    expect(sent.status).toBe(303);
    expect(sent.headers.get("location")).toBe(`/findings/${finding(4)}`);
  });

  it("that has resolved cannot", async () => {
    expect(await panelOf(5)).toBe("");
  });

  it("says whose word is being verified, when it will be, and what it has disproved before", async () => {
    const panel = await panelOf(3);
    expect(panel).toMatch(/It has regressed: Ann said 2 d ago that it was fixed \(gcc is out/);
    expect(panel).toMatch(/Ann said 1 h ago that it was fixed .*; being verified: resolves in/);
    expect(panel).toContain("Take it back");
    expect(panel).not.toContain("Mark as fixed");
  });

  it("that has regressed is marked so in its list, its page and its history", async () => {
    const list = await reader("little").get("/findings");
    expect(list.html).toContain("status is-regressed");
    const { html } = await reader("little").get(`/findings/${finding(3)}`);
    expect(html).toContain("status is-regressed");
    expect(textOf(html)).toMatch(/regressed.*Episodes.*regressed/);
  });

  it("keeps a note that is too long from being taken, and says so", async () => {
    const answer = await reader("little").post(`/findings/${finding(4)}/fixed`, {
      note: "x".repeat(1_001),
    });
    expect(answer.status).toBe(422);
    expect(textOf(await answer.text())).toContain("At most 1000 characters.");
  });

  it("that is unknown cannot be marked either", async () => {
    for (const word of ["fixed", "unfixed"])
      expect((await reader("little").post(`/findings/unknown/${word}`, {})).status).toBe(404);
  });
});

it("the list can be narrowed to what has regressed, and the filter taken away again", async () => {
  const { html } = await reader("little").get("/findings?regressed=true");
  const chips = textOf(/<ul class="chips".*?<\/ul>/s.exec(html)?.[0] ?? "");
  expect(chips).toContain("regressed true");
});
