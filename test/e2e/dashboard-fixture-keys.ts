/** Agent keys and API tokens in memory. */
import type { KeyData } from "../../dashboard/data.ts";
import type { KeyView, TokenView } from "../../schema/api.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const FIRST: KeyView = { id: "first", name: "first", host: null, createdAt: null, revokedAt: null };

export function keyFixture(size: FixtureSize, now: number): KeyData {
  const createdAt = new Date(now - 86_400_000).toISOString();
  const keys: KeyView[] = [FIRST];
  const tokens: TokenView[] = [{ ...FIRST, role: "admin" }];
  const made = { host: null, createdAt, revokedAt: null };
  if (size !== "none") {
    keys.push({ ...made, id: "k1", name: "falco, eu-1", host: "node-7" });
    tokens.push({ ...made, id: "t1", name: "ci", role: "responder" });
    tokens.push({ ...made, id: "t2", name: "old", role: "admin", revokedAt: createdAt });
  }
  if (size === "hostile")
    Object.values(HOSTILE).forEach((text, i) => {
      keys.push({ ...made, id: `h${i}`, name: text.slice(0, 100), host: text.slice(0, 253) });
    });
  return {
    keys: async () => [...keys],
    tokens: async () => [...tokens],
    createKey: async ({ name, host = null }) => {
      const key = { ...made, id: "new", name, host };
      keys.push(key);
      return { ...key, key: `lull_shop-eu_new_${"0123456789".repeat(4)}` };
    },
    createToken: async ({ name, role }) => {
      const token = { ...made, id: "new", name, role };
      tokens.push(token);
      return { ...token, token: `lullapi_shop-eu_new_${"0123456789".repeat(4)}` };
    },
    revoke: async (kind, id) => {
      const found = (kind === "key" ? keys : tokens).find((item) => item.id === id);
      if (found !== undefined) found.revokedAt = new Date(now).toISOString();
      return found !== undefined;
    },
  };
}
