/**
 * What a certificate says, proves and does not prove, in sentences. Pure. What it proves is worded as
 * scripts/verify-certificate.mjs words it, which must stand alone; a test holds the two together.
 */
import type { CertificateClaims } from "../../schema/certificate.ts";
import type { Resolution } from "../../schema/finding.ts";
import { formatDuration } from "../../schema/time.ts";
import { counted } from "./number.ts";
import { epoch } from "./time.ts";
import type { ReaderZone } from "./zone.ts";

type Words = (claims: CertificateClaims) => readonly string[];

const PROVEN: Readonly<Record<Resolution, Words>> = {
  quiet: ({ episode, quiet }) => [
    `The instance that has the key decided on ${episode.decidedAt} that the behaviour had stopped.`,
    `From ${quiet.from} on it was told of no event of this rule on this resource until the quiet period was over.`,
    `For ${formatDuration(quiet.watchedMs ?? 0)} of that time an agent that had reported the behaviour was in contact and reported no loss.`,
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

const NOT_PROVEN: Readonly<Record<Resolution, string>> = {
  quiet: "That the agent could not be deceived, or kept from seeing what it reported before.",
  quiet_unverified:
    "That anybody was watching: an agent that had died would have been as silent. It proves silence only.",
  resource_gone:
    "Anything about the behaviour: it may go on in what has taken the resource's place.",
  rule_retired: "Anything about the behaviour: it may go on, and nobody looks for it.",
};

const NEVER = [
  "That nothing else of the kind happened, elsewhere or under another rule, or will happen again.",
  "That the key set is the instance's: get it yourself, over TLS, from /.well-known/jwks.json.",
] as const;

/** What the certificate proves, once its signature has been checked. */
export function provenWords(claims: CertificateClaims): readonly string[] {
  return PROVEN[claims.episode.resolution](claims);
}

/** What nobody may read into it. */
export function notProvenWords({ episode }: CertificateClaims): readonly string[] {
  return [NOT_PROVEN[episode.resolution], ...NEVER];
}

/** "in api (shop, node-7, eu-1)", "on node-7" */
function placeWords({ resource }: CertificateClaims): string {
  const around = [resource.namespace, resource.host, resource.cluster].filter(
    (name) => name !== null && name !== "" && name !== resource.name,
  );
  const place = around.length === 0 ? resource.name : `${resource.name} (${around.join(", ")})`;
  return `${resource.type === "host" ? "on" : "in"} ${place}`;
}

/** How much of the quiet window was watched, rounded down, so that what is not whole is never said to be. */
function watchedPercent({ quiet }: CertificateClaims): string | null {
  const window = epoch(quiet.to) - epoch(quiet.from);
  if (quiet.watchedMs === null || window <= 0) return null;
  return `${Math.min(1_000, Math.floor((quiet.watchedMs * 1_000) / window)) / 10} %`;
}

/** The certificate in one sentence: what was silent where, from when to when, and who watched. */
export function certificateHeadline(claims: CertificateClaims, zone: ReaderZone): string {
  const { rule, episode, quiet } = claims;
  const place = placeWords(claims);
  const at = (instant: string) => zone.exact(epoch(instant));
  const silence = `“${rule.title}” was not reported ${place} from ${at(quiet.from)} to ${at(quiet.to)}`;
  switch (episode.resolution) {
    case "quiet": {
      const share = watchedPercent(claims);
      return share === null
        ? `${silence}.`
        : `${silence}; an agent that had reported it was watching for ${share} of that time.`;
    }
    case "quiet_unverified":
      return `${silence}, but nobody can say who was watching.`;
    case "resource_gone":
      return `“${rule.title}” was last reported ${place} on ${at(episode.lastSeenAt)}; the ${claims.resource.type} was known to be gone on ${at(episode.resolvedAt)}.`;
    case "rule_retired":
      return `“${rule.title}” has not been looked for ${place} since ${at(episode.resolvedAt)}.`;
  }
}

/** What had happened until then. */
export function happenedWords({ episode }: CertificateClaims, zone: ReaderZone): string {
  const [first, last] = [episode.openedAt, episode.lastSeenAt].map((at) => zone.exact(epoch(at)));
  const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return `The episode had ${counted(episode.count, "event")}, ${when}.`;
}
