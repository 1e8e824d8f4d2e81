/** The tickets that trackers keep for a case. */
import { visible } from "../format/visible.ts";

/** As the API shows it. */
export interface TicketView {
  endpoint: string;
  url: string | null;
  key: string | null;
  status: string;
}

/** Only what is an address of the web is a link. */
function Ticket({ ticket }: { ticket: TicketView }) {
  const { url, key, endpoint, status } = ticket;
  const words = visible(key ?? url ?? endpoint);
  return (
    <li>
      {url !== null && /^https?:\/\//.test(url) ? (
        <a href={url} rel="noreferrer">
          <bdi>{words}</bdi>
        </a>
      ) : (
        <bdi>{words}</bdi>
      )}{" "}
      <span class="dim">{visible(status)}</span>
    </li>
  );
}

export function CaseTickets({ tickets }: { tickets: readonly TicketView[] }) {
  if (tickets.length === 0) return null;
  return (
    <section class="panel">
      <h2>Tickets</h2>
      <ul class="plain-list">
        {tickets.map((ticket) => (
          <Ticket ticket={ticket} />
        ))}
      </ul>
    </section>
  );
}
