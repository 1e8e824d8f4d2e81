/** Lists: filters live in the address and come back in the form; links lead where they say. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GROUPINGS, FINDING_SORTS } from "../../../schema/api.ts";
import { SEVERITIES } from "../../../schema/rule.ts";
import { paths } from "../../../dashboard/paths.ts";
import { listParams, parseFindingsQuery } from "../../../dashboard/query.ts";
import { reader, textOf } from "./support.ts";

const word = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== "");

describe("the address of a list", () => {
  it("says the same after a round trip", () => {
    const query = fc.record(
      {
        status: fc.constantFrom("open", "resolved", "open,resolved"),
        severity: fc.uniqueArray(fc.constantFrom(...SEVERITIES), { minLength: 1 }),
        groupBy: fc.constantFrom(...GROUPINGS),
        sort: fc.constantFrom(...FINDING_SORTS),
        resourceType: fc.constantFrom("host", "container"),
        muted: fc.constantFrom("true", "false"),
        rule: word,
        namespace: word,
        workload: word,
        service: word,
        host: word,
        q: word,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(query, (params) => {
        const url = new URL(paths.findings(params), "http://x");
        const first = parseFindingsQuery(url.searchParams);
        const again = new URL(paths.findings(listParams(first.query)), "http://x");
        expect(parseFindingsQuery(again.searchParams)).toEqual(first);
        expect(first.dropped).toEqual([]);
      }),
    );
  });

  it("is the list of open findings where it names no status", () => {
    expect(parseFindingsQuery(new URLSearchParams()).query.status).toEqual(["open"]);
    expect(paths.findings(listParams(parseFindingsQuery(new URLSearchParams()).query))).toBe(
      "/findings",
    );
  });

  it("takes a form's repeated and empty fields", () => {
    const { query } = parseFindingsQuery(
      new URLSearchParams("severity=high&severity=low&q=&rule=&muted="),
    );
    expect(query).toMatchObject({ severity: ["high", "low"], status: ["open"] });
    expect(query).not.toHaveProperty("q");
  });

  it("drops what makes no sense, and says so", async () => {
    const { status, html } = await reader("lot").get("/findings?severity=awful&sort=bogus&q=gcc");
    expect(status).toBe(200);
    expect(textOf(html)).toContain("since it makes no sense: severity=awful, sort=bogus");
  });
});

describe("the filter form", () => {
  it("holds what the address says", async () => {
    const { html } = await reader("lot").get(
      "/findings?status=resolved&severity=critical,high&rule=compiler-in-container&namespace=shop&host=node-7&muted=false&q=gcc+ran&sort=severity",
    );
    const form = /<form class="filters".*?<\/form>/s.exec(html)?.[0] ?? "";
    expect(form).toContain('method="get"');
    expect(form).toMatch(/value="critical" checked/);
    expect(form).toMatch(/value="high" checked/);
    expect(form).not.toMatch(/value="low" checked/);
    expect(form).toMatch(/<option value="compiler-in-container" selected/);
    expect(form).toMatch(/name="namespace" value="shop"/);
    expect(form).toMatch(/name="host" value="node-7"/);
    expect(form).toMatch(/<option value="false" selected/);
    expect(form).toMatch(/<option value="severity" selected/);
    expect(form).toMatch(/name="q" value="gcc ran"/);
    expect(form).toMatch(/type="hidden" name="status" value="resolved"/);
  });

  it("keeps a rule that no longer exists selectable", async () => {
    const { html } = await reader("lot").get("/findings?rule=long-gone");
    expect(html).toMatch(/<option value="long-gone" selected/);
  });

  it("offers each filter's removal, and all of them at once", async () => {
    const { html } = await reader("lot").get("/findings?severity=high&namespace=shop");
    const chips = /<ul class="chips".*?<\/ul>/s.exec(html)?.[0] ?? "";
    expect([...chips.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      "/findings?namespace=shop",
      "/findings?severity=high",
      "/findings",
    ]);
    expect(textOf(html)).toContain("Clear filters");
  });
});

describe("pages of a list", () => {
  it("lead to the next one, with the filters kept", async () => {
    const { html } = await reader("lot").get("/findings?severity=high");
    const next = /class="button" href="([^"]*cursor=[^"]*)"/
      .exec(html)?.[1]
      ?.replaceAll("&amp;", "&");
    expect(next).toBe("/findings?cursor=50&severity=high");
    const second = await reader("lot").get(next ?? "");
    expect(textOf(second.html)).toContain("A later page of the list");
  });

  it("say what is new under the same filters, or nothing", async () => {
    const lot = reader("lot");
    expect((await lot.get("/findings/new?since=1&severity=critical")).html).toMatch(
      /\d+ new: show them/,
    );
    expect((await lot.get(`/findings/new?since=${Number.MAX_SAFE_INTEGER}`)).html).toBe("");
    expect((await lot.get("/findings/new?since=soon")).html).toBe("");
  });

  it("lead from a group to what is in it", async () => {
    const { html } = await reader("lot").get("/findings?groupBy=workload&severity=high");
    expect(html).toContain('href="/findings?severity=high&amp;workload=api"');
  });
});

describe("empty lists", () => {
  it("show how to send a first event", async () => {
    const { html } = await reader("none").get("/");
    expect(textOf(html)).toContain('curl "http://localhost/v1/events"');
  });

  it("offer to clear the filters", async () => {
    const { html } = await reader("lot").get("/findings?q=nothing-like-this");
    expect(textOf(html)).toContain("Nothing matches these filters");
  });

  it("say when nothing has resolved yet", async () => {
    const { html } = await reader("hostile").get("/history");
    expect(textOf(html)).toContain("Nothing has resolved yet");
  });
});
