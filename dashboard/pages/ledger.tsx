/** `/settings/ledger`: who did what, when and why, in a chain that nobody can change unseen. */
import type { AuditCheck } from "../../schema/audit.ts";
import type { Page } from "../../schema/api.ts";
import type { LedgerEntry, LedgerHead } from "../../schema/ledger.ts";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { CheckResult, Head } from "../parts/ledger-check.tsx";
import { Entry } from "../parts/ledger-entry.tsx";
import { LedgerFilters } from "../parts/ledger-filters.tsx";
import { type LedgerParams, paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface LedgerPageProps {
  view: View;
  page: Page<LedgerEntry>;
  /** Null: the ledger does not answer. */
  head: LedgerHead | null;
  /** What the list is narrowed to, as the address says it. */
  params: LedgerParams;
  /** The same for the API, whose spans are instants. */
  exportQuery: Readonly<Record<string, string>>;
  check: AuditCheck | null;
  later: boolean;
  dropped: readonly string[];
}

function Exports({ exportQuery, view }: LedgerPageProps) {
  const href = (format: string) => paths.apiAudit({ ...exportQuery, format });
  return (
    <p class="ledger-acts">
      <a class="button is-primary" href={paths.ledger({ verify: "last" })}>
        Verify
      </a>
      <a class="button" href={href("jsonl")} download={`lull-ledger-${view.tenant}.jsonl`}>
        Export JSONL
      </a>
      <a class="button" href={href("csv")} download={`lull-ledger-${view.tenant}.csv`}>
        Export CSV
      </a>
    </p>
  );
}

function Entries(props: LedgerPageProps) {
  const { page, params, view } = props;
  const narrowed = Object.values(params).some((value) => value !== undefined);
  if (page.items.length > 0)
    return (
      <ol class="ledger" id="rows">
        {page.items.map((entry) => (
          <Entry entry={entry} narrow={params} view={view} />
        ))}
      </ol>
    );
  if (!narrowed) return <Empty title="Nothing has been written down yet" />;
  return (
    <Empty title="No entry matches">
      <p>
        <a class="button" href={paths.ledger()}>
          Show all entries
        </a>
      </p>
    </Empty>
  );
}

export function LedgerPage(props: LedgerPageProps) {
  const { view, page, params, check, later } = props;
  return (
    <Frame view={view} title="Ledger" active="ledger" search={false}>
      <header class="page-head">
        <h1>Ledger</h1>
      </header>
      <p class="lead">
        Every decision and every change of state: who, what, when, and why. Entries are only ever
        added.
      </p>
      {check !== null && <CheckResult check={check} />}
      <Head head={props.head} />
      <div id="list">
        <LedgerFilters params={params} />
        <Exports {...props} />
        <Dropped dropped={props.dropped} />
        <Entries {...props} />
        {(page.nextCursor !== null || later) && (
          <p class="more">
            {later && (
              <a class="button" href={paths.ledger(params)}>
                Back to the newest
              </a>
            )}{" "}
            {page.nextCursor !== null && (
              <a class="button" href={paths.ledger({ ...params, cursor: page.nextCursor })}>
                Older entries
              </a>
            )}
          </p>
        )}
      </div>
    </Frame>
  );
}
