/** Every limit, with its unit in its name and its reason beside it. */
import type { AgentFormat } from "./event.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Contract. A batch is held in memory twice while it is parsed; an isolate has 128 MiB. */
export const MAX_BODY_BYTES = 5 * MIB;
/** Frames in a body compressed with zstd: each costs a decompressor, 0.1 ms, also where nothing is in it. */
export const MAX_ZSTD_FRAMES = 256;
/** Contract. Keeps one request within a Worker's CPU time. */
export const MAX_EVENTS_PER_BATCH = 5_000;
/** Contract. Larger events are an agent's dump, not evidence that a person reads. */
export const MAX_EVENT_BYTES = 64 * KIB;
/** A JSON document nested deeper is made to hurt parsers; real events go to about ten. */
export const MAX_JSON_DEPTH = 32;
/** One host and its containers are one actor; a shipper's batch may hold more. A request may make 1,000 subrequests on Cloudflare. */
export const MAX_HOSTS_PER_BATCH = 500;
/** A host's name, as long as DNS allows (RFC 1035). */
export const MAX_HOST_NAME_CHARS = 253;
/** What stands beside the rows of one line of osquery: a name, a host. Every row is read with it, and measured. */
export const MAX_ROWS_HEAD_CHARS = 8 * KIB;
/** One text field of an event; an executable path is at most 4,096 bytes (PATH_MAX). */
export const MAX_FIELD_CHARS = 4_096;
/** Arguments kept of a process; the rest is cut, and the event says so. */
export const MAX_ARGS = 64;
/** One argument of a process. */
export const MAX_ARG_CHARS = 512;
export const MAX_TAGS = 32;
export const MAX_FACTS = 64;

/** Evidence kept of a finding: what happened first, and what happened last. */
export const FIRST_SAMPLES = 2;
export const LATEST_SAMPLES = 4;
/** Of one sample: all arguments together, the agent's sentence, and a path. Six of them are a finding of at most 24 KiB. */
export const MAX_SAMPLE_ARGS_CHARS = 2_000;
export const MAX_SAMPLE_MESSAGE_CHARS = 600;
export const MAX_SAMPLE_PATH_CHARS = 1_024;
/** Buckets in the picture of a finding's occurrences: about one per 8 px of the time strip. */
export const OCCURRENCE_BUCKETS = 120;
/** The narrowest bucket. */
export const OCCURRENCE_BUCKET_MS = SECOND_MS;

/** Published window in which a repeated batch is recognised. */
export const BATCH_MEMORY_MS = DAY_MS;
/** Batch ids kept for a host at the most: a batch every 2 s for a day. */
export const BATCH_MEMORY_COUNT = 43_200;

/** Forgetting old batches reads all of their ids: rarely, then. */
export const PRUNE_EVERY_MS = HOUR_MS;

/** Commands that an actor decides again when it wakes, at the most: some milliseconds of work. */
export const MAX_JOURNAL_ROWS = 32;
/** And their size, so that a wake reads little. */
export const MAX_JOURNAL_CHARS = 2 * MIB;
/** Of one row of the journal, which on Cloudflare holds 2 MB: a character is up to three bytes. A larger command takes several. */
export const MAX_JOURNAL_ROW_CHARS = 600_000;

/** An `Idempotency-Key`; a UUID has 36. */
export const MAX_IDEMPOTENCY_KEY_CHARS = 200;
/** A batch that matches nothing is a sign of life; its actor is told so at most this often. */
export const CONTACT_EVERY_MS = 10 * SECOND_MS;
/** One fact of a host: all of them are one sample. */
export const MAX_FACT_CHARS = 512;

/** Contract: the least quiet period. */
export const MIN_QUIET_PERIOD_MS = SECOND_MS;
/** Steps of a rule's severity: there are four that are worse than the least. */
export const MAX_RISES = 4;
/** Resources that a step of spread may ask for; one is no spread, and no workload has more containers. */
export const MIN_SPREAD = 2;
export const MAX_SPREAD = 10_000;
/** Roll-ups whose findings rise in one sweep; the next minute takes the rest. */
export const SWEEP_SPREADS = 100;
/** A finding that stays open for longer without an event proves nothing more. */
export const MAX_QUIET_PERIOD_MS = 365 * DAY_MS;

