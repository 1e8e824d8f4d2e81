/** Examples of the API: played now, and as commands. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { curl, playedAt } from "../../../dashboard/format/example.ts";
import { EXAMPLES_AT } from "../../../schema/openapi.ts";

const LATER = EXAMPLES_AT + 3_600_000;

describe("an example played an hour later", () => {
  test.each([
    ["2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"],
    ["2026-11-24T09:59:58.120Z", "2026-11-24T10:59:58.120Z"],
    ["2026-11-24T09:59:58.120331007Z", "2026-11-24T10:59:58.120331007Z"],
    ['{"time":"2026-11-24T10:00:00Z"}\n', '{"time":"2026-11-24T11:00:00Z"}\n'],
    [1_795_514_400, 1_795_518_000],
    [1_795_514_400_000, 1_795_518_000_000],
    ["1795514400", "1795518000"],
    ["1795514400000000007", "1795518000000000007"],
  ])("has %j moved", (written, moved) => {
    expect(playedAt({ at: [written] }, LATER)).toEqual({ at: [moved] });
  });

  test.each(["1234567890", 4_294_967_295, 812, "4f1c9a7be20d", null, true, "5.4"])(
    "has %j as it is",
    (value) => {
      expect(playedAt({ value }, LATER)).toEqual({ value });
    },
  );
});

describe("a command", () => {
  /** What the shell hands to curl. */
  const argumentsOf = (command: string): string[] => {
    const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
    const env = { LULL_AGENT_KEY: "k-1", LULL_API_TOKEN: "t-1" };
    return execFileSync("bash", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
  };
  const call = { origin: "https://lull.test", path: "/x?q=a%20b&c=d" } as const;

  test("sends the body as it is, whatever stands in it", () => {
    const value = { a: `it's "quoted" $HOME \`id\` \\n`, b: ["\n"] };
    const body = { mediaType: "application/json", value };
    const sent = argumentsOf(curl({ ...call, method: "post", auth: "agentKey", body }));
    expect(sent[0]).toBe("https://lull.test/x?q=a%20b&c=d");
    expect(sent).toContain("Authorization: Bearer k-1");
    expect(JSON.parse(sent.at(-1) ?? "")).toEqual(value);
    expect(sent).not.toContain("-X");
  });

  test("sends lines with their ends, and a key where one stands in the body", () => {
    const body = { mediaType: "application/x-ndjson", value: '{"key":"$LULL_AGENT_KEY"}\n{}\n' };
    const sent = argumentsOf(curl({ ...call, method: "post", auth: "inBody", body }));
    expect(sent.at(-2)).toBe("--data-binary");
    expect(sent.at(-1)).toBe('{"key":"k-1"}\n{}\n');
  });

  test("names the method that curl would not take by itself", () => {
    expect(argumentsOf(curl({ ...call, method: "get", auth: "apiToken" }))).toEqual([
      "https://lull.test/x?q=a%20b&c=d",
      "-H",
      "Authorization: Bearer t-1",
    ]);
    expect(argumentsOf(curl({ ...call, method: "delete", auth: "none" }))).toEqual([
      "https://lull.test/x?q=a%20b&c=d",
      "-X",
      "DELETE",
    ]);
  });
});
