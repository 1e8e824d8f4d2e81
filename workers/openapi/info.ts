/** What the document says of itself, and who may call what. */
import type { OpenApiDocument } from "../../schema/openapi.ts";

export const INFO: OpenApiDocument["info"] = {
  title: "Lull",
  version: "1",
  description: `Lull turns risky runtime behaviour into findings that stay open until the behaviour has stopped, and says how it knows.

- Instants are RFC 3339 in UTC; durations are strings such as \`24h\`, \`90s\`, \`1d12h\`.
- Lists answer \`{ "items", "nextCursor" }\`: send \`nextCursor\` as \`cursor\` for the next page; it is null on the last. A parameter that an operation does not know is refused.
- Errors are problem details (RFC 9457) of type \`urn:lull:problem:<code>\`. What \`code\` means is listed with each operation; 429 and 503 say in \`Retry-After\` when to come again.
- Answers may gain fields: read those you know, and pass over the others.`,
};

export const SECURITY_SCHEMES: OpenApiDocument["components"]["securitySchemes"] = {
  agentKey: {
    type: "http",
    scheme: "bearer",
    description: "An agent key, `lull_<tenant>_<keyId>_<mac>`",
  },
  agentKeyBasic: {
    type: "http",
    scheme: "basic",
    description: "The agent key as password, or as user name without a password",
  },
  agentKeyHeader: {
    type: "apiKey",
    in: "header",
    name: "DD-API-KEY",
    description: "The agent key",
  },
  agentKeyQuery: {
    type: "apiKey",
    in: "query",
    name: "key",
    description:
      "The agent key, for agents that can set no header. Query strings are never logged.",
  },
  apiToken: {
    type: "http",
    scheme: "bearer",
    description: "An API token, `lullapi_<tenant>_<tokenId>_<mac>`",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "lull_session",
    description: "A signed-in reader of the dashboard; reads only",
  },
};

/** Any one of the alternatives lets a request in. */
export const SECURITY_OF: Readonly<
  Record<
    "agentKey" | "apiToken" | "read" | "inBody" | "none",
    readonly Record<string, readonly string[]>[]
  >
> = {
  agentKey: [
    { agentKey: [] },
    { agentKeyBasic: [] },
    { agentKeyHeader: [] },
    { agentKeyQuery: [] },
  ],
  apiToken: [{ apiToken: [] }],
  read: [{ apiToken: [] }, { session: [] }],
  inBody: [],
  none: [],
};