/** A finding must be quiet for this many of its longest pauses so far (DESIGN: adaptive quiet period). */
export const CADENCE_FACTOR = 2;
/** A rule's cap on what pauses make of its quiet period: a day becomes two weeks, for what comes weekly. */
export const CADENCE_CAP_PERIODS = 14;
/** And the cap of all rules; one that asks for more gets more. */
export const MAX_CADENCE_QUIET_PERIOD_MS = 30 * DAY_MS;
/**
 * A finding that comes back so long after its end, or after the word that it is fixed, has regressed: a fix that
 * holds for a month has held, and what comes then is a new problem.
 */
export const REGRESSION_WINDOW_MS = 30 * DAY_MS;
/** What somebody adds to such a word. */
export const MAX_FIX_NOTE_CHARS = 1_000;
/** Reopenings that a finding remembers. */
export const MAX_REOPENINGS = 16;
/** So many reopenings within such a time are flapping. */
export const FLAPPING_REOPENINGS = 3;
export const FLAPPING_WINDOW_MS = 7 * DAY_MS;

/**
 * How long an agent of a format holds back repeats of what it has reported; absent: not at all.
 * The Datadog Agent does so from 7.71 on, for an hour, with rules that allow it; an event does not say of which kind its rule is.
 */
export const SUPPRESSION_MS: Readonly<Partial<Record<AgentFormat, number>>> = { datadog: HOUR_MS };

/** No contact for this many heartbeat intervals is a gap (DESIGN: coverage). */
export const GAP_INTERVALS = 3;
/** Heartbeat intervals that an agent may declare. */
export const MIN_HEARTBEAT_INTERVAL_MS = SECOND_MS;
export const MAX_HEARTBEAT_INTERVAL_MS = DAY_MS;
/** Latest heartbeats and losses of an agent that are remembered one by one: events up to half an hour late are told exactly. */
export const MAX_RECENT_TALLIES = 32;
/** Contact intervals kept for one agent. Dropping the oldest only ever shortens what counts as watched. */
export const MAX_CONTACT_INTERVALS = 64;
/** Agents remembered for one host, and agents remembered as reporters of one finding. */
export const MAX_AGENTS_PER_HOST = 16;
/**
 * An alarm that comes this late was not on time for a reason of Lull's own (an outage, a restart): agents get the
 * time anew in which they were expected, or else every outage would end with a finding for each host.
 */
export const LATE_LOOK_MS = 2 * SECOND_MS;
/** An agent's row in D1 is refreshed at most once in this time, unless something about it changes: it is one write a host. */
export const AGENT_REFRESH_MS = 15 * MINUTE_MS;
/** How long after its next sign of life was due an agent's row may stand before the sweep wakes its actor. */
export const AGENT_SWEEP_GRACE_MS = 5 * MINUTE_MS;
/** Rows of agents that have not been heard of for so long are forgotten: their actor has long been. */
export const AGENT_RETENTION_MS = 30 * DAY_MS;
/** An agent that enforces another ruleset than its peers is noted at most once in this time. */
export const DRIFT_NOTE_MS = 5 * MINUTE_MS;
/** A ruleset is rolled out over a while: an agent that has reported its own for less long is not told from its peers. */
export const DRIFT_GRACE_MS = HOUR_MS;
/** Fewer agents than that have no majority worth the name. */
export const MIN_PEERS = 3;
/** How often the cron runs, and how often agents are compared: it reads a row for each that reports a ruleset. */
export const CRON_MS = MINUTE_MS;
export const PEERS_EVERY_MS = 10 * MINUTE_MS;
/** Agents told of their peers in one run of the cron; the next one takes the rest. */
export const PEERS_TOLD = 200;
/** Gaps of an agent that lists show: those of the last day, the latest of them. */
export const AGENT_GAPS_SHOWN_MS = DAY_MS;
export const MAX_AGENT_GAPS_SHOWN = 20;
/** Former owners that a finding remembers: a host that changes its name at each restart has many. */
export const MAX_TAKEOVERS = 8;
/** How often an actor asks whether what stays open for want of heartbeats must: only where nobody could tell it. */
export const COVERAGE_ASK_MS = HOUR_MS;
/** Containers in one heartbeat's list: a node of a large cluster runs 250 pods. */
export const MAX_CONTAINERS_PER_HEARTBEAT = 2_000;

