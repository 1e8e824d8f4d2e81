/** What every page keeps: it answers, nothing inline, nothing from elsewhere, nothing unescaped. */
import { describe, expect, it } from "vitest";
import { createDashboard } from "../../../dashboard/app.tsx";
import { dashboardFixture, type FixtureSize } from "../../e2e/dashboard-fixture.ts";
import { finding, NOW, PAGES, type Reader, reader, textOf } from "./support.ts";

const SIZES: readonly FixtureSize[] = ["none", "little", "lot", "hostile"];

describe.each(SIZES)("every page with %s data", (size) => {
  const someone = reader(size);
  const seen = new Map<string, ReturnType<Reader["get"]>>();
  /** Each page is rendered once for all that is asked of it. */
  const load = (path: string) => {
    const page = seen.get(path) ?? someone.get(path);
    seen.set(path, page);
    return page;
  };

  it.each(PAGES)("%s answers", async (path) => {
    const { status } = await load(path);
    expect([200, 404]).toContain(status);
  });

  it.each(PAGES)("%s holds no inline style, script or handler", async (path) => {
    const { html } = await load(path);
    const tags = html.match(/<[a-z][^>]*>/gi) ?? [];
    // Attribute values may hold anything; what counts is the attributes' names.
    const names = tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
    expect(names.filter((tag) => /\s(?:style|on[a-z]+|hx-on[^=]*)\s*=/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /^<style/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /^<script/i.test(tag) && !/\ssrc="\/static\//.test(tag))).toEqual(
      [],
    );
  });

  it.each(PAGES)("%s loads nothing from another origin", async (path) => {
    const { html } = await load(path);
    expect(html.match(/\s(?:src|action|hx-get)="(?!\/)[^"]*"/g) ?? []).toEqual([]);
    expect(html.match(/href="(?!\/|#|https:\/\/)[^"]*"/g) ?? []).toEqual([]);
  });

  it.each(PAGES)("%s uses each id once", async (path) => {
    const { html } = await load(path);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it.each(PAGES)("%s labels each of its fields", async (path) => {
    const { html } = await load(path);
    const labelled = new Set([...html.matchAll(/<label[^>]*\sfor="([^"]*)"/g)].map(([, id]) => id));
    const inLabels = html.match(/<label[^>]*>.*?<\/label>/gs)?.join("") ?? "";
    const fields = html.match(/<(?:input|select|textarea)\b[^>]*>/g) ?? [];
    const bare = fields.filter((field) => {
      const id = /\sid="([^"]*)"/.exec(field)?.[1];
      return (
        !field.includes('type="hidden"') &&
        !inLabels.includes(field) &&
        (id === undefined || !labelled.has(id))
      );
    });
    expect(bare).toEqual([]);
  });
});

describe("text that an attacker chose", () => {
  it.each([
    "/",
    "/findings",
    `/findings/${finding(1)}`,
    `/findings/${finding(1)}/episodes/1`,
    `/findings/${finding(1)}/episodes/%3Cscript%3E`,
    "/findings?groupBy=workload",
    "/signals",
    "/signals/s000000000000000000000000",
    "/signals?workload=%3Cscript%3Ealert(1)%3C/script%3E",
    "/rules/miner-port",
    "/rules/miner-port/edit",
    "/rules/miner-port/delete",
    "/rules/changes?subject=%3Cscript%3E",
    "/exceptions",
    "/exceptions/x0/delete",
    "/exceptions/new?rule=%22%3E%3Cscript%3E&when=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/intake",
    "/coverage",
    "/coverage?q=%3Cscript%3Ealert(1)%3C/script%3E&state=%22onload=x",
    "/coverage/host%3Anode-1",
    "/coverage/host%3Anode-2/gone",
    "/coverage/%3Cscript%3E",
    "/findings?q=%3Cscript%3Ealert(1)%3C/script%3E&workload=%22onload=x",
    "/rules?q=%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/findings/%3Cscript%3E",
  ])("stays text on %s", async (path) => {
    const { html } = await reader("hostile").get(path);
    expect(html).not.toMatch(/<script>|<img|<[^>"]*\son(?:error|load)=/);
  });

  it("is shown, not swallowed", async () => {
    const { html } = await reader("hostile").get(`/findings/${finding(1)}`);
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  });

  it("cannot turn the line around: bidi controls are spelled out", async () => {
    const { html } = await reader("hostile").get(`/findings/${finding(2)}`);
    expect(html).not.toContain("\u202e");
    expect(textOf(html)).toContain("\\u202egnp.exe");
  });
});

describe("headers", () => {
  const app = createDashboard({ data: () => dashboardFixture("little", NOW) });

  it.each(["/", "/findings", `/findings/${finding(2)}/live`, "/rules/unknown"])(
    "%s forbids everything inline and everything from elsewhere",
    async (path) => {
      const { headers } = await app.request(path);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers.get("cache-control")).toBe("private, no-cache");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  it("a failure is a page that says what to do, with the same headers", async () => {
    const failing = createDashboard({
      data: () => ({
        ...dashboardFixture("little", NOW),
        rules: () => Promise.reject(new Error("gone")),
      }),
      failed: () => 503,
    });
    const response = await failing.request("/rules");
    expect(response.status).toBe(503);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response.text()).toContain("Wait a few seconds and reload");
  });
});
