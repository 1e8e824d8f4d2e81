/** Changes of a tenant's configuration: each is a new version, and none touches the one before. */
import { describe, expect, test } from "vitest";
import {
  addKey,
  EMPTY_CONFIG,
  endSession,
  overrideRule,
  revokeKey,
  useLink,
  type KeyRecord,
} from "../../../durable/domain/tenant.ts";
import { HOUR, made, MINUTE, T0 } from "./fixtures.ts";

const key: KeyRecord = { id: "k1", name: "node-7", host: "node-7", createdAt: T0, revokedAt: null };

describe("an override of a rule", () => {
  test("keeps what is not mentioned, and says who changed it when", () => {
    const first = overrideRule(EMPTY_CONFIG, "r", { severity: "low" }, "ada", T0);
    const second = overrideRule(first, "r", { quietPeriodMs: HOUR }, "grace", T0 + 1);
    expect(second.rules).toEqual({
      r: { severity: "low", quietPeriodMs: HOUR, updatedBy: "grace", updatedAt: T0 + 1 },
    });
    expect([first.version, second.version]).toEqual([2, 3]);
    expect(EMPTY_CONFIG).toMatchObject({ version: 1, rules: {} });
  });

  test("is taken back by null, and gone with its last part", () => {
    const both = overrideRule(EMPTY_CONFIG, "r", { severity: "low", enabled: false }, "ada", T0);
    const one = overrideRule(both, "r", { severity: null }, "ada", T0);
    expect(one.rules["r"]).toEqual({ enabled: false, updatedBy: "ada", updatedAt: T0 });
    expect(overrideRule(one, "r", { enabled: null }, "ada", T0).rules).toEqual({});
  });

  test("leaves other rules alone", () => {
    const first = overrideRule(EMPTY_CONFIG, "r", { enabled: false }, "ada", T0);
    const second = overrideRule(first, "s", { enabled: true }, "ada", T0);
    expect(Object.keys(second.rules)).toEqual(["r", "s"]);
    expect(second.rules["r"]).toBe(first.rules["r"]);
  });
});

describe("a key", () => {
  test("is on record from its making to after its revocation", () => {
    const added = addKey(EMPTY_CONFIG, "agentKeys", key);
    const revoked = revokeKey(added, "agentKeys", "k1", T0 + HOUR);
    expect(revoked.agentKeys).toEqual([{ ...key, revokedAt: T0 + HOUR }]);
    expect(revoked.apiTokens).toEqual([]);
  });

  test("that is revoked twice was revoked the first time", () => {
    const once = revokeKey(addKey(EMPTY_CONFIG, "apiTokens", key), "apiTokens", "k1", T0 + HOUR);
    expect(revokeKey(once, "apiTokens", "k1", T0 + 2 * HOUR).apiTokens).toEqual(once.apiTokens);
  });

  test("that was never recorded, as the first one, is recorded by its revocation", () => {
    expect(revokeKey(EMPTY_CONFIG, "agentKeys", "first", T0).agentKeys).toMatchObject([
      { id: "first", revokedAt: T0 },
    ]);
  });
});

describe("a sign-in link", () => {
  test("works once", () => {
    const used = made(useLink(EMPTY_CONFIG, "l1", T0 + HOUR, T0));
    expect(useLink(used, "l1", T0 + HOUR, T0 + MINUTE)).toBeNull();
    expect(useLink(used, "l2", T0 + HOUR, T0 + MINUTE)?.usedLinks).toHaveLength(2);
  });

  test("is remembered as used for as long as it would work", () => {
    const used = made(useLink(EMPTY_CONFIG, "l1", T0 + HOUR, T0));
    const later = made(useLink(used, "l2", T0 + 3 * HOUR, T0 + HOUR));
    expect(later.usedLinks.map(({ id }) => id)).toEqual(["l2"]);
  });
});

test("a session that was signed out is remembered until it would have ended", () => {
  const ended = endSession(EMPTY_CONFIG, "s1", T0 + HOUR, T0);
  expect(ended.endedSessions).toEqual([{ id: "s1", expiresAt: T0 + HOUR }]);
  expect(endSession(ended, "s2", T0 + 2 * HOUR, T0 + HOUR).endedSessions).toMatchObject([
    { id: "s2" },
  ]);
});
