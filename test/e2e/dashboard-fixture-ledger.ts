/** A ledger in memory: by people, a token, an agent and Lull itself; of the hostile one each text is somebody's choice. */
import type { LedgerData } from "../../dashboard/data.ts";
import type { LedgerEntry } from "../../schema/ledger.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const MINUTE = 60_000;
const ADA = { kind: "member", id: "ada", name: "Ada Okafor" } as const;
const hashOf = (seq: number) => `sha256:${seq.toString(16).padStart(64, "0")}`;

type Told = Pick<LedgerEntry, "actor" | "action" | "subject"> &
  Partial<Pick<LedgerEntry, "before" | "after" | "reason">>;

function told(size: FixtureSize): Told[] {
  if (size === "none") return [];
  const some: Told[] = [
    { actor: ADA, action: "session.begun", subject: { kind: "session", id: "s1" } },
    {
      actor: ADA,
      action: "rule.changed",
      subject: { kind: "rule", id: "compiler-in-container" },
      before: { quietPeriod: "24h", enabled: true },
      after: { quietPeriod: "72h", enabled: true },
    },
    {
      actor: { kind: "agent", id: "falco-1", name: "falco-1" },
      action: "finding.opened",
      subject: { kind: "finding", id: "f".repeat(32) },
      after: { status: "open", severity: "high" },
    },
    {
      actor: { kind: "token", id: "ci", name: "CI" },
      action: "mute.created",
      subject: { kind: "mute", id: "m1" },
      after: { scope: 'resource.namespace == "shop"' },
      reason: "risk_accepted: until the new image is out",
    },
    {
      actor: { kind: "system", id: "lull", name: "Lull" },
      action: "finding.resolved",
      subject: { kind: "finding", id: "f".repeat(32) },
    },
  ];
  if (size === "lot") return Array.from({ length: 24 }, () => some).flat();
  if (size !== "hostile") return some;
  return Object.values(HOSTILE).map((text) => ({
    actor: { kind: "member", id: text.slice(0, 60), name: text },
    action: "rule.changed",
    subject: { kind: "rule", id: text.slice(0, 60) },
    before: { [text.slice(0, 80)]: text },
    after: { title: text, nested: { text } },
    reason: text,
  }));
}

export function ledgerFixture(size: FixtureSize, now: number): LedgerData {
  const entries = told(size).map((entry, i) => ({
    ...entry,
    tenant: "acme",
    seq: i + 1,
    id: `config:${i + 1}`,
    at: new Date(now - (200 - i) * MINUTE).toISOString(),
    prev: hashOf(i),
    hash: hashOf(i + 1),
  }));
  const head = { seq: entries.length, hash: hashOf(entries.length) };
  return {
    ledger: async ({ actor, action, subject, limit, cursor = "0" }) => {
      const all = entries
        .filter(
          (entry) =>
            entry.actor.id === (actor ?? entry.actor.id) &&
            entry.action === (action ?? entry.action) &&
            entry.subject.id === (subject ?? entry.subject.id),
        )
        .toReversed();
      const end = Number(cursor) + limit;
      return {
        items: all.slice(Number(cursor), end),
        nextCursor: end < all.length ? String(end) : null,
      };
    },
    ledgerHead: async () => (size === "hostile" ? null : head),
    checkLedger: async (from = 1) => ({
      intact: size !== "hostile",
      fault: size === "hostile" ? { kind: "changed", seq: 2 } : null,
      from: Math.min(from, head.seq),
      to: head.seq,
      next: null,
      head,
    }),
  };
}
