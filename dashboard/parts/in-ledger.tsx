/** The way from something to what the ledger says of it, as a line of its facts. */
import { paths } from "../paths.ts";

export function InLedger({ subject }: { subject: string }) {
  return (
    <div>
      <dt>Ledger</dt>
      <dd>
        <a href={paths.ledger({ subject })}>Who did what to it</a>
      </dd>
    </div>
  );
}
