/** The guide's business rule does what it says: it runs here, against what ServiceNow offers scripts. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { servicenow } from "../../../durable/channels/servicenow.ts";
import { isSigned, type Hook } from "../../../durable/hook-signature.ts";

const guide = readFileSync(new URL("../../../docs/trackers.md", import.meta.url), "utf8");
const [, rule = ""] = /```js\n(\(function executeRule[\s\S]*?)```/.exec(guide) ?? [];

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const URL_OF_HOOK = "https://lull.example.com/hooks/v1/default/e1";
const PROPERTIES: Readonly<Record<string, string>> = {
  "lull.hook.url": URL_OF_HOOK,
  "lull.hook.secret": SECRET,
};

interface Person {
  user_name: string;
  name: string;
  email: string;
}
const ANA: Person = { user_name: "ana.ruiz", name: "Ana Ruiz", email: "ana@example.com" };

/** What somebody has done with an incident. */
interface Update {
  state?: string;
  assigned_to?: Person | null;
  work_notes?: string;
  comments?: string;
}

/** Runs the rule, and gives what it has sent. */
function sentBy(update: Update): Hook[] {
  const sent: Hook[] = [];
  class RESTMessageV2 {
    readonly #headers: Record<string, string> = {};
    #body = "";
    setHttpMethod(method: string) {
      expect(method).toBe("POST");
    }
    setEndpoint(url: string) {
      expect(url).toBe(URL_OF_HOOK);
    }
    setRequestHeader(name: string, value: string) {
      this.#headers[name.toLowerCase()] = value;
    }
    setRequestBody(body: string) {
      this.#body = body;
    }
    executeAsync() {
      // As messages replace variables.
      sent.push({ headers: this.#headers, body: this.#body.replaceAll(/\$\{.*?\}/g, "") });
    }
  }
  const values = { state: update.state ?? "1", number: "INC0010042", correlation_id: MARKER };
  const { work_notes: notes = "", comments = "" } = update;
  const said: Partial<Record<keyof Update, string>> = { work_notes: notes, comments };
  const field = (name: keyof Update) => ({
    changes: () => update[name] !== undefined,
    nil: () => update[name] === null,
    getRefRecord: () => update[name],
    getJournalEntry: () => `2026-11-24 10:00:00 - Ana Ruiz (Work notes)\n${said[name]}\n\n`,
  });
  const current = {
    getValue: (name: keyof typeof values) => values[name],
    getTableName: () => "incident",
    getUniqueValue: () => "9d385017c611228701d22104cc95c371",
    state: field("state"),
    assigned_to: field("assigned_to"),
    work_notes: field("work_notes"),
    comments: field("comments"),
  };
  let guids = 0;
  runInNewContext(rule, {
    current,
    previous: {},
    gs: {
      generateGUID: () => `guid-${++guids}`,
      getProperty: (name: string) => PROPERTIES[name],
      getUser: () => ({
        getName: () => ANA.user_name,
        getDisplayName: () => ANA.name,
        getEmail: () => ANA.email,
      }),
    },
    GlideDateTime: class {
      getNumericValue = () => "1763978400000";
    },
    GlideStringUtil: { base64Encode: (text: string) => Buffer.from(text).toString("base64") },
    GlideCertificateEncryption: class {
      generateMac = (key: string, algorithm: string, data: string) => {
        expect(algorithm).toBe("HmacSHA256");
        return createHmac("sha256", Buffer.from(key, "base64")).update(data).digest("base64");
      };
    },
    sn_ws: { RESTMessageV2 },
  });
  return sent;
}

const MARKER = "lull-42-0a1b2c3d4e";
const context = {
  endpoint: { url: "https://acme.service-now.com", settings: { user: "lull.integration" } },
  credential: "",
};

async function newsOf(update: Update) {
  const sent = sentBy(update);
  for (const hook of sent) expect(await isSigned(hook, "servicenow", [SECRET])).toBe(true);
  return sent.map(({ headers, body }) =>
    servicenow.readHook(new Headers(headers), JSON.parse(body), context),
  );
}

describe("the business rule for ServiceNow", () => {
  test("tells of a state and of an assignee at once, signed", async () => {
    expect(await newsOf({ state: "6", assigned_to: ANA })).toEqual([
      {
        id: "guid-1",
        at: 1_763_978_400_000,
        author: { id: "ana.ruiz", name: "Ana Ruiz", email: "ana@example.com" },
        ticket: {
          ref: "9d385017c611228701d22104cc95c371",
          key: "INC0010042",
          url: "https://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D9d385017c611228701d22104cc95c371",
        },
        marked: MARKER,
        moved: "done",
        assignee: { id: "ana.ruiz", name: "Ana Ruiz", email: "ana@example.com" },
      },
    ]);
  });

  test("tells of nobody, and of a state that is none of the named ones", async () => {
    expect(await newsOf({ assigned_to: null })).toMatchObject([{ assignee: null }]);
    expect(await newsOf({ state: "3" })).toMatchObject([{ moved: "in_progress" }]);
  });

  test("tells of each comment alone, whatever stands in it", async () => {
    const work_notes = 'späť: ${x} "quoted"\n\n🙂 $5';
    expect(await newsOf({ state: "2", work_notes, comments: "hello" })).toMatchObject([
      { moved: "in_progress" },
      { comment: { text: work_notes } },
      { comment: { text: "hello" } },
    ]);
  });

  test("says nothing of what is nobody's business", () => {
    expect(sentBy({})).toEqual([]);
  });
});
