/** What the ledger says of changes of a tenant's configuration. Pure. */
import type { Doer } from "../../schema/ledger.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { LedgerInput } from "./ledger.ts";
import { FIRST_MEMBER, memberOf, type Link } from "./tenant-members.ts";
import type { ChangeRecord } from "./tenant-rules.ts";
import type { KeyKind, KeyRecord, TenantConfig } from "./tenant.ts";

/** A version of a configuration is one change: that is what it is known by. */
const idOf = (version: number) => `config:${version}`;

/** Of a change of rules, exceptions, settings and the like, which has led to the version; null: it is told elsewhere. */
export function changeEntry(
  { action, subject, detail, before }: ChangeRecord,
  version: number,
  actor: Doer,
  at: EpochMs,
): LedgerInput | null {
  // A mute ends in D1 first, which tells who ended it.
  if (action === "mute.ended") return null;
  // Of what is gone the record says what it was.
  const isGone = action.endsWith(".deleted");
  return {
    id: idOf(version),
    at,
    actor,
    action,
    subject: { kind: action.split(".")[0] ?? action, id: subject },
    before: isGone ? (before ?? detail) : before,
    after: isGone ? undefined : detail,
    reason: isGone ? undefined : reasonOf(detail),
  };
}

/** In the words of who made an exception, or the sort of a mute and the note with it. */
function reasonOf({ reason, note }: Record<string, unknown>): string | undefined {
  if (typeof reason !== "string") return undefined;
  return typeof note === "string" && note !== "" ? `${reason}: ${note}` : reason;
}

/** A change of who may come in, as it is asked for. */
export type AccessChange =
  | { name: "addKey"; args: [kind: KeyKind, key: KeyRecord, by: Doer] }
  | { name: "revokeKey"; args: [kind: KeyKind, id: string, now: EpochMs, by: Doer] }
  | { name: "enter"; args: [link: Link, now: EpochMs] }
  | { name: "endSession"; args: [id: string, expiresAt: EpochMs, now: EpochMs, by: Doer] };

/** Null where nothing has changed. */
export function accessEntry(
  change: AccessChange,
  before: TenantConfig,
  after: TenantConfig,
): LedgerInput | null {
  const id = idOf(after.version);
  switch (change.name) {
    case "addKey": {
      const [kind, { id: key, name, host, role, createdAt: at }, actor] = change.args;
      const noun = NOUNS[kind];
      return {
        id,
        at,
        actor,
        action: `${noun}.created`,
        subject: { kind: noun, id: key },
        after: { name, ...(host !== null && { host }), ...(role !== undefined && { role }) },
      };
    }
    case "revokeKey": {
      const [kind, key, at, actor] = change.args;
      const known = before[kind].find((record) => record.id === key);
      if (known !== undefined && known.revokedAt !== null) return null;
      const noun = NOUNS[kind];
      const was = { name: known?.name ?? key };
      return {
        id,
        at,
        actor,
        action: `${noun}.revoked`,
        subject: { kind: noun, id: key },
        before: was,
      };
    }
    case "enter": {
      const [link, at] = change.args;
      const member = link.member ?? FIRST_MEMBER;
      const name = memberOf(after, member)?.name ?? member;
      return {
        id,
        at,
        actor: { kind: "member", id: member, name },
        action: "session.begun",
        subject: { kind: "session", id: link.id },
      };
    }
    case "endSession": {
      const [session, , at, actor] = change.args;
      return { id, at, actor, action: "session.ended", subject: { kind: "session", id: session } };
    }
  }
}

const NOUNS = { agentKeys: "key", apiTokens: "token" } as const;
