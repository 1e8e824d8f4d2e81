/** Certificates, and the keys that they are checked with. */
import { z } from "zod";
import { certificateViewSchema, JOSE_MEDIA_TYPE, jwksSchema } from "../../schema/certificate.ts";
import { CERTIFICATE } from "./example-certificate.ts";
import { FINDING_ID } from "./examples.ts";
import type { Operation } from "./operation.ts";

const KEY = {
  kty: "OKP",
  crv: "Ed25519",
  // Of RFC 8037, appendix A.
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  alg: "EdDSA",
  use: "sig",
} as const;

export const CERTIFICATE_OPERATIONS: readonly Operation[] = [
  {
    id: "getCertificate",
    method: "get",
    path: "/api/v1/findings/{id}/episodes/{episode}/certificate",
    tag: "Certificates",
    summary: "Read the certificate of a resolved episode",
    description:
      "A JWS (EdDSA) over what was known when the episode ended: its events, the quiet window, who watched how much of it, and the rules. With `Accept: application/json` it comes as `{ jws, header, payload }`. `verify-certificate` checks it offline and says what it proves and what not.",
    auth: "apiToken",
    params: {
      id: { schema: z.string(), description: "The finding's id", example: FINDING_ID },
      episode: { schema: z.int().positive(), description: "The episode's number", example: "1" },
    },
    answers: {
      200: {
        description: "The certificate, in compact serialisation",
        schema: z.string(),
        mediaType: JOSE_MEDIA_TYPE,
        example: CERTIFICATE.jws,
        also: [
          { schema: certificateViewSchema, mediaType: "application/json", example: CERTIFICATE },
        ],
      },
    },
    problems: ["not_found", "not_resolved", "certificate_pending"],
  },
  {
    id: "getJwks",
    method: "get",
    path: "/.well-known/jwks.json",
    tag: "Certificates",
    summary: "Read the public keys of certificates",
    description:
      "All keys that certificates may be checked with, those that sign no more too (RFC 7517). A key that has been compromised is not among them. Save it beside the certificates.",
    auth: "none",
    answers: {
      200: { description: "The key set", schema: jwksSchema, example: { keys: [KEY] } },
    },
    problems: [],
  },
];
