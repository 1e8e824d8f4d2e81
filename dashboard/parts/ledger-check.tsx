/** Whether the chain is intact: what was looked at, what is wrong, and how to look from outside. */
import type { AuditCheck } from "../../schema/audit.ts";
import type { LedgerHead } from "../../schema/ledger.ts";
import { checkedWords, faultWords } from "../format/ledger.ts";
import { exactCount } from "../format/number.ts";
import { paths } from "../paths.ts";
import { CopyBlock } from "./empty.tsx";

export function CheckResult({ check }: { check: AuditCheck }) {
  const { intact, fault, next } = check;
  return (
    <p class={intact ? "notice" : "notice is-danger"} role={intact ? "status" : "alert"}>
      {intact ? (
        <>
          <strong>Intact.</strong> {checkedWords(check)}
        </>
      ) : (
        <>
          <strong>Not intact.</strong> {fault !== null && faultWords(fault)} Export the ledger, and
          compare it with the heads that certificates and webhooks have carried away.
        </>
      )}
      {next !== null && (
        <>
          {" "}
          <a href={paths.ledger({ verify: String(next) })}>
            Check from entry {exactCount(next)} on
          </a>
        </>
      )}
    </p>
  );
}

/** Null: the ledger does not answer. */
export function Head({ head }: { head: LedgerHead | null }) {
  if (head === null)
    return <p class="notice is-warning">The ledger does not answer now: its head is not known.</p>;
  return (
    <details class="matchers ledger-proof">
      <summary>
        Head: entry <span class="num">{exactCount(head.seq)}</span>,{" "}
        <code>{head.hash.slice(0, 19)}…</code>
      </summary>
      <p>
        Each entry holds the hash of the one before. Whoever has kept a head can tell whether
        anything up to there was changed, taken out, moved or cut off since: each certificate and
        each webhook carries one away. Keep this one where nobody who runs Lull can reach it:
      </p>
      <CopyBlock id="ledger-head" text={`${head.seq}:${head.hash}`} label="Copy the head" />
      <p>
        “Verify” compares what the database has with the chain’s head. From outside, an export
        (JSONL, without filters) is checked offline; <code>verify-ledger</code> is one file of
        Lull’s, <code>scripts/verify-ledger.mjs</code>, that needs Node alone:
      </p>
      <CopyBlock
        id="ledger-verify"
        text={`npx verify-ledger lull-ledger.jsonl --anchor ${head.seq}:${head.hash}`}
        label="Copy the command"
      />
    </details>
  );
}
