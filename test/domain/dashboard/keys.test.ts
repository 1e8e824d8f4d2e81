/** Agent keys and API tokens on screen: shown once, ended after being asked once more. */
import { describe, expect, it } from "vitest";
import { reader, textOf } from "./support.ts";

const LIST = "/settings/keys";

describe("keys and tokens", () => {
  it("are listed with what they may do, the revoked ones too", async () => {
    const text = textOf((await reader("little").get(LIST)).html);
    expect(text).toMatch(/first ?from the first start ?Revoke ?falco, eu-1 ?host node-7/);
    expect(text).toMatch(/ci ?made 1 d ago ?responder ?Revoke ?old ?made 1 d ago ?admin ?revoked/);
  });

  it("are made with a secret that the answer alone shows", async () => {
    const someone = reader("little");
    for (const [kind, secret] of [
      ["key", "lull_shop-eu_new_"],
      ["token", "lullapi_shop-eu_new_"],
    ] as const) {
      const made = await someone.post(`${LIST}/${kind}`, { name: "new one", role: "viewer" });
      expect(made.status).toBe(200);
      expect(await made.text()).toContain(secret);
      const { html } = await someone.get(LIST);
      expect(html).not.toContain(secret);
      expect(html).toContain("new one");
    }
  });

  it("are not made without a name, and keep what was typed where it stood", async () => {
    const refused = await reader("little").post(`${LIST}/key`, { name: "", host: "node-9" });
    expect(refused.status).toBe(422);
    const html = await refused.text();
    expect(textOf(html)).toContain("Name: Fill this in.");
    expect(html).toMatch(/id="key-host"[^>]*value="node-9"/);
    expect(html).not.toMatch(/id="token-name"[^>]*aria-invalid/);
  });

  it("are revoked after being asked once more", async () => {
    const someone = reader("little");
    const path = `${LIST}/token/t1/revoke`;
    expect(textOf((await someone.get(path)).html)).toContain("Revoke the API token “ci”?");
    const revoked = await someone.post(path, {});
    expect(revoked.headers.get("location")).toBe(`${LIST}?notice=revoked`);
    expect((await someone.get(LIST)).html).not.toContain(path);
    expect((await someone.get(`${LIST}/key/never/revoke`)).status).toBe(404);
    expect((await someone.post(`${LIST}/key/never/revoke`, {})).status).toBe(404);
  });

  it("are an admin's to make and to end", async () => {
    const someone = reader("little", "responder");
    const { html } = await someone.get(LIST);
    expect(html).not.toContain('<form class="form"');
    expect(html).toContain("This needs the role admin. Yours is responder");
    expect((await someone.get(`${LIST}/key/k1/revoke`)).status).toBe(403);
    expect((await someone.post(`${LIST}/token`, { name: "x", role: "admin" })).status).toBe(403);
  });
});
