#!/usr/bin/env node
/**
 * Checks one certificate offline: `verify-certificate certificate.jws --jwks jwks.json`. Plain JavaScript in one
 * file with nothing but Node's own modules, so that an auditor can read it, and needs nothing else (Node 20 or
 * newer). Exit code: 0 valid, 1 not valid, 2 called wrongly. docs/certificates.md explains the claims.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const FORMAT = 1;
const TYPE = "lull-certificate+jwt";
const USAGE = "Usage: verify-certificate <certificate.jws> --jwks <jwks.json>";

/** The certificate is not valid; the message says why. */
class Invalid extends Error {}
/** The script was called wrongly. */
class Misuse extends Error {}

function main(argv) {
  try {
    const { certificate, keys } = inputs(argv);
    const { claims, kid } = verified(certificate, keys);
    const found = faultsOf(claims);
    if (found.length > 0) throw new Invalid(found.join("\n  "));
    print(report(claims, kid));
    return 0;
  } catch (error) {
    if (error instanceof Misuse) process.stderr.write(`${error.message}\n`);
    else if (error instanceof Invalid) print(`NOT VALID\n\n  ${error.message}`);
    else throw error;
    return error instanceof Misuse ? 2 : 1;
  }
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

function inputs(argv) {
  let parsed;
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { jwks: { type: "string" } },
    });
  } catch (error) {
    throw new Misuse(`${error.message}\n${USAGE}`);
  }
  const { values, positionals } = parsed;
  if (positionals.length !== 1 || values.jwks === undefined) throw new Misuse(USAGE);
  const keySet = jsonOr(read(values.jwks), () => new Misuse(`${values.jwks} is not JSON.`));
  if (!Array.isArray(keySet?.keys)) throw new Misuse(`${values.jwks} is not a key set (RFC 7517).`);
  return { certificate: read(positionals[0]).trim(), keys: keySet.keys };
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Misuse(`Cannot read ${path}: ${error.code}.`);
  }
}

function jsonOr(text, failure) {
  try {
    return JSON.parse(text);
  } catch {
    throw failure();
  }
}

/* The signature (RFC 7515, RFC 8037). */

function verified(certificate, keys) {
  const parts = certificate.split(".");
  if (parts.length !== 3) throw new Invalid("It is not a JWS in compact serialisation.");
  const [head, payload, signature] = parts;
  const broken = () => new Invalid("A part of it is damaged.");
  const header = jsonOr(bytes(head), broken);
  if (header?.alg !== "EdDSA" || header.typ !== TYPE)
    throw new Invalid(`Its header does not say that it is a certificate (${TYPE}, EdDSA).`);
  const key = publicKey(keys, header.kid);
  if (!verify(null, Buffer.from(`${head}.${payload}`), key, bytes(signature)))
    throw new Invalid("The signature does not match: it was changed, or another key signed it.");
  const claims = jsonOr(bytes(payload), broken);
  if (claims?.format !== FORMAT)
    throw new Invalid(`It has format ${claims?.format}; this script knows format ${FORMAT}.`);
  return { claims, kid: header.kid };
}

/** Several spellings of Base64 mean the same bytes; only one of them is valid. */
function bytes(text) {
  const decoded = Buffer.from(text, "base64url");
  if (decoded.toString("base64url") !== text) throw new Invalid("A part of it is damaged.");
  return decoded;
}

function publicKey(keys, kid) {
  const jwk = keys.find((key) => key?.kid === kid);
  if (jwk === undefined) {
    throw new Invalid(
      `The key set lacks the key ${kid}. It was saved before that key was begun (get it anew), or the key\n  is distrusted (get the certificate anew), or it is another instance's.`,
    );
  }
  const { kty, crv, x } = jwk;
  const isEd25519 = kty === "OKP" && crv === "Ed25519" && typeof x === "string";
  // RFC 7638: a key's name is its thumbprint, so that no other key can go by it.
  const canonical = JSON.stringify({ crv, kty, x });
  if (!isEd25519 || createHash("sha256").update(canonical).digest("base64url") !== kid)
    throw new Invalid(`The key ${kid} of the key set is not what its name says.`);
  return createPublicKey({ key: { kty, crv, x }, format: "jwk" });
}

