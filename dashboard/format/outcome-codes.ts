/** What each code of a rejection or refusal means, and what to do about it. The codes are those of docs/protocol.md. */

export interface CodeWords {
  /** What happened, as a sentence. */
  what: string;
  /** The way out. */
  todo: string;
}

const REJECTED: Readonly<Record<string, CodeWords>> = {
  not_json: {
    what: "A line was not JSON.",
    todo: "Look for a shipper that wraps or cuts lines.",
  },
  not_an_object: {
    what: "An event was JSON, but no object.",
    todo: "Send each event as one JSON object.",
  },
  unknown_format: {
    what: "Neither the event nor the address said which agent's format it is.",
    todo: "Name it with ?format= or X-Lull-Format, or follow the agent's guide.",
  },
  missing_field: {
    what: "A field that every event needs was missing.",
    todo: "The answer to the request names the field: give it in the agent's output.",
  },
  invalid_field: {
    what: "A field held something else than it may.",
    todo: "The answer to the request names the field and what it takes; a time is RFC 3339.",
  },
  too_large: {
    what: "An event was larger than one event may be.",
    todo: "Leave out what is not needed, such as environment variables, in the agent's output.",
  },
  no_host: {
    what: "Nothing said which host the event was about.",
    todo: "Name it in the event, bind the key to a host, or send X-Lull-Host.",
  },
};

const REFUSED: Readonly<Record<string, CodeWords>> = {
  rate_limited: {
    what: "A key sent more requests a minute than it may.",
    todo: "Nothing is lost where the agent tries again; send larger batches, less often.",
  },
  daily_quota: {
    what: "The day's quota of events was used up.",
    todo: "See by agent who sends most; filter at the agent, or raise the quota.",
  },
  body_too_large: {
    what: "A request was larger than a request may be.",
    todo: "Send smaller batches.",
  },
  too_many_events: {
    what: "A request held more events than a batch may.",
    todo: "Send smaller batches.",
  },
  too_many_hosts: {
    what: "A batch was about more hosts than a batch may be.",
    todo: "Send smaller batches, or one for each host.",
  },
  bad_body: {
    what: "A request held nothing that can be read as events.",
    todo: "Look at what the shipper sends: JSON, an array of it, or one object a line.",
  },
  bad_envelope: {
    what: "What stands around the events of a batch was not as the format says.",
    todo: "The answer names the field; compare it with the agent's guide.",
  },
  bad_encoding: {
    what: "A compressed request could not be unpacked, or was not UTF-8.",
    todo: "Check the compression that the shipper is set to.",
  },
  unsupported_encoding: {
    what: "A request was compressed in a way that is not known here.",
    todo: "Use gzip, deflate or zstd, or none.",
  },
  unsupported_media_type: {
    what: "A request came in a content type that this address does not take.",
    todo: "Set the exporter to the encoding that the agent's guide names.",
  },
  unknown_format: {
    what: "A request named a format that there is not, or none where one is needed.",
    todo: "Name one of the formats that the agent's guide gives.",
  },
  invalid_request: {
    what: "A header or parameter made no sense.",
    todo: "The answer names it.",
  },
  idempotency_key_reused: {
    what: "An Idempotency-Key came again with other content.",
    todo: "Make a new key for each new batch.",
  },
  no_host: {
    what: "A heartbeat did not say which host it is for.",
    todo: "Name the host in it, or bind the key to one.",
  },
  not_committed: {
    what: "A request could not be stored in time.",
    todo: "Nothing is lost where the agent tries again.",
  },
};

const UNKNOWN: CodeWords = {
  what: "No words are known here for this code.",
  todo: "Look it up in docs/protocol.md.",
};

export function codeWords(kind: "rejected" | "refused", code: string): CodeWords {
  const all = kind === "rejected" ? REJECTED : REFUSED;
  return Object.hasOwn(all, code) ? (all[code] ?? UNKNOWN) : UNKNOWN;
}
