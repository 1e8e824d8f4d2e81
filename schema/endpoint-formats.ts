/**
 * How an endpoint is spoken to, and what each way needs to know of it. `signed`: one POST a happening, signed as
 * Standard Webhooks; `message`: one request a happening, as the vendor wants it; `tracker`: a ticket for each case.
 */
import { z } from "zod";
import { MAX_ENDPOINT_CREDENTIAL_CHARS } from "./limits.ts";

export const ENDPOINT_FORMATS = ["standard", "cloudevents", "ocsf"] as const;
export type EndpointFormat = (typeof ENDPOINT_FORMATS)[number];

export interface FormatFacts {
  kind: "signed" | "message" | "tracker";
  /** What is asked of its settings; strict. Names are what problems and forms name. */
  settings: z.ZodObject;
  /** Whether it is called with a token or key of the receiver's; that is write-only. */
  credential: boolean;
  /** What it hears where nobody says it. */
  events: readonly string[];
}

const SIGNED: FormatFacts = {
  kind: "signed",
  settings: z.strictObject({}),
  credential: false,
  events: ["*"],
};

export const FORMATS: Readonly<Record<EndpointFormat, FormatFacts>> = {
  standard: SIGNED,
  cloudevents: SIGNED,
  ocsf: SIGNED,
};

/** As they are stored: of the shape that their format asks for. */
export const endpointSettingsSchema = z
  .record(z.string(), z.unknown())
  .describe("What the format needs beside the address; of the signed formats nothing");
export type EndpointSettings = z.infer<typeof endpointSettingsSchema>;

/** One line without spaces: it stands in a header. */
export const credentialSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_ENDPOINT_CREDENTIAL_CHARS)
  .regex(/^[\x21-\x7e]+$/, "has a character that no token has")
  .describe("The token or key that the receiver asks for. Write-only: no answer has it");

/** Of a format that is called with one. */
export const CREDENTIAL_STATES = ["set", "missing"] as const;
