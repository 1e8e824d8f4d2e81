/** What goes wrong is documented: whatever is sent, the answer's status and code stand in the document. */
import { beforeEach, expect, test } from "vitest";
import { textOf } from "../../dashboard/format/example.ts";
import { problemSchema } from "../../schema/problem.ts";
import type { Operation } from "../../workers/openapi/operation.ts";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import { PROBLEMS, type ProblemCode } from "../../workers/openapi/problems.ts";
import { fetchLull, Site, stopClock } from "./support.ts";

beforeEach(stopClock);

interface Attempt {
  what: string;
  /** Absent: the operation must answer as documented, however that is. */
  code?: ProblemCode;
  query?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/** What one can do wrong with an operation. */
function attemptsAt({ auth, body, query, params, problems, answers }: Operation): Attempt[] {
  const attempts: Attempt[] = [];
  const [example] = Object.values(body?.examples ?? {});
  const right = example === undefined ? {} : { body: textOf(example.value) };
  if (auth === "apiToken" && query !== undefined)
    attempts.push({ what: "an unknown parameter", code: "invalid_request", query: "nonsense=1" });
  if (params?.["id"] !== undefined && problems.includes("not_found"))
    attempts.push({ what: "an id that is none", code: "not_found", ...right });
  if (body === undefined) return attempts;
  for (const text of ["{", "[1]", '"text"', "null", ""])
    attempts.push({ what: `the body ${JSON.stringify(text)}`, body: text });
  if (auth === "apiToken" && !(200 in answers))
    attempts.push({ what: "an empty object", code: "invalid_request", body: "{}" });
  if (problems.includes("unsupported_encoding")) {
    const headers = { "content-encoding": "br" };
    attempts.push({
      what: "an unknown encoding",
      code: "unsupported_encoding",
      headers,
      body: "x",
    });
    const gzip = { "content-encoding": "gzip" };
    attempts.push({ what: "broken gzip", code: "bad_encoding", headers: gzip, body: "x" });
  }
  const large = `"${"x".repeat(6 * 1_024 * 1_024)}"`;
  attempts.push({ what: "a large body", code: "body_too_large", body: large });
  return attempts;
}

const ATTEMPTS = OPERATIONS.flatMap((operation) =>
  attemptsAt(operation).map((attempt) => ({
    title: `${operation.id}: ${attempt.what}`,
    operation,
    attempt,
  })),
);

test.each(ATTEMPTS)("$title", async ({ operation, attempt }) => {
  const { method, answers, problems, dialect, auth } = operation;
  const site = await Site.open();
  const path = operation.path.replaceAll(/\{\w+\}/g, (name) =>
    name === "{format}" ? "falco" : "1",
  );
  const secret = { agentKey: site.key, apiToken: site.token, inBody: "", none: "" }[auth];
  const response = await fetchLull(`${path}?${attempt.query ?? ""}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${secret}`, ...attempt.headers },
    ...(attempt.body === undefined ? {} : { body: attempt.body }),
  });
  const text = await response.text();
  if (response.status in answers) {
    expect(attempt.code, text).toBeUndefined();
    return;
  }
  const documented: readonly ProblemCode[] = [...problems, "not_authenticated"];
  const statuses = documented.map((code) => PROBLEMS[code].status);
  expect(statuses, text).toContain(response.status);
  if (attempt.code !== undefined) expect(response.status).toBe(PROBLEMS[attempt.code].status);
  if (dialect !== undefined) return;
  const { type } = problemSchema.parse(JSON.parse(text));
  const code = type.replace("urn:lull:problem:", "");
  expect(documented, text).toContain(code);
  if (attempt.code !== undefined) expect(code).toBe(attempt.code);
});
