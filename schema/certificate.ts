/**
 * What a certificate says of a resolved episode: the payload of a JWS (RFC 7515, EdDSA). docs/certificates.md
 * explains each claim. Instants are RFC 3339 in UTC, durations milliseconds, so that whoever checks it can add
 * them up. What is not known is null, never a guess.
 */
import { z } from "zod";
import { AGENT_FORMATS } from "./event.ts";
import { QUIET_PERIOD_BASES, RESOLUTIONS, resourceSchema } from "./finding.ts";
import { ledgerHeadSchema } from "./ledger.ts";
import { SEVERITIES } from "./rule.ts";

/** Grows when a claim changes its meaning or goes; new claims leave it as it is. */
export const CERTIFICATE_FORMAT = 1;
/** The `typ` of the header, so that no other token of ours can pass for a certificate. */
export const CERTIFICATE_TYPE = "lull-certificate+jwt";
export const JOSE_MEDIA_TYPE = "application/jose";

const instant = z.iso.datetime();
const count = z.int().nonnegative();
const durationMs = z.int().nonnegative();

const certifiedAgentSchema = z.object({
  id: z.string(),
  kind: z.enum(AGENT_FORMATS).nullable(),
  version: z.string().nullable(),
  ruleset: z.string().nullable().describe("The agent's own rules, as it names them"),
  intervalMs: durationMs.nullable().describe("How often it sends heartbeats; null: not at all"),
  heartbeats: z.object({
    expected: count.nullable().describe("Whole intervals in the quiet window"),
    received: count.nullable().describe("Heartbeats that arrived in the quiet window"),
  }),
  dropped: count.nullable().describe("Events that it reported as lost in the quiet window"),
});

export const certificateClaimsSchema = z.object({
  format: z.literal(CERTIFICATE_FORMAT),
  jti: z.string().describe("`<finding>/<episode>`"),
  iat: z.int().describe("When the episode was decided to be over, in seconds since 1970"),
  tenant: z.string(),
  finding: z.string(),
  rule: z.object({
    id: z.string(),
    title: z.string(),
    severity: z.enum(SEVERITIES),
    rulesVersion: z.int().describe("Of the tenant's configuration that the rule comes from"),
    rulesetHash: z.string().nullable().describe("SHA-256 of all rules of that version"),
  }),
  resource: resourceSchema,
  episode: z.object({
    number: z.int().positive(),
    openedAt: instant.describe("Its first event"),
    lastSeenAt: instant.describe("Its last event"),
    resolvedAt: instant.describe("Its end: of silence the instant at which that was long enough"),
    decidedAt: instant.describe("When that was known"),
    resolution: z.enum(RESOLUTIONS),
    count: count.describe("Its events"),
    case: z.string().nullable(),
  }),
  history: z.object({
    totalCount: count.describe("Events of all episodes so far"),
    lateCount: count.describe("Events that came after the end of the episode they belong to"),
  }),
  quiet: z.object({
    from: instant,
    to: instant,
    periodMs: durationMs.describe("The quiet period in force"),
    periodBasis: z.enum(QUIET_PERIOD_BASES).describe("Why it is that"),
    rulePeriodMs: durationMs.describe("What the rule says"),
    longestPauseMs: durationMs.describe("Between two events of the finding so far"),
    basis: z.enum(["coverage", "silence"]),
    watchedMs: durationMs
      .nullable()
      .describe("How much of the window an agent watched; null without heartbeats"),
    coverage: z.number().nullable(),
    gaps: z.array(
      z.object({ from: instant, to: instant, reason: z.enum(["no_contact", "dropped"]) }),
    ),
  }),
  agents: z.array(certifiedAgentSchema).describe("Those that reported the finding"),
  ledger: ledgerHeadSchema
    .nullable()
    .optional()
    .describe(
      "Where the tenant's ledger stood: nothing up to there can be changed since. Null: it did not answer; absent: of before there was one",
    ),
});
export type CertificateClaims = z.infer<typeof certificateClaimsSchema>;

/** What an actor knows of it: its tenant and case, and the ledger, are known where it is signed. */
export type EpisodeFacts = Omit<CertificateClaims, "tenant" | "episode" | "ledger"> & {
  episode: Omit<CertificateClaims["episode"], "case">;
};

/** The same in JSON, for who has no JWS library at hand. */
export const certificateViewSchema = z.object({
  jws: z.string().describe("The certificate itself"),
  header: z.object({ alg: z.literal("EdDSA"), kid: z.string(), typ: z.literal(CERTIFICATE_TYPE) }),
  payload: certificateClaimsSchema,
});

/**
 * What there is of an episode's certificate. `unsigned` waits for its signature, `uncertified` ended before there
 * were certificates. `claims` is the payload as it is signed, to the character; `detail` says what is absent.
 */
export type CertificateState =
  | { state: "signed"; jws: string; kid: string; claims: string }
  | { state: "unsigned"; claims: string }
  | { state: "open" }
  | { state: "uncertified" }
  | { state: "absent"; detail: string };

/** What a certificate, or its claims in JSON, is called where it is saved. */
export function certificateFileName(
  finding: string,
  episode: number | string,
  type: "jws" | "json" = "jws",
): string {
  return `lull-${finding}-episode-${episode}.${type}`;
}

/** A public key of the set at `/.well-known/jwks.json` (RFC 7517, RFC 8037). */
const publicKeySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string().describe("The key's thumbprint (RFC 7638)"),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
});
export type PublicKey = z.infer<typeof publicKeySchema>;
export const jwksSchema = z.object({ keys: z.array(publicKeySchema) });