/**
 * Published: an event older than this is `late`. It extends what it belongs to and reopens nothing: after a
 * week no agent's buffer is meant to hold anything, and what is found then is history, not news.
 */
export const LATE_HORIZON_MS = 7 * DAY_MS;
/** Distances between an agent's liveness events from which its interval is learned; their lower median counts. */
export const MAX_LEARNED_GAPS = 5;

/** Requests of one key in an isolate for which the rate limiter is asked once; wrangler.toml counts in these. */
export const REQUESTS_PER_TICKET = 20;
/** A refused key is not asked for again so soon: a flood must cost less than what it is kept from. */
export const RATE_BLOCK_MS = 5 * SECOND_MS;
/** Keys whose rate an isolate remembers. */
export const MAX_RATED_KEYS = 10_000;

/** Counts of outcomes are written to D1 this long after the first of them, in the same isolate. */
export const OUTCOMES_FLUSH_MS = 10 * SECOND_MS;
/** Published: counts are at most this far behind, a failed write and its repetition included. */
export const OUTCOMES_BEHIND_MS = 30 * SECOND_MS;
/** Counters kept in memory before they are written early: a hundred bytes each. */
export const MAX_OUTCOME_COUNTERS = 5_000;
/** Counters in one write: with hostile names 1.5 MB of the 2 MB that D1 takes in a string. */
export const OUTCOMES_PER_FLUSH = 1_000;
/** Hours of outcomes that are kept, and that one may ask for. */
export const MAX_OUTCOME_HOURS = 30 * 24;
/** Flush ids and days are remembered this long: far longer than one is tried. */
export const INTAKE_MEMORY_MS = 2 * DAY_MS;
/** A flush that failed is sent again for this long, under the same id. */
export const OUTCOMES_RETRY_MS = HOUR_MS;

/** Events of the future are clamped to now; a clock may be ahead by this much before the event says so. */
export const CLOCK_TOLERANCE_MS = 2 * SECOND_MS;

/** Last-seen refreshes of an open finding in D1: at most one a minute, less for long quiet periods. */
export const MIN_REFRESH_MS = MINUTE_MS;
/** A refresh at a hundredth of the quiet period keeps the countdown in lists right to 1 %. */
export const REFRESH_FRACTION = 100;
export const MAX_REFRESH_MS = HOUR_MS;

/** Outbox: messages of one D1 batch. D1 runs a batch as one transaction and stops at 30 s. */
export const DRAIN_BATCH = 50;
/** Drains of one alarm; more are left to the next one, so that no alarm runs into its time limit. */
export const DRAINS_PER_ALARM = 40;
/** Outbox: between two drains, so that what happens meanwhile goes to D1 in one batch; the first waits for nothing. */
export const DRAIN_SPACING_MS = 100;
/** Outbox: first wait after a failed drain, doubled up to the longest. */
export const DRAIN_RETRY_MS = 5 * SECOND_MS;
export const DRAIN_RETRY_MAX_MS = 15 * MINUTE_MS;

/** Resolved findings stay with their actor this long, so that late events meet them. */
export const RESOLVED_RETENTION_MS = HOUR_MS;
/** Repeats of one threat within this span are one signal with a count. */
export const SIGNAL_WINDOW_MS = HOUR_MS;
/** A threat older than this is given the hour of its receipt, so that signals are remembered for little longer. */
export const SIGNAL_HORIZON_MS = DAY_MS;
/** How long a signal is remembered after its last event: its hour, the horizon, and a retry. */
export const SIGNAL_RETENTION_MS = SIGNAL_HORIZON_MS + 2 * HOUR_MS;

