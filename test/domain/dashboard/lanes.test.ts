/** A roll-up's lanes: every container on one axis, nothing beyond its end, the fix's witness among them. */
import { describe, expect, it } from "vitest";
import { readerZone } from "../../../dashboard/format/zone.ts";
import { lanesModel } from "../../../dashboard/parts/rollup-lanes.ts";
import type { FindingDetail } from "../../../schema/finding.ts";
import type { Timeline } from "../../../schema/rollup.ts";
import { dashboardFixture } from "../../e2e/dashboard-fixture.ts";
import { finding, NOW } from "./support.ts";

const HOUR = 3_600_000;
const view = { now: NOW, zone: readerZone("UTC") };
const iso = (ago: number) => new Date(NOW - ago).toISOString();

async function detail(changes: Partial<FindingDetail>): Promise<FindingDetail> {
  const found = await dashboardFixture("little", NOW).finding(finding(3));
  if (found === null) throw new Error("the fixture has changed");
  return { ...found, ...changes };
}

function timelineOf(one: FindingDetail, episodes: Timeline["episodes"] = []): Timeline {
  return { finding: one.id, occurrences: one.occurrences, coverage: one.coverage, episodes };
}

const GONE = {
  id: finding(9),
  status: "resolved",
  resolution: "resource_gone",
  firstSeenAt: iso(40 * HOUR),
  lastSeenAt: iso(30 * HOUR),
  resolvedAt: iso(29 * HOUR),
  coverage: [{ from: iso(30 * HOUR), to: iso(HOUR) }],
} as const satisfies Partial<FindingDetail>;

describe("a roll-up's lanes", () => {
  it("end where their container's episode ended, whoever watched on", async () => {
    const gone = await detail({ ...GONE, coverage: [...GONE.coverage] });
    const open = await detail({});
    const model = lanesModel(
      {
        status: "open",
        quietAt: iso(0),
        fix: null,
        findings: [open, gone],
        timelines: [timelineOf(open), timelineOf(gone)],
      },
      view,
    );
    const lanes = model?.images.flatMap(({ lanes: of }) => of) ?? [];
    expect(lanes).toHaveLength(2);
    const lane = lanes.find((one) => one.finding?.id === gone.id);
    const end = (lane?.current.x ?? 0) + (lane?.current.w ?? 0);
    expect(lane?.watched).toHaveLength(1);
    for (const block of lane?.watched ?? [])
      expect(block.x + block.w).toBeLessThanOrEqual(end + 0.02);
    expect(model?.now).toBeGreaterThan(end);
  });

  it("go back to the first episode of all, unless the current ones would be lost in it", async () => {
    const open = await detail({ firstSeenAt: iso(10 * HOUR) });
    const earlier = (ago: number) => [
      {
        episode: 1,
        openedAt: iso(ago),
        resolvedAt: iso(ago - HOUR),
        resolution: "quiet" as const,
      },
    ];
    const told = { status: "open" as const, quietAt: iso(0), fix: null, findings: [open] };
    const near = lanesModel({ ...told, timelines: [timelineOf(open, earlier(30 * HOUR))] }, view);
    expect(near?.images[0]?.lanes[0]?.earlier).toHaveLength(1);
    const far = lanesModel({ ...told, timelines: [timelineOf(open, earlier(900 * HOUR))] }, view);
    expect(far?.images[0]?.lanes[0]?.earlier).toHaveLength(0);
    expect(far?.images[0]?.lanes[0]?.current.x).toBeLessThan(5);
  });

  it("are by image, the one that was seen first on top, and the fix's witness is one of them", async () => {
    const gone = await detail({ ...GONE, coverage: [] });
    const witness = {
      resource: { ...gone.resource, id: "container:0b5e0b5e0b5e", imageDigest: "sha256:0b5e" },
      knownSince: iso(28 * HOUR),
      coverage: [{ from: iso(28 * HOUR), to: iso(2 * HOUR) }],
    };
    const after = { image: gone.resource.image, digest: "sha256:0b5e" };
    const model = lanesModel(
      {
        status: "ended",
        quietAt: iso(6 * HOUR),
        findings: [gone],
        timelines: [timelineOf(gone)],
        fix: { proven: true, before: null, after, witness, why: "" },
      },
      view,
    );
    expect(model?.images.map(({ image }) => image.digest)).toEqual([
      gone.resource.imageDigest,
      "sha256:0b5e",
    ]);
    const lane = model?.images[1]?.lanes[0];
    expect(lane).toMatchObject({ finding: null, occurrences: [] });
    // What has ended is not pressed to the left by the time since: the axis ends with the watch.
    expect((lane?.watched[0]?.x ?? 0) + (lane?.watched[0]?.w ?? 0)).toBeGreaterThan(95);
    expect(model?.now).toBeNull();
  });

  it("are none where nothing is told", () => {
    const told = { status: "ended" as const, quietAt: iso(0), fix: null, findings: [] };
    expect(lanesModel({ ...told, timelines: [] }, view)).toBeNull();
  });
});
