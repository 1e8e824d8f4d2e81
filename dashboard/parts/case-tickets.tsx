/** The tickets of a case in trackers, and those that it could have. */
import { isTracker } from "../../schema/endpoint-formats.ts";
import type { CaseTicket } from "../../schema/case.ts";
import type { EndpointView } from "../../schema/webhooks.ts";
import type { CasePageProps } from "../case-props.ts";
import { endpointName, FORMAT_WORDS } from "../format/endpoint-words.ts";
import { cut, visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import { ActButton } from "./act.tsx";

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

/** An endpoint hears of what happens after it was made: this is for the cases that there were. */
function Wanted({
  of,
  tracker,
  view,
}: Pick<CasePageProps, "of" | "view"> & { tracker: EndpointView }) {
  const to = paths.caseTickets(of.id);
  return (
    <form method="post" action={to}>
      <input type="hidden" name="endpoint" value={tracker.id} />
      <ActButton view={view} to={to}>
        Make a ticket in <bdi>{cut(visible(endpointName(tracker)), 60)}</bdi>
      </ActButton>
    </form>
  );
}

export function CaseTickets({
  of,
  trackers,
  view,
}: Pick<CasePageProps, "of" | "trackers" | "view">) {
  const { tickets, status } = of;
  const having = new Set(tickets.map(({ endpoint }) => endpoint));
  const wanted = status === "closed" ? [] : trackers.filter(({ id }) => !having.has(id));
  if (tickets.length + wanted.length === 0) return null;
  return (
    <section class="panel" id="tickets">
      <h2>Tickets</h2>
      <ul class="plain-list">
        {tickets.map((ticket) => (
          <Ticket ticket={ticket} />
        ))}
      </ul>
      {wanted.map((tracker) => (
        <Wanted of={of} tracker={tracker} view={view} />
      ))}
    </section>
  );
}