/** The sweep wakes an actor whose deadline in D1 has passed by this much. */
export const SWEEP_GRACE_MS = 2 * MINUTE_MS;
/** Actors woken by one sweep; the next minute takes the rest. */
export const SWEEP_OWNERS = 200;

/** Lists. */
export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 200;
/** Free-text search: longer is not what a person types. */
export const MAX_QUERY_CHARS = 200;

/** The JSON body of an API request; events go to /v1/events. */
export const MAX_API_BODY_BYTES = 256 * KIB;
/**
 * Actors told of a rule's change at once; a request may make 1,000 subrequests. The others follow with their next
 * event, and the sweep tells them where the rule is out of force.
 */
export const MAX_OWNERS_TOLD = 500;

/**
 * A tenant's own rules. The configuration is one document, of which an actor's storage takes 2 MB, with two
 * bytes a character where a text is not Latin: the limits of its parts add up to less than a million characters.
 */
export const MAX_CUSTOM_RULES = 200;
/** One of them as JSON: several pages of Markdown. An actor's call carries it in a header, in four bytes a character. */
export const MAX_CUSTOM_RULE_CHARS = 16 * KIB;
/** All of them together. */
export const MAX_CUSTOM_RULES_CHARS = 512 * KIB;
export const MAX_MATCHERS = 20;
/** A CEL expression in a rule, an exception or a mute. */
export const MAX_EXPRESSION_CHARS = 2_000;
export const MAX_EXCEPTIONS = 500;
/** All of them together as JSON. */
export const MAX_EXCEPTIONS_CHARS = 192 * KIB;
/** An exception ends: who still wants it then decides anew. */
export const MAX_EXCEPTION_MS = 366 * DAY_MS;
/** Events of one `POST /api/v1/rules/test`, and findings (and signals) whose samples it looks at. */
export const MAX_TEST_EVENTS = 500;
export const MAX_TEST_FINDINGS = 500;
/** The body of such a test: 500 events of a few KiB. */
export const MAX_TEST_BODY_BYTES = 2 * MIB;
/** Findings that a preview of an exception or a mute shows. */
export const MAX_PREVIEW_EXAMPLES = 5;
/** Mutes of a scope in force: each of them is asked of every finding that opens. */
export const MAX_SCOPE_MUTES = 100;
/** All of them together as JSON: they stand in the tenant's document, beside its rules. */
export const MAX_SCOPE_MUTES_CHARS = 64 * KIB;
export const MAX_MUTE_NOTE_CHARS = 1_000;
/** A mute ends: who still does not want to be told then decides anew. */
export const MAX_MUTE_MS = 366 * DAY_MS;
/** The end of a mute is announced this long before it, so that a weekend does not hide it. */
export const MUTE_WARNING_MS = 3 * DAY_MS;
/** Of a mute that is short: when less than one in so many parts of its life is left. */
export const MUTE_WARNING_PARTS = 5;
/** Findings that one step of a mute looks at: a read and one batch of writes, some ten milliseconds. */
export const MUTE_PAGE = 1_000;
/** Steps within a request; the sweep takes the rest. */
export const MUTE_PAGES_AT_ONCE = 10;
/** Steps of one sweep over all mutes, and mutes that it announces or closes; the next minute takes the rest. */
export const SWEEP_MUTE_PAGES = 50;
export const SWEEP_MUTES = 200;
/** Open findings that a preview of a mute looks at, the newest. */
export const MAX_PREVIEW_FINDINGS = 5_000;
/** Findings that a mute shows of those it hides, the newest; the rest are in the list of findings. */
export const MAX_MUTE_FINDINGS = 50;
/** Members, the disabled ones too; the one that was disabled first makes room. */
export const MAX_MEMBERS = 200;
/** All of them together as JSON: they stand in the tenant's document, some 250 characters each. */
export const MAX_MEMBERS_CHARS = 64 * KIB;
export const MAX_MEMBER_NAME_CHARS = 100;
/** As long as an address can be that mail is sent to (RFC 5321). */
export const MAX_EMAIL_CHARS = 254;
export const MAX_TEAM_CHARS = 80;
/** Of the address of a request that is refused: enough to tell which, and no way to fill the log. */
export const MAX_LOGGED_PATH_CHARS = 200;
/** An invitation reaches somebody who may be away for some days. */
export const INVITE_MS = 7 * DAY_MS;
/** Changes of rules that wait for D1 to record them; more mean that D1 is down, and are refused. */
export const MAX_UNRECORDED_CHANGES = 100;
/** All of them together as JSON. */
export const MAX_UNRECORDED_CHARS = 128 * KIB;
/** Recording is tried again after this. */
export const RECORD_RETRY_MS = MINUTE_MS;

