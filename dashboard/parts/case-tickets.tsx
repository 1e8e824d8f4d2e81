/** The tickets of a case in trackers. */
import { isTracker } from "../../schema/endpoint-formats.ts";
import type { CaseTicket } from "../../schema/case.ts";
import { FORMAT_WORDS } from "../format/endpoint-words.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";

const STATE_WORDS: Readonly<Record<CaseTicket["state"], string>> = {
  open: "open",
  in_progress: "in progress",
  done: "done",
};

/** Only what is an address of the web is a link. */
function Ticket({ ticket: { url, key, format, endpoint, state } }: { ticket: CaseTicket }) {
  const words = visible(key);
  return (
    <li>
      {/^https?:\/\//.test(url) ? (
        <a href={url} rel="noreferrer">
          <bdi>{words}</bdi>
        </a>
      ) : (
        <bdi>{words}</bdi>
      )}{" "}
      <span class="dim">
        {STATE_WORDS[state]}, in{" "}
        <a href={paths.endpoint(endpoint)}>
          {isTracker(format) ? FORMAT_WORDS[format].word : visible(format)}
        </a>
      </span>
    </li>
  );
}

export function CaseTickets({ tickets }: { tickets: readonly CaseTicket[] }) {
  if (tickets.length === 0) return null;
  return (
    <section class="panel" id="tickets">
      <h2>Tickets</h2>
      <ul class="plain-list">
        {tickets.map((ticket) => (
          <Ticket ticket={ticket} />
        ))}
      </ul>
    </section>
  );
}
