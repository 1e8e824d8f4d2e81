/** What the ledger says of changes of a tenant's configuration. Pure. */
import type { Doer } from "../../schema/ledger.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { LedgerInput } from "./ledger.ts";
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
  | {
      name: "useLink" | "endSession";
      args: [id: string, expiresAt: EpochMs, now: EpochMs, by: Doer];
    };

/** Null where nothing has changed. */
export function accessEntry(
  change: AccessChange,
  before: TenantConfig,
  { version }: TenantConfig,
): LedgerInput | null {
  const id = idOf(version);
  switch (change.name) {
    case "addKey": {
      const [kind, { id: key, name, host, createdAt: at }, actor] = change.args;
      const noun = NOUNS[kind];
      const after = host === null ? { name } : { name, host };
      return { id, at, actor, action: `${noun}.created`, subject: { kind: noun, id: key }, after };
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
    case "useLink":
    case "endSession": {
      const [session, , at, actor] = change.args;
      const action = change.name === "useLink" ? "session.begun" : "session.ended";
      return { id, at, actor, action, subject: { kind: "session", id: session } };
    }
  }
}

const NOUNS = { agentKeys: "key", apiTokens: "token" } as const;
