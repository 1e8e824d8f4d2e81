/** Every problem that a request can meet, with what whoever meets it can do. Its type is `urn:lull:problem:<code>`. */

interface ProblemEntry {
  status: number;
  /** What it means, and what to do. */
  meaning: string;
}

export const PROBLEMS = {
  bad_body: { status: 400, meaning: "The body is not JSON. Mend it; nothing was counted." },
  bad_encoding: {
    status: 400,
    meaning: "The body is not what its Content-Encoding says, or not UTF-8.",
  },
  bad_envelope: {
    status: 400,
    meaning: "The batch's envelope is wrong; `field` names where. Nothing was counted.",
  },
  invalid_request: {
    status: 400,
    meaning: "A field or parameter is wrong, or unknown; `field` names it.",
  },
  bad_expression: {
    status: 400,
    meaning: "The condition does not compile; `position` says where, `field` which.",
  },
  rise_not_worse: {
    status: 400,
    meaning: "A step's severity must be worse than the rule's; `field` names the step.",
  },
  no_host: {
    status: 400,
    meaning: "No host is named. Name it, bind the key to one, or send `X-Lull-Host`.",
  },
  not_authenticated: {
    status: 401,
    meaning: "The key or token is missing, wrong, or revoked.",
  },
  role_needed: {
    status: 403,
    meaning:
      "The role of the token, or of who is signed in, does not allow it; `detail` names the one that does.",
  },
  not_found: { status: 404, meaning: "There is no such thing, or nothing at this address." },
  unknown_format: { status: 404, meaning: "The path names no format that is known." },
  built_in_rule: {
    status: 409,
    meaning: "A built-in rule cannot be deleted. Set `enabled` to false.",
  },
  rule_exists: { status: 409, meaning: "There is a rule with this id already." },
  too_many_rules: { status: 409, meaning: "Delete a custom rule first; `limit` is in rules." },
  too_many_exceptions: {
    status: 409,
    meaning: "Delete an exception first; `limit` is in active exceptions.",
  },
  too_many_mutes: {
    status: 409,
    meaning: "End a mute with a scope first; `limit` is in such mutes.",
  },
  email_taken: {
    status: 409,
    meaning:
      "A member has this address already, perhaps a disabled one. Make a new link for that one.",
  },
  too_many_members: { status: 409, meaning: "Disable a member first; `limit` is in members." },
  last_admin: {
    status: 409,
    meaning: "There would be no admin left who has joined. Make somebody else one first.",
  },
  too_many_endpoints: {
    status: 409,
    meaning: "Delete an endpoint first; `limit` is in endpoints.",
  },
  endpoint_disabled: {
    status: 409,
    meaning: "The endpoint is disabled: nothing is sent to it. Enable it first.",
  },
  action_not_allowed: {
    status: 409,
    meaning: "The case's status, or your role, does not allow that; see its `actions`.",
  },
  in_another_case: {
    status: 409,
    meaning: "The finding is in another case that is not closed. Take it out there first.",
  },
  case_exists: {
    status: 409,
    meaning: "A case of the roll-up is not closed. Work there, or close it first.",
  },
  case_full: { status: 409, meaning: "No more can be added to the case; `limit` says how much." },
  not_muted: { status: 409, meaning: "The finding is not muted, and never was by itself." },
  muted_by_scope: {
    status: 409,
    meaning: "A mute with a scope hides the finding, with others. End that mute.",
  },
  not_resolved: { status: 409, meaning: "The episode is open. It is certified when it resolves." },
  certificate_pending: {
    status: 409,
    meaning: "The certificate waits for its signature. Ask again in a minute.",
  },
  idempotency_key_reused: {
    status: 409,
    meaning: "The Idempotency-Key was used for other content. Use a new one; nothing was counted.",
  },
  version_conflict: {
    status: 412,
    meaning:
      "Somebody else has changed the case or list; of a case, `version` and `ETag` are of now. Read it, and decide anew.",
  },
  if_match_required: {
    status: 428,
    meaning: "Send the ETag that you have seen as `If-Match`, or `*` for any.",
  },
  body_too_large: { status: 413, meaning: "The body is too large; `limit` is in bytes." },
  rule_too_large: { status: 413, meaning: "The rule is too long; `limit` is in characters." },
  rules_too_large: {
    status: 413,
    meaning: "All custom rules together are too long; `limit` is in characters.",
  },
  exceptions_too_large: {
    status: 413,
    meaning: "All exceptions together are too long; `limit` is in characters.",
  },
  mutes_too_large: {
    status: 413,
    meaning: "All mutes with a scope together are too long; `limit` is in characters.",
  },
  members_too_large: {
    status: 413,
    meaning: "All members together are too long; `limit` is in characters.",
  },
  case_rules_too_large: {
    status: 413,
    meaning: "All automation and ownership rules together are too long; `limit` is in characters.",
  },
  endpoints_too_large: {
    status: 413,
    meaning: "All endpoints together are too long; `limit` is in characters.",
  },
  too_many_events: { status: 413, meaning: "Split the batch; `limit` is in events." },
  too_many_hosts: { status: 413, meaning: "Split the batch; `limit` is in hosts." },
  unsupported_encoding: {
    status: 415,
    meaning: "Send gzip, deflate, zstd, or no Content-Encoding.",
  },
  unsupported_media_type: { status: 415, meaning: "Send OTLP in JSON, not in Protobuf." },
  rate_limited: {
    status: 429,
    meaning: "The key sends too many requests. Wait for `Retry-After`, and send larger batches.",
  },
  daily_quota: {
    status: 429,
    meaning:
      "The tenant's events of the day (UTC) are used up. `Retry-After` lasts until midnight.",
  },
  internal: { status: 500, meaning: "Something broke. It has been logged; send it again." },
  busy: { status: 503, meaning: "Busy or restarting. Send it again after `Retry-After`." },
  changes_waiting: {
    status: 503,
    meaning: "Too many changes of rules wait for the database to record them. Nothing was changed.",
  },
  mute_waiting: {
    status: 503,
    meaning:
      "The mute is kept, and waits for the database to record it. Send it again: it is made once.",
  },
  not_committed: {
    status: 503,
    meaning:
      "Not every host could take it. Send it again unchanged: what was taken is not counted twice.",
  },
  not_ready: {
    status: 503,
    meaning: "The database does not answer, or its migrations have not been applied.",
  },
} as const satisfies Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof PROBLEMS;
