/** The commands that try an operation of the API, and the key that each asks for. */
import type { Method, OperationObject, Parameter } from "../../schema/openapi.ts";
import { curl, playedAt } from "../format/example.ts";

export interface OperationProps {
  method: Method;
  path: string;
  operation: OperationObject;
  origin: string;
  now: number;
}

type Auth = "agentKey" | "apiToken" | "inBody" | "none";

export const AUTH_WORDS: Readonly<Record<Auth, string>> = {
  agentKey: "Agent key",
  apiToken: "API token",
  inBody: "Key in the body",
  none: "No key",
};

export function authOf({ security, responses }: OperationObject): Auth {
  const [first] = security;
  if (first === undefined) return "401" in responses ? "inBody" : "none";
  return "agentKey" in first ? "agentKey" : "apiToken";
}

/** The path with the examples of its parameters. */
function filled(path: string, parameters: readonly Parameter[]): string {
  return path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const parameter = parameters.find((it) => it.in === "path" && it.name === name);
    return parameter === undefined ? whole : encodeURIComponent(String(parameter.example));
  });
}

/** Every way to try it: each query, each body, or the bare call. */
export function commandsOf({
  method,
  path,
  operation,
  origin,
  now,
}: OperationProps): { summary: string; command: string }[] {
  const auth = authOf(operation);
  // Who tries it out has seen no version.
  const guarded = operation.parameters.some(({ name }) => name === "If-Match");
  const headers = guarded ? ["If-Match: *"] : [];
  const call = { origin, method, path: filled(path, operation.parameters), auth, headers };
  const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(
    ([mediaType, { examples = {} }]) =>
      Object.values(examples).map(({ summary, value, "x-query": query }) => ({
        summary,
        command: curl({
          ...call,
          path: query === undefined ? call.path : `${call.path}?${query}`,
          body: { mediaType, value: playedAt(value, now) },
        }),
      })),
  );
  if (bodies.length > 0) return bodies;
  const queries = (operation["x-examples"] ?? []).map(({ summary, query }) => ({
    summary,
    command: curl({ ...call, path: `${call.path}?${query}` }),
  }));
  if (queries.length > 0) return queries;
  const summary = path.includes("{id}") ? "With an id of yours in the path" : "";
  return [{ summary, command: curl(call) }];
}