/* Whether what it says fits together. */

function faultsOf(claims) {
  try {
    return [...timeFaults(claims), ...quietFaults(claims)];
  } catch (error) {
    return [`Its claims are not those of format ${FORMAT}: ${error.message}.`];
  }
}

function timeFaults({ jti, iat, finding, episode, quiet }) {
  const [opened, last, resolved, decided] = [
    episode.openedAt,
    episode.lastSeenAt,
    episode.resolvedAt,
    episode.decidedAt,
  ].map(instant);
  return faults([
    [jti === `${finding}/${episode.number}`, "Its id is not that of its episode."],
    [iat === Math.floor(decided / 1000), "It was not issued when the episode was decided."],
    [opened <= last, "The last event is before the first."],
    [!isQuiet(episode) || last < resolved, "The episode ends before its last event."],
    [resolved <= decided, "The end was decided before it came."],
    [quiet.from === episode.lastSeenAt, "The quiet window does not begin with the last event."],
    [
      !isQuiet(episode) || quiet.to === episode.resolvedAt,
      "The quiet window does not end with the episode.",
    ],
  ]);
}

function quietFaults({ episode, quiet, agents }) {
  const window = length(quiet);
  const { gaps, periodMs, rulePeriodMs, watchedMs, basis } = quiet;
  const inGaps = gaps.reduce((sum, gap) => sum + length(gap), 0);
  const bounds = [quiet.from, ...gaps.flatMap((gap) => [gap.from, gap.to]), quiet.to].map(instant);
  const found = faults([
    [periodMs >= rulePeriodMs, "The quiet period is shorter than the rule's."],
    [
      bounds.every((at, i) => i === 0 || at >= bounds[i - 1]),
      "A gap lies outside of the quiet window, or two overlap.",
    ],
  ]);
  if (episode.resolution === "quiet") {
    found.push(
      ...faults([
        [basis === "coverage", "It says quiet, and that nobody was watching."],
        [watchedMs >= periodMs, "Less than the quiet period was watched."],
        [watchedMs + inGaps === window, "Watched time and gaps do not add up to the quiet window."],
        [Math.abs(quiet.coverage - periodMs / window) < 1e-4, "Its coverage is not that share."],
        [agents.some((agent) => agent.intervalMs !== null), "No agent sends heartbeats."],
      ]),
    );
  }
  if (episode.resolution === "quiet_unverified") {
    found.push(
      ...faults([
        [basis === "silence" && watchedMs === null, "It claims no proof, and watched time."],
        [window >= periodMs, "The silence is shorter than the quiet period."],
      ]),
    );
  }
  return found;
}

