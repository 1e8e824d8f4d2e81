/** Roll-ups on screen: the list under its filters, one of them, and the ways that lead there. */
import { describe, expect, it } from "vitest";
import { rollupMeaning } from "../../../dashboard/format/rollup.ts";
import { rollupId } from "../../../schema/rollup-id.ts";
import { finding, reader, textOf } from "./support.ts";

const idOf = (rule: string, namespace: string, kind: string, workload: string) =>
  rollupId({ rule, cluster: "eu-1", namespace, kind, workload });
const OPEN = idOf("compiler-in-container", "shop", "Deployment", "api");

/** The addresses of all roll-ups in a state. */
async function linksOf(status: string): Promise<string[]> {
  const { html } = await reader("lot").get(`/rollups?status=${status}`);
  return [...html.matchAll(/class="row-link" href="([^"]+)"/g)].map(([, href]) => href ?? "");
}

describe("the list of roll-ups", () => {
  it("says in a sentence what happened in how many containers, and leads to it", async () => {
    const { html } = await reader("lot").get("/rollups?rule=compiler-in-container&namespace=shop");
    expect(textOf(html)).toMatch(/gcc ran in \d+ of \d+ known containers of shop\/api since/);
    expect(html).toContain(`href="/rollups/${OPEN}"`);
    expect(html).toContain('aria-current="page"');
    const chips = textOf(/<ul class="chips".*?<\/ul>/s.exec(html)?.[0] ?? "");
    expect(chips).toContain("namespace shop");
  });

  it("keeps the filters in its tabs, and the state in its filters", async () => {
    const { html } = await reader("lot").get("/rollups?status=quiet&namespace=shop");
    expect(html).toContain('href="/rollups?namespace=shop"');
    expect(html).toContain('<input type="hidden" name="status" value="quiet"');
  });

  it("says why it is empty", async () => {
    const text = textOf((await reader("none").get("/rollups")).html);
    expect(text).toContain("No workload has an open finding");
    const filtered = textOf((await reader("lot").get("/rollups?namespace=nowhere")).html);
    expect(filtered).toContain("No roll-up matches these filters");
    const dropped = textOf((await reader("lot").get("/rollups?status=resolved")).html);
    expect(dropped).toContain("since it makes no sense: status=resolved");
  });
});

describe("a roll-up", () => {
  it("that is open shows its images and findings, and claims no fix", async () => {
    const { html } = await reader("lot").get(`/rollups/${OPEN}`);
    const text = textOf(html);
    expect(text).toMatch(/known containers of shop\/api since Tuesday, last .* ago\./);
    expect(text).toContain("affected");
    expect(html).toMatch(/title="sha256:[0-9a-f]{64}"/);
    expect(html).toMatch(/class="row-link" href="\/findings\/f[0-9a-z]{24}"/);
    expect(html).toContain(`href="/api/v1/rollups/${OPEN}"`);
    expect(text).not.toContain("Fix:");
  });

  it("that has stopped shows the digest before and after, and how far that is proven", async () => {
    const [quiet] = await linksOf("quiet");
    const text = textOf((await reader("lot").get(quiet ?? "")).html);
    expect(text).toContain("Fix: proven");
    expect(text).toMatch(/watched for the whole quiet period.*Before.*After/);
  });

  it("shows its containers on one axis, by image, with a table of the same", async () => {
    const { html } = await reader("lot").get(`/rollups/${OPEN}`);
    const text = textOf(html);
    expect(text).toMatch(/The 12 containers with the newest events; \d+ more (is|are) in the list/);
    expect(html.match(/class="lane-image"/g)).toHaveLength(2);
    expect(html.match(/class="lane-name" title="[^"]+: (?:open|unverified)"/g)).toHaveLength(12);
    const rows = /Containers over time.*?<\/table>/s.exec(html)?.[0].match(/<tr>/g) ?? [];
    expect(rows).toHaveLength(13);
  });

  it("shows the container that proves the fix, though it has no finding", async () => {
    const [quiet] = await linksOf("quiet");
    const { html } = await reader("lot").get(quiet ?? "");
    expect(html).toMatch(/class="lane-name" title="[^"]+: not seen in it"/);
    expect(html).toContain('class="witness"');
  });

  it("whose fix is proven by another container is not said to show nothing", () => {
    const fix = { before: null, after: null, witness: null, why: "" };
    const proven = rollupMeaning({ status: "ended", fix: { ...fix, proven: true } });
    expect(proven).toContain("a container of the newer image does");
    const not = rollupMeaning({ status: "ended", fix: { ...fix, proven: false } });
    expect(not).toContain("that the behaviour has stopped is not shown");
  });

  it("of hostile names keeps them text", async () => {
    const page = (await reader("hostile").get(`/findings/${finding(1)}`)).html;
    const [, href = ""] = /href="(\/rollups\/r[^"]+)"/.exec(page) ?? [];
    const { status, html } = await reader("hostile").get(href);
    expect(status).toBe(200);
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/<script>|<img|<[^>"]*\son(?:error|load)=/);
  });

  it("that is not there is a page that says so", async () => {
    const { status, html } = await reader("lot").get("/rollups/unknown");
    expect(status).toBe(404);
    expect(textOf(html)).toContain("There is no such roll-up");
  });
});

describe("the way to a roll-up", () => {
  it("leads from a finding of a workload", async () => {
    const { html } = await reader("little").get(`/findings/${finding(3)}`);
    expect(html).toMatch(/href="\/rollups\/r[\w-]+"/);
  });

  it("leads from findings by workload, under the same filters", async () => {
    const { html } = await reader("lot").get(
      "/findings?groupBy=workload&namespace=shop&host=node-1",
    );
    expect(html).toContain('<a href="/rollups?namespace=shop">Roll-ups</a>');
  });
});