/** The key that signs certificates is looked up anew after this long: so long a retired one may still sign. */
export const SIGNING_KEY_CACHE_MS = MINUTE_MS;
/** After a key is distrusted, its signatures are looked for again for this long: longer than any isolate keeps it. */
export const DISTRUST_SWEEP_MS = 5 * MINUTE_MS;
/** Certificates that one sweep signs; a signature takes a tenth of a millisecond, and the next minute takes the rest. */
export const SWEEP_CERTIFICATES = 500;

/** A tenant's configuration is cached in an isolate this long (DESIGN: "cached for seconds"). */
export const TENANT_CACHE_MS = 3 * SECOND_MS;

/** The operator's sign-in link is used at once. */
export const SIGN_IN_LINK_MS = DAY_MS;
/**
 * There is no password to come back by: each session costs an admin a link. It ends at once when its member signs
 * out or is disabled.
 */
export const SESSION_MS = 30 * DAY_MS;
/** An operator's token is made for one call. */
export const OPERATOR_TOKEN_MS = 5 * MINUTE_MS;
/** Keys that one call may distrust; an instance rotates a few times a year. */
export const MAX_DISTRUSTED_KEYS = 50;

/** Findings that a roll-up shows of itself, the newest: the rest are in the list of findings. */
export const MAX_ROLLUP_FINDINGS = 100;
/** Images that a roll-up shows, those seen last: a workload that is deployed daily has a quarter's. */
export const MAX_ROLLUP_IMAGES = 100;
/** Findings of a roll-up whose events and episodes it tells one by one: as many lanes as fit on a screen. */
export const MAX_ROLLUP_TIMELINES = 12;
/** Earlier episodes of each of them, the latest: one that flaps has hundreds. */
export const MAX_TIMELINE_EPISODES = 10;
/** Findings of newer containers that are asked whether they prove a fix; each is a document of some KiB. */
export const MAX_ROLLUP_WITNESSES = 50;

/** The ledger: entries of one call, which an actor commits at once, and all of them as JSON; a call takes 32 MiB. */
export const MAX_LEDGER_APPEND = 500;
export const MAX_LEDGER_APPEND_CHARS = 4 * MIB;
/** One of them: a case's text before and after, where each of its characters takes six in JSON. */
export const MAX_LEDGER_ENTRY_CHARS = 256 * KIB;
/** Of a reason, where an entry is longer than that. */
export const MAX_LEDGER_REASON_CHARS = 1_000;
/** What follows within this goes to D1 in one batch. */
export const LEDGER_COPY_SPACING_MS = 200;
/** Entries of one such batch, and batches of one alarm; the next one takes the rest. */
export const LEDGER_COPY_ENTRIES = 200;
export const LEDGER_COPIES_PER_ALARM = 25;
/** So long the actor knows of an occurrence that it has written it down; whoever tells it again does so within hours. */
export const LEDGER_MEMORY_MS = 90 * DAY_MS;
/** What `q` looks through of an entry. */
export const MAX_LEDGER_SEARCH_CHARS = 1_000;
/** What waits for the ledger with the TenantActor, as JSON. */
export const MAX_UNLEDGERED_CHARS = 128 * KIB;
/** Acts in D1 that one sweep hands on to ledgers; the next minute takes the rest. */
export const SWEEP_LEDGER_ACTS = 500;
/** Entries that the server checks at once: some 0.3 s of CPU time. */
export const MAX_LEDGER_CHECK = 10_000;
/** Entries that an export or a check reads of D1 at once. */
export const LEDGER_PAGE = 500;