function faults(checks) {
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function isQuiet({ resolution }) {
  return resolution === "quiet" || resolution === "quiet_unverified";
}

function instant(text) {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${text} is not an instant`);
  return at;
}

function length({ from, to }) {
  return instant(to) - instant(from);
}

/* What it says, in words. */

function report(claims, kid) {
  const { tenant, finding, rule, resource, episode, quiet, agents } = claims;
  const place = [resource.namespace, resource.host, resource.cluster].filter(Boolean).join(", ");
  const image = [resource.image, resource.imageDigest].filter(Boolean).join(" ");
  return [
    "VALID: the signature matches, and what it says fits together.",
    "",
    `  ${rule.title} (rule ${rule.id}, ${rule.severity})`,
    `  on ${resource.type} ${resource.name}${place && ` (${place})`}`,
    ...(image ? [`  image     ${image}`] : []),
    `  events    ${episode.count}, from ${episode.openedAt} to ${episode.lastSeenAt}`,
    `  ended     ${episode.resolvedAt} as ${episode.resolution}, decided ${episode.decidedAt}`,
    `  case      ${episode.case ?? "none"}`,
    `  rules     version ${rule.rulesVersion}, ${rule.rulesetHash ?? "hash not known"}`,
    `  episode   ${episode.number} of finding ${finding}, tenant ${tenant}`,
    `  key       ${kid}`,
    ...(claims.ledger ? [`  ledger    ${claims.ledger.seq} ${claims.ledger.hash}`] : []),
    "",
    ...section("The quiet window", windowLines(quiet, agents)),
    ...section("What this proves", PROVEN[episode.resolution]?.(claims) ?? []),
    ...section("What this does not prove", [...(NOT_PROVEN[episode.resolution] ?? []), ...NEVER]),
  ].join("\n");
}

function section(title, lines) {
  return [title, ...lines.map((line) => `  - ${line}`), ""];
}

function windowLines(quiet, agents) {
  return [
    `${span(length(quiet))} from ${quiet.from} to ${quiet.to}; the quiet period is ${span(quiet.periodMs)}${PERIODS[quiet.periodBasis]?.(quiet) ?? ""}.`,
    quiet.watchedMs === null
      ? "No agent that reported it sends heartbeats: nobody can say who was watching."
      : `An agent that reported it was watching for ${span(quiet.watchedMs)} of it.`,
    ...quiet.gaps.map(
      (gap) =>
        `Gap from ${gap.from} to ${gap.to}: ${gap.reason === "dropped" ? "events were lost" : "no agent was in contact"}. It does not count.`,
    ),
    ...agents.map(agentLine),
  ];
}

const PERIODS = {
  cadence: ({ longestPauseMs, rulePeriodMs }) =>
    `, since it had paused for ${span(longestPauseMs)} before; the rule says ${span(rulePeriodMs)}`,
  suppression: ({ rulePeriodMs }) =>
    `, since the agent holds back repeats; the rule says ${span(rulePeriodMs)}`,
};

function agentLine({ id, kind, version, ruleset, intervalMs, heartbeats, dropped }) {
  const name = `Agent ${id}${kind === null ? "" : ` (${[kind, version, ruleset].filter(Boolean).join(" ")})`}`;
  if (kind === null)
    return `${name}: reported to another owner; nothing is known of its heartbeats.`;
  const { expected, received } = heartbeats;
  const beats =
    intervalMs === null
      ? "sends no heartbeats"
      : `${received ?? "an unknown number"} of ${expected} heartbeats, one every ${span(intervalMs)}`;
  return `${name}: ${beats}; ${dropped ?? "an unknown number of"} events reported as lost.`;
}

const PROVEN = {
  quiet: ({ episode, quiet }) => [
    `The instance that has the key decided on ${episode.decidedAt} that the behaviour had stopped.`,
    `From ${quiet.from} on it was told of no event of this rule on this resource until the quiet period was over.`,
    `For ${span(quiet.watchedMs)} of that time an agent that had reported the behaviour was in contact and reported no loss.`,
  ],
  quiet_unverified: ({ episode, quiet }) => [
    `The instance that has the key decided on ${episode.decidedAt} to close the episode.`,
    `From ${quiet.from} to ${quiet.to} it was told of no event of this rule on this resource.`,
  ],
  resource_gone: ({ episode }) => [
    `The instance that has the key was told by ${episode.decidedAt} that the resource is gone.`,
  ],
  rule_retired: ({ episode }) => [
    `The instance that has the key closed the episode on ${episode.decidedAt}, since its rule no longer applied.`,
  ],
};

const NOT_PROVEN = {
  quiet: ["That the agent could not be deceived, or kept from seeing what it reported before."],
  quiet_unverified: [
    "That anybody was watching: an agent that had died would have been as silent. It proves silence only.",
  ],
  resource_gone: [
    "Anything about the behaviour: it may go on in what has taken the resource's place.",
  ],
  rule_retired: ["Anything about the behaviour: it may go on, and nobody looks for it."],
};

const NEVER = [
  "That nothing else of the kind happened, elsewhere or under another rule, or will happen again.",
  "That the key set is the instance's: get it yourself, over TLS, from /.well-known/jwks.json.",
];

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

function span(ms) {
  let rest = ms;
  let text = "";
  for (const [unit, size] of UNITS) {
    // People write "24h" and "36h".
    if (unit === "d" && ms < 2 * size) continue;
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text === "" ? "0s" : text;
}

process.exitCode = main(process.argv.slice(2));
