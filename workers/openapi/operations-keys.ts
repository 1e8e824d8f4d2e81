/** Agent keys and API tokens. */
import { z } from "zod";
import { agentKeyCreatedSchema, apiTokenCreatedSchema, pageOf } from "../../schema/answers.ts";
import {
  keyCreateSchema,
  keyViewSchema,
  tokenCreateSchema,
  tokenViewSchema,
  type KeyView,
  type TokenView,
} from "../../schema/api.ts";
import type { BodyExample, Operation, OperationAnswer } from "./operation.ts";

const KEY: KeyView = {
  id: "9f2c1e7a40b35d68c1aa",
  name: "node-7",
  host: "node-7",
  createdAt: "2026-11-24T09:30:00.000Z",
  revokedAt: null,
};
const TOKEN: TokenView = {
  ...KEY,
  id: "41d07be6a2935f8c0e6b",
  name: "ci",
  host: null,
  role: "responder",
};

interface Kind {
  path: string;
  /** Ends the operations' ids. */
  id: "AgentKey" | "ApiToken";
  noun: string;
  said: string;
  schemas: { view: z.ZodType; create: z.ZodType };
  item: KeyView;
  created: OperationAnswer;
  examples: Readonly<Record<string, BodyExample>>;
}

function operationsOf({
  path,
  id,
  noun,
  said,
  schemas,
  item,
  created,
  examples,
}: Kind): Operation[] {
  const shared = { tag: "Keys and tokens", auth: "apiToken" } as const;
  return [
    {
      ...shared,
      id: `list${id}s`,
      method: "get",
      path,
      summary: `List ${noun}s`,
      description: `Without their secrets, which are derived and never kept. The one called \`first\` is that of the first start.`,
      answers: {
        200: {
          description: `All ${noun}s, the revoked ones too`,
          schema: pageOf(schemas.view),
          example: { items: [item], nextCursor: null },
        },
      },
      problems: [],
    },
    {
      ...shared,
      id: `create${id}`,
      method: "post",
      path,
      summary: `Make an ${noun}`,
      description: said,
      body: { schema: schemas.create, mediaTypes: ["application/json"], examples },
      answers: { 201: created },
      problems: ["bad_body", "invalid_request", "body_too_large"],
    },
    {
      ...shared,
      id: `revoke${id}`,
      method: "delete",
      path: `${path}/{id}`,
      summary: `Revoke an ${noun}`,
      description: "It is refused within 3 seconds, and for good. Revoking twice changes nothing.",
      params: { id: { schema: z.string(), description: `The ${noun}'s id`, example: item.id } },
      answers: { 204: { description: "Revoked" } },
      problems: ["not_found"],
    },
  ];
}

export const KEY_OPERATIONS: readonly Operation[] = [
  ...operationsOf({
    path: "/api/v1/keys",
    id: "AgentKey",
    noun: "agent key",
    said: "What it answers as `key` is shown this once. A key that is bound to a host speaks for that host alone.",
    schemas: { view: keyViewSchema, create: keyCreateSchema },
    item: KEY,
    created: {
      description: "Made; `key` is the secret",
      schema: agentKeyCreatedSchema,
      example: { ...KEY, key: `lull_acme_${KEY.id}_${"0123456789".repeat(4)}` },
    },
    examples: {
      free: { summary: "For any host", value: { name: "falco, eu-1" } },
      bound: { summary: "Bound to a host", value: { name: "node-7", host: "node-7" } },
    },
  }),
  ...operationsOf({
    path: "/api/v1/tokens",
    id: "ApiToken",
    noun: "API token",
    said: "What it answers as `token` is shown this once. A token may do what its role allows: each operation names the one that it takes.",
    schemas: { view: tokenViewSchema, create: tokenCreateSchema },
    item: TOKEN,
    created: {
      description: "Made; `token` is the secret",
      schema: apiTokenCreatedSchema,
      example: { ...TOKEN, token: `lullapi_acme_${TOKEN.id}_${"0123456789".repeat(4)}` },
    },
    examples: {
      pipeline: {
        summary: "For a pipeline that says what is fixed",
        value: { name: "ci", role: "responder" },
      },
    },
  }),
];