/** Endpoints of a tenant: a few for each team. Each is asked for each happening. */
export const MAX_ENDPOINTS = 50;
/** All of them together as JSON: they stand in the tenant's document, beside its rules. */
export const MAX_ENDPOINTS_CHARS = 48 * KIB;
export const MAX_ENDPOINT_URL_CHARS = 2_000;
export const MAX_ENDPOINT_DESCRIPTION_CHARS = 200;
export const MAX_ENDPOINT_EVENTS = 32;
/** A token, a key, a path that is one: JSON Web Tokens are the longest. */
export const MAX_ENDPOINT_CREDENTIAL_CHARS = 4_000;
export const MAX_ENDPOINT_FILTER_VALUES = 50;
/** Deliveries that wait for one endpoint; of more, the newest are dead letters at once. A day of a large fleet's news. */
export const MAX_PENDING_DELIVERIES = 10_000;
/** Deliveries that have arrived are kept for a week, as the log: so long a repeated happening is recognised. */
export const DELIVERED_RETENTION_MS = 7 * DAY_MS;
/** Dead letters are kept for a month, to be replayed. */
export const DEAD_RETENTION_MS = 30 * DAY_MS;
/** Of each kind at the most: at 4 KiB each 200 MB, of the 10 GB of an actor. */
export const MAX_KEPT_DELIVERIES = 50_000;
/** Attempts of one delivery that are kept, the last ones: five replays. */
export const MAX_KEPT_ATTEMPTS = 50;
/** Findings that an endpoint has been told of and that are not resolved: remembered, so that the end is told too. */
export const MAX_TOLD_FINDINGS = 200_000;
/** Retries as Standard Webhooks recommends them: before the n-th attempt. */
export const RETRY_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A wait is longer by up to this share, so that receivers that come back are not met by all at once. */
export const RETRY_JITTER = 0.1;
/** The longest `Retry-After` that is honoured: the longest of our own waits. */
export const MAX_RETRY_AFTER_MS = DAY_MS;
/** What has waited for longer is given up, however few attempts it has had: all waits together are 76 h, with jitter 83 h. */
export const MAX_DELIVERY_AGE_MS = 5 * DAY_MS;
/** Failures in a row, of whatever deliveries, after which one attempt at a time is made. */
export const BREAKER_FAILURES = 5;
/** Between two of them, doubled with each failure up to the longest. */
export const BREAKER_PAUSE_MS = 15 * SECOND_MS;
export const BREAKER_PAUSE_MAX_MS = 5 * MINUTE_MS;
/** Attempts of one endpoint under way at once; a Worker has six connections. */
export const MAX_ATTEMPTS_AT_ONCE = 6;
/** An attempt must be answered in this time, as Standard Webhooks recommends (15 to 30 s). */
export const ATTEMPT_TIMEOUT_MS = 15 * SECOND_MS;
/** Names of projects, people, labels and types in trackers: longer than any of them allows. */
export const MAX_TRACKER_NAME_CHARS = 100;
/** Paths of projects: GitLab allows 255 characters for each of their parts, and nobody has so many. */
export const MAX_TRACKER_PATH_CHARS = 255;
export const MAX_TRACKER_LABELS = 10;
/** They stand in the tenant's document. */
export const MAX_TRACKER_PEOPLE = 200;
/** What is read of a tracker's answer: thirty tickets with their texts. */
export const MAX_REPLY_BYTES = 512 * KIB;
/**
 * After a ticket or a comment whose answer was lost, so long a tracker's search may not know of it yet, and the request
 * may still be under way: only then is it made again. Jira's search lags by seconds.
 */
