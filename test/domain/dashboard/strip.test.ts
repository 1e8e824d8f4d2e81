/** The time strip's geometry: everything on one axis, the quiet clock stopped during gaps. */
import { describe, expect, it } from "vitest";
import { readerZone } from "../../../dashboard/format/zone.ts";
import {
  type Block,
  type StripModel,
  stripModel,
  usualSpan,
} from "../../../dashboard/parts/strip-model.ts";
import type { EpisodeView, FindingDetail } from "../../../schema/finding.ts";
import { dashboardFixture } from "../../e2e/dashboard-fixture.ts";
import { finding, NOW, reader, textOf } from "./support.ts";

const data = dashboardFixture("little", NOW);
const view = { now: NOW, zone: readerZone("Europe/Berlin") };

async function load(n: number): Promise<{ detail: FindingDetail; episodes: EpisodeView[] }> {
  const detail = await data.finding(finding(n));
  if (detail === null) throw new Error("the fixture has no such finding");
  return { detail, episodes: await data.episodes(detail.id) };
}

const blocks = (model: StripModel) => [
  ...model.occurrences,
  ...model.watched,
  ...model.gaps,
  ...model.quiet,
  ...model.stopped,
  ...model.episodes,
  model.current,
  ...(model.remaining === null ? [] : [model.remaining]),
];

const isOutside = (block: Block) => block.x < 0 || block.w < 0 || block.x + block.w > 100.1;

describe("the time strip", () => {
  it("keeps everything inside the picture", async () => {
    const lot = dashboardFixture("lot", NOW);
    const all = (await lot.findings({ status: [], severity: [], limit: 500, sort: "opened" }))
      .items;
    const outside: string[] = [];
    for (const { id } of all) {
      const detail = await lot.finding(id);
      if (detail === null) continue;
      const episodes = await lot.episodes(id);
      for (const span of ["episode", "deadline", "all"] as const)
        if (blocks(stripModel(detail, episodes, view, span)).some(isOutside)) outside.push(id);
    }
    expect(outside).toEqual([]);
  });

  it("lets the quiet window grow from the last event to the deadline, and stand still in a gap", async () => {
    const { detail, episodes } = await load(3);
    const model = stripModel(detail, episodes, view, "episode");
    const [gap] = model.stopped;
    expect(model.quiet).toHaveLength(2);
    expect(model.quiet[0]?.from).toBe(Date.parse(detail.lastSeenAt));
    expect(model.quiet[0]?.to).toBe(gap?.from);
    expect(model.quiet[1]?.from).toBe(gap?.to);
    expect(model.quiet[1]?.to).toBe(NOW);
    expect(model.remaining?.to).toBe(Date.parse(detail.deadlineAt ?? ""));
  });

  it("does not let a far deadline press what has happened against the edge", async () => {
    const { detail, episodes } = await load(3);
    const far = { ...detail, deadlineAt: "2027-11-24T00:00:00.000Z" };
    const near = stripModel(far, episodes, view, "episode");
    expect(near.beyond).toBe(true);
    expect(near.deadline).toBeNull();
    expect(near.now).toBeGreaterThan(38);
    expect((near.remaining?.x ?? 0) + (near.remaining?.w ?? 0)).toBeCloseTo(100, 1);
    const whole = stripModel(far, episodes, view, "deadline");
    expect(whole.beyond).toBe(false);
    expect(whole.deadline).toBeGreaterThan(90);
  });

  it("has no deadline while no agent is watching", async () => {
    const { detail, episodes } = await load(2);
    const model = stripModel(detail, episodes, view, "episode");
    expect(model.deadline).toBeNull();
    expect(model.remaining).toBeNull();
    expect(model.stopped.at(-1)?.to).toBe(NOW);
  });

  it("shows past episodes beside the current one, unless they would dwarf it", async () => {
    const { detail, episodes } = await load(3);
    expect(stripModel(detail, episodes, view, "all").episodes).toHaveLength(2);
    expect(stripModel(detail, episodes, view, "episode").episodes).toHaveLength(0);
    const years = episodes.map((episode) => ({ ...episode, openedAt: "2020-01-01T00:00:00.000Z" }));
    expect(usualSpan(detail, episodes, NOW)).toBe("all");
    expect(usualSpan(detail, years, NOW)).toBe("episode");
  });

  it("labels its axis in the reader's zone, on round times", async () => {
    const { detail, episodes } = await load(2);
    const labels = stripModel(detail, episodes, view, "episode").ticks.map((tick) => tick.label);
    expect(labels.length).toBeGreaterThan(2);
    expect(labels.length).toBeLessThanOrEqual(9);
    expect(labels.filter((label) => !/^\d\d:00$|^\d+ [A-Z][a-z]+$/.test(label))).toEqual([]);
  });

  it("stands before a table with the same data", async () => {
    const { html } = await reader("little").get(`/findings/${finding(2)}`);
    const { detail } = await load(2);
    const rows = /Events over time.*?<\/table>/s.exec(html)?.[0].match(/<tr>/g) ?? [];
    expect(rows).toHaveLength(detail.occurrences.buckets.length + 1);
    expect(textOf(html)).toContain("gap: no contact with an agent for");
  });
});
