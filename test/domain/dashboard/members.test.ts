/** Members' pages, and what the role of a reader leaves of the others. */
import { describe, expect, it } from "vitest";
import { detailWords } from "../../../dashboard/parts/changes.tsx";
import { finding, reader, textOf } from "./support.ts";

const ADA = { name: "Ada Lovelace", email: "lovelace@example.com", role: "viewer", team: "" };

describe("the members", () => {
  it("are listed with what they are, and the one who reads as such", async () => {
    const { html } = await reader("little").get("/settings/members");
    const text = textOf(html);
    expect(text).toContain("3 members may sign in");
    expect(text).toMatch(/Ada Okafor ?ada@example\.com ?platform ?admin ?you, joined 19 d ago/);
    expect(text).toMatch(/Grace Lindqvist.*responder ?invited; link ends in 6 d/);
    expect(text).toMatch(/Audit.*disabled 2 d ago/);
    expect(html).toContain('title="Signed in as Ada Okafor, admin"');
  });

  it("are of teams, which the page lists with their cases, and the form offers", async () => {
    const someone = reader("little");
    const { html } = await someone.get("/settings/members");
    expect(textOf(html)).toMatch(/Teams.*platform ?1 member/);
    expect(html).toContain('href="/cases?team=platform"');
    expect(html).toMatch(/<datalist id="member-teams">.*<option value="platform"/);
    await someone.post("/settings/members/u2", { ...ADA, team: "platform" });
    expect(textOf((await someone.get("/settings/members")).html)).toContain("platform2 members");
  });

  it("are invited by a link that is shown with the answer alone", async () => {
    const someone = reader("little");
    const made = await someone.post("/settings/members", ADA);
    expect(made.status).toBe(200);
    const html = await made.text();
    expect(html).toMatch(/<pre id="invite-link"[^>]*>http:\/\/localhost\/sign-in\?token=/);
    expect(textOf(html)).toContain("The link for Ada Lovelace, shown this once");
    expect((await someone.get("/settings/members")).html).not.toContain("/sign-in?token=");
  });

  it("are not invited without a name, or with an address that is none or taken", async () => {
    const none = await reader("little").post("/settings/members", { ...ADA, name: "", email: "x" });
    expect(none.status).toBe(422);
    const text = textOf(await none.text());
    expect(text).toContain("Name: Fill this in.");
    expect(text).toContain("E-mail: Not an e-mail address.");
    const taken = await reader("little").post("/settings/members", {
      ...ADA,
      email: "ada@example.com",
    });
    expect(textOf(await taken.text())).toContain("There is a member with this address already.");
  });

  it("are changed, given a new link, and disabled", async () => {
    const someone = reader("little");
    const saved = await someone.post("/settings/members/u2", { ...ADA, team: "platform" });
    expect(saved.headers.get("location")).toBe("/settings/members/u2?notice=saved");
    expect(textOf((await someone.get("/settings/members")).html)).toContain("Ada Lovelace");
    const link = await (await someone.post("/settings/members/u2/invite", {})).text();
    expect(link).toContain("/sign-in?token=");
    const gone = await someone.post("/settings/members/u2/disable", {});
    expect(gone.headers.get("location")).toBe("/settings/members/u2?notice=disabled");
    const { html } = await someone.get("/settings/members/u2");
    expect(textOf(html)).toContain("Let them in again");
    expect(html).not.toContain('action="/settings/members/u2/disable"');
  });

  it("without an address may stay so, and others may not lose theirs", async () => {
    const bare = { name: "Lin", email: "", role: "admin", team: "" };
    const someone = reader("little");
    expect((await someone.post("/settings/members/first", bare)).status).toBe(303);
    expect((await someone.post("/settings/members/u1", bare)).status).toBe(422);
  });
});

/** Buttons that cannot be pressed, with why. */
function disabledIn(html: string): [word: string, why: string][] {
  const buttons = [...html.matchAll(/<button([^>]*\sdisabled[^>]*)>(.*?)<\/button>/gs)];
  return buttons.map(([, attributes = "", word = ""]) => [
    textOf(word).trim(),
    /title="([^"]*)"/.exec(attributes)?.[1] ?? "",
  ]);
}

describe("a viewer", () => {
  it.each([
    [`/findings/${finding(2)}`, ["Mute", "Mark as fixed", "Add an exception"]],
    ["/mutes", ["New mute"]],
    ["/rules", ["New rule"]],
    ["/rules/miner-port", ["Change", "Delete"]],
    ["/rules/imds-v1-access", ["Save", "Reset to the rule pack"]],
    ["/exceptions", ["New exception"]],
    ["/exceptions/x1", ["Delete"]],
    ["/mutes/m0", ["End it"]],
    ["/coverage", ["Require heartbeats"]],
    ["/coverage/host%3Anode-1", ["This host is out of service"]],
    ["/settings/members/u2", ["Save", "Make a new link", "Disable"]],
  ])("sees on %s what they may not do, and why", async (path, words) => {
    const { html } = await reader("little", "viewer").get(path);
    const disabled = disabledIn(html);
    for (const word of words)
      expect(disabled.find(([text]) => text === word)?.[1], word).toMatch(
        /^This needs the role (?:responder|admin)\. Yours is viewer/,
      );
  });

  it("is not led to a form that could only be refused", async () => {
    const someone = reader("little", "viewer");
    const { html } = await someone.get("/settings/members");
    expect(html).not.toContain('<form class="form"');
    const { status, html: refused } = await someone.get("/mutes/new");
    expect(status).toBe(403);
    expect(textOf(refused)).toContain("This needs the role responder. Yours is viewer");
    expect((await someone.post("/settings/members", ADA)).status).toBe(403);
  });
});

it("an admin has nothing disabled for their role", async () => {
  for (const path of [`/findings/${finding(2)}`, "/mutes", "/rules/miner-port", "/coverage"])
    expect((await reader("little").get(path)).html).not.toContain("This needs the role");
});

it("the history calls members by their names, then and now", async () => {
  const changes = [
    { action: "member.changed", detail: { member: "Ada", name: "Ada Okafor", team: null } },
    { action: "member.invited", detail: { name: "Ada", role: "viewer" } },
  ] as const;
  const [changed, invited] = changes.map((change) =>
    detailWords({ ...change, version: 1, at: "", by: "Lin", subject: "u1", hash: "" }),
  );
  expect(changed).toBe("name: Ada Okafor, team: none");
  expect(invited).toBe("role: viewer");
  const { html } = await reader("little").get("/rules/changes?subject=u1");
  expect(textOf(html)).toContain("Only changes of Ada Okafor.");
});