export const TRACKER_SETTLE_MS = MINUTE_MS;
/** Tickets that one drain copies to D1, and when the next one comes after a failure. */
export const TICKET_COPIES = 50;
export const TICKET_COPY_RETRY_MS = MINUTE_MS;
/** Titles of tickets: Jira allows 255 characters. */
export const MAX_TICKET_TITLE_CHARS = 250;
/** Of ServiceNow, whose fields cut off what is longer. */
export const MAX_SHORT_TITLE_CHARS = 160;
export const MAX_SHORT_TEXT_CHARS = 4_000;
/** A text in a ticket: Jira allows 32,767 characters, GitHub 65,536. */
export const MAX_TICKET_TEXT_CHARS = 20_000;
/** A tracker's hook: an issue with its texts, in both directions of a change. */
export const MAX_HOOK_BYTES = MIB;
/** A comment of a tracker as a note, with the rest cut off. */
export const MAX_HOOK_COMMENT_CHARS = 10_000;
/** What hooks said is kept so long after it took effect: so long one that comes again is known. */
export const HOOK_RETENTION_MS = 30 * DAY_MS;
/** Hooks that one sweep applies; the next minute takes the rest. */
export const SWEEP_HOOKS = 200;
/** The sweep leaves to its request what came in less than this ago. */
export const HOOK_GRACE_MS = 10 * SECOND_MS;
/** What is kept of an answer. */
export const MAX_ANSWER_BYTES = KIB;
/** One alarm of an endpoint starts attempts for this long, and leaves the rest to the next. */
export const DELIVERY_WORK_MS = MINUTE_MS;
/** If the process ends within an alarm, the next one comes after this. */
export const DELIVERY_LEASE_MS = 2 * MINUTE_MS;
/** After a rotation the former secret signs too for this long: time to hand out the new one. */
export const SECRET_OVERLAP_MS = DAY_MS;
/** Secrets that sign at once: rotated again and again, the oldest of them goes before its time. */
export const MAX_SECRETS = 3;
/** Deliveries that one call replays. */
export const MAX_REPLAY = 1_000;
/** Mutes whose news one sweep tells endpoints of; the next minute takes the rest. */
export const SWEEP_MUTE_NEWS = 200;

/** Findings (and signals) of one request about a case, and of a case: it is work for people, who read them. */
export const MAX_CASE_FINDINGS = 200;
export const MAX_FINDINGS_OF_CASE = 500;
export const MAX_CASE_TITLE_CHARS = 200;
/** A case's description, and one of its notes: some pages of Markdown. */
export const MAX_CASE_TEXT_CHARS = 16_000;
export const MAX_CASE_LABELS = 20;
export const MAX_CHECKLIST = 50;
export const MAX_CHECKLIST_CHARS = 400;
/** Notes of a case: a case that is shown shows all of them. */
export const MAX_CASE_NOTES = 500;
/** Findings of a case that endpoints are told of, the newest: as many as a ticket shows. */
export const MAX_TOLD_CASE_FINDINGS = 20;
/** Times that a change is planned anew where others change the case at the same time. */
export const CASE_TRIES = 5;
/** How long there is to close a case, by its priority, where the tenant says nothing else. */
export const CASE_SLA_MS = {
  P1: DAY_MS,
  P2: 3 * DAY_MS,
  P3: 14 * DAY_MS,
  P4: 30 * DAY_MS,
  P5: 90 * DAY_MS,
} as const;
/** What a tenant may say instead: less than an hour nobody could keep to, and after two years nobody remembers. */
export const MIN_CASE_SLA_MS = HOUR_MS;
export const MAX_CASE_SLA_MS = 730 * DAY_MS;
/** Cases that one sweep looks at, those first that it has not looked at for longest; the next minute takes the rest. */
export const SWEEP_CASES = 100;
/** News of cases that one drain tells. */
export const CASE_NEWS_BATCH = 100;
/** Automation and ownership rules of a tenant: each of them is asked of every finding that opens, until one matches. */
export const MAX_AUTOMATIONS = 50;
export const MAX_OWNERSHIP_RULES = 200;
/** Both together as JSON: they stand in the tenant's document, and travel in a header in four bytes a character. */
export const MAX_CASE_RULES_CHARS = 24 * KIB;
/** More cases on a day than people read are no cases. */
export const MAX_DAILY_CASES = 1_000;
/** Open findings that a preview of an automation looks at, the newest, each of them whole. */
export const MAX_AUTOMATION_PREVIEW = 1_000;
