/** The form of a custom rule: what is typed comes back, what is wrong stands at its field, every button is a plain submit. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerptOf } from "../../../dashboard/parts/expression-error.tsx";
import { ruleInput, ruleValues } from "../../../dashboard/custom-rule-form.ts";
import { readEvents } from "../../../dashboard/trial.ts";
import { formatDuration } from "../../../schema/time.ts";
import { reader, textOf } from "./support.ts";

type Fields = Record<string, string>;

const RULE: Fields = {
  title: "Editor run in a container",
  id: "editor-in-container",
  class: "posture",
  severity: "low",
  scope: "container",
  quietPeriod: "2d",
  phrase: "{process} ran",
  enabled: "on",
  "m0.on": "event",
  "m0.kind": "process",
  "m0.actions": "exec, fork",
  "m0.processNames": "vi\r\nnano\r\n",
  "m0.when": "process.tty\r\n  && user.uid == 0",
  references: "Why not https://example.org/editors",
  do: "save",
};

const page = async (response: Response) => ({
  status: response.status,
  html: await response.text(),
});

describe("a new rule", () => {
  it("is made of what the form says, and shown", async () => {
    const someone = reader("little");
    const response = await someone.post("/rules/new", RULE);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/rules/editor-in-container?notice=created");
    const { html } = await someone.get("/rules/editor-in-container?notice=created");
    const text = textOf(html);
    expect(text).toContain("Created.");
    expect(text).toContain("process: exec, fork");
    expect(text).toContain("vi, nano");
    expect(html).toContain("process.tty\n  &amp;&amp; user.uid == 0");
    expect(html).toContain('href="https://example.org/editors"');
    expect(html).toContain('href="/rules/editor-in-container/edit"');
  });

  it("comes back as it was typed when its form is opened again", async () => {
    const someone = reader("little");
    await someone.post("/rules/new", RULE);
    const { html } = await someone.get("/rules/editor-in-container/edit");
    expect(html).toContain(
      'name="title" type="text" class="full" value="Editor run in a container"',
    );
    expect(html).toContain("vi\nnano</textarea>");
    expect(html).toContain('value="exec fork"');
    expect(html).toContain("Why not https://example.org/editors</textarea>");
  });

  it("with errors is shown again, each at its field and in a list with the way there", async () => {
    const { status, html } = await page(
      await reader("little").post("/rules/new", {
        ...RULE,
        id: "Not An Id",
        quietPeriod: "soon",
        "m0.actions": "",
        title: "",
      }),
    );
    expect(status).toBe(422);
    for (const id of ["rule-title", "rule-id", "rule-quietPeriod", "m0-actions"]) {
      expect(html).toContain(`href="#${id}"`);
      expect(html).toMatch(new RegExp(`id="${id}"[^>]*aria-invalid="true"`));
    }
    expect(textOf(html)).toContain("Matcher 1, actions: Name at least one.");
    expect(html).toContain('value="Not An Id"');
  });

  it("shows where its condition is wrong, with a caret under the place", async () => {
    const { status, html } = await page(
      await reader("little").post("/rules/new", {
        ...RULE,
        "m0.when": 'user.uid == 0\r\n  && process.nam == "vi"',
      }),
    );
    expect(status).toBe(422);
    expect(textOf(html)).toContain("Line 2, column 14");
    const [, line = "", caret = ""] =
      /<pre tabindex="0" dir="ltr">(.*)\n( *\^)<\/pre>/.exec(html) ?? [];
    const shown = line.replaceAll("&amp;", "&");
    expect(shown.slice(caret.length - 1)).toMatch(/^nam\b/);
    expect(html).toMatch(/id="m0-when"[^>]*aria-invalid="true"/);
  });

  it("says at the id that it is taken", async () => {
    const { html } = await page(
      await reader("little").post("/rules/new", { ...RULE, id: "reverse-shell" }),
    );
    expect(html).toMatch(/id="rule-id-error">There is a rule with this id already/);
  });

  it.each(["new", "changes"])("cannot be called %s, which is a page of its own", async (id) => {
    const response = await reader("little").post("/rules/new", { ...RULE, id });
    expect(response.status).toBe(422);
  });
});

describe("matchers", () => {
  it("are added and taken away by buttons that work without script", async () => {
    const someone = reader("little");
    const two = await page(await someone.post("/rules/new", { ...RULE, do: "add" }));
    expect(two.status).toBe(200);
    expect(two.html).toContain('name="m1.on"');
    expect(two.html).toContain("vi\nnano</textarea>");
    const one = await page(
      await someone.post("/rules/new", {
        ...RULE,
        "m1.on": "agentRule",
        "m1.names": "Terminal shell in container",
        do: "remove-0",
      }),
    );
    expect(one.html).not.toContain('name="m1.on"');
    expect(one.html).toContain("Terminal shell in container</textarea>");
    expect(one.html).toMatch(/name="m0\.on" value="agentRule" checked/);
  });
});

describe("a custom rule", () => {
  const EDIT = "/rules/miner-port/edit";
  const FIELDS: Fields = {
    ...RULE,
    title: "Mining",
    class: "both",
  };

  it("takes its changes and keeps its id", async () => {
    const someone = reader("little");
    const response = await someone.post(EDIT, { ...FIELDS, id: "another" });
    expect(response.headers.get("location")).toBe("/rules/miner-port?notice=saved");
    expect(textOf((await someone.get("/rules/miner-port")).html)).toContain("Mining");
  });

  it("is deleted only after its page has said what that does", async () => {
    const someone = reader("little");
    const { html } = await someone.get("/rules/miner-port/delete");
    expect(textOf(html)).toContain("It has no open finding.");
    const response = await someone.post("/rules/miner-port/delete", {});
    expect(response.headers.get("location")).toBe("/rules?notice=deleted");
    expect((await someone.get("/rules/miner-port")).status).toBe(404);
  });

  it.each(["edit", "delete"])(
    "is what a built-in rule is not: %s leads to its page",
    async (what) => {
      const response = await reader("little").post(`/rules/reverse-shell/${what}`, RULE);
      if (what === "edit") expect(response.headers.get("location")).toBe("/rules/reverse-shell");
      const { html } = await reader("little").get("/rules/reverse-shell");
      expect(html).not.toContain(`href="/rules/reverse-shell/${what}"`);
    },
  );
});

describe("trying a rule", () => {
  it("on kept samples says what would open", async () => {
    const { html } = await page(
      await reader("lot").post("/rules/compiler-in-container/test", { do: "test-samples" }),
    );
    expect(textOf(html)).toMatch(
      /Matches 167 of 500 kept samples: 3 findings would open, 1 finding is open already\./,
    );
  });

  it("on pasted events says of each whether it matches and why not", async () => {
    const events = '{"a":1}\n{"b":2}';
    const { html } = await page(
      await reader("lot").post("/rules/compiler-in-container/test", { do: "test-events", events }),
    );
    const text = textOf(html);
    expect(text).toContain("Matches 1 of 2 events");
    expect(text).toContain("Event 2: gcc ran; no matcher for process");
    expect(html).toContain("{&quot;b&quot;:2}</textarea>");
  });

  it("works on a draft without title and id, and keeps what was typed", async () => {
    const { id: _id, title: _title, ...draft } = RULE;
    const { html } = await page(
      await reader("lot").post("/rules/new", { ...draft, do: "test-samples" }),
    );
    expect(textOf(html)).toContain("Matches 167 of 500 kept samples");
    expect(html).toContain("vi\nnano</textarea>");
  });

  it("names the line that is no event", () => {
    expect(readEvents('{"a":1}\nnope')).toMatchObject({
      ok: false,
      text: expect.stringContaining("Line 2"),
    });
    expect(readEvents("  ")).toMatchObject({ ok: false });
    expect(readEvents('[{"a":1},{"b":2}]')).toEqual({ ok: true, events: [{ a: 1 }, { b: 2 }] });
    expect(readEvents('{"a":1}\n\n{"b":2}\n')).toEqual({ ok: true, events: [{ a: 1 }, { b: 2 }] });
  });
});

describe("the values of the form", () => {
  it("come to the same rule after a round trip", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9 /._-]{0,20}[a-z]$/);
    const matcher = fc.oneof(
      fc.record({
        on: fc.constant("agentRule"),
        format: fc.constant("falco"),
        names: fc.array(word, { minLength: 1, maxLength: 4 }),
      }),
      fc.record(
        {
          on: fc.constant("event"),
          kind: fc.constantFrom("process", "file", "network"),
          actions: fc.array(fc.stringMatching(/^[a-z_]{1,12}$/), { minLength: 1, maxLength: 3 }),
          processNames: fc.array(word, { minLength: 1, maxLength: 3 }),
          paths: fc.array(word, { minLength: 1, maxLength: 3 }),
          when: fc.constant("process.tty"),
        },
        { requiredKeys: ["on", "kind", "actions"] },
      ),
    );
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 4 }), word, (matchers, title) => {
        const view = {
          id: "one",
          title,
          class: "posture" as const,
          severity: "low" as const,
          rises: [{ after: "36h", severity: "high" as const }],
          scope: ["host" as const],
          enabled: true,
          builtIn: false,
          quietPeriod: "36h",
          quietPeriodReason: "",
          phrase: "{file} was read",
          matchers,
          why: "a\nb",
          good: "",
          remediation: "",
          references: [{ title: "Two words", url: "https://example.org/x" }],
          tags: ["a b", "c"],
          overrides: null,
        };
        const input = ruleInput(ruleValues(view));
        expect(input.ok).toBe(true);
        if (!input.ok) return;
        const { builtIn: _builtIn, overrides: _overrides, ...expected } = view;
        const { quietPeriod, rises } = input.value;
        const said = {
          quietPeriod: formatDuration(quietPeriod),
          rises: rises.map(({ after = 0, severity }) => ({
            after: formatDuration(after),
            severity,
          })),
        };
        expect({ ...input.value, ...said }).toEqual(expected);
      }),
    );
  });
});

describe("the excerpt of an expression", () => {
  it("puts the caret under the place, however long the line and whatever stands before it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (before, after) => {
        const line = `${before}X${after}`.replaceAll(/[\n\r]/g, " ");
        const { text, before: spaces } = excerptOf(`a\n${line}`, {
          line: 2,
          column: before.length + 1,
        });
        expect(text.slice(spaces.length, spaces.length + 1)).toBe("X");
        expect(text.length).toBeLessThan(800);
      }),
    );
  });
});
