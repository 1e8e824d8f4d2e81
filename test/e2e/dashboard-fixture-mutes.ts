/** Mutes for the dashboard's fixture; what is done stays in memory. */
import type { MuteData, Result } from "../../dashboard/data.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import type {
  MuteDetail,
  MuteInput,
  MutePreview,
  MuteSummary,
  MuteView,
} from "../../schema/mutes-api.ts";
import { MUTE_REASONS } from "../../schema/mute.ts";
import { compileScope } from "../../durable/mute-scope.ts";
import { badExpression } from "../../workers/api/rule-input.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();

function meanwhileOf(findings: number, i: number, now: number): MuteSummary {
  return {
    findings,
    open: Math.ceil(findings * 0.8),
    events: i * 411,
    episodesOpened: i,
    episodesResolved: Math.floor(i / 2),
    newestEventAt: i === 0 ? null : iso(now - i * 3_600_000),
  };
}

function muteOf(
  i: number,
  size: FixtureSize,
  of: FindingDetail | undefined,
  now: number,
): MuteView {
  const text = size === "hostile" ? (Object.values(HOSTILE)[i] ?? "") : "";
  const scoped = i % 2 === 0 || of === undefined;
  const ended = i % 4 === 3;
  const until = now + (i < 2 ? 1 + i : i * 3) * DAY;
  return {
    id: `m${i}`,
    kind: scoped ? "scope" : "finding",
    finding: scoped ? null : { id: of.id, headline: of.headline },
    scope: scoped
      ? `resource.namespace == ${JSON.stringify(text === "" ? `ci-${i}` : text)} && finding.severity in ["low", "medium"]`
      : null,
    reason: MUTE_REASONS[i % MUTE_REASONS.length] ?? "other",
    note: text === "" ? "The build runners are there to compile." : text,
    author: text === "" ? "ana@shop.example" : text,
    createdAt: iso(now - (2 + i) * DAY),
    until: iso(until),
    state: ended ? "ended" : "in_force",
    endsSoon: !ended && i < 2,
    announcedAt: !ended && i < 2 ? iso(now - DAY) : null,
    endedAt: ended ? iso(now - i * DAY) : null,
    endedBy: ended ? "ben@shop.example" : null,
    end: ended ? "ended" : null,
    applied: i !== 4,
    meanwhile: meanwhileOf(scoped ? i * 7 : 1, i, now),
  };
}

/** The part of the API's arithmetic that a page needs: it hides every finding of the first rule. */
function previewOf(scope: string, open: readonly FindingDetail[]): MutePreview {
  const everything = scope === "true";
  const hidden = everything ? open : open.filter((f) => f.rule === open[0]?.rule);
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const f of hidden) bySeverity[f.severity]++;
  return {
    findings: hidden.length,
    workloads: new Set(hidden.map((f) => f.resource.workload)).size,
    hosts: new Set(hidden.map((f) => f.resource.host)).size,
    bySeverity,
    tested: open.length,
    cut: false,
    everything,
    examples: hidden
      .slice(0, 5)
      .map((f) => ({ id: f.id, headline: f.headline, resource: f.resource.name })),
  };
}

export function muteFixture(
  size: FixtureSize,
  all: readonly FindingDetail[],
  now: number,
): MuteData {
  const n = { none: 0, little: 3, lot: 40, hostile: 5 }[size];
  const open = all.filter((f) => f.status === "open");
  const mutes = Array.from({ length: n }, (_, i) => muteOf(i, size, open[i], now));
  const make = (input: MuteInput, what: Pick<MuteView, "kind" | "finding" | "scope">) => {
    const made: MuteView = {
      ...muteOf(0, "little", undefined, now),
      ...what,
      id: `m${mutes.length}`,
      reason: input.reason,
      note: input.note,
      createdAt: iso(now),
      until: iso(input.until),
      endsSoon: false,
      announcedAt: null,
    };
    mutes.push(made);
    return { ok: true as const, value: made };
  };
  const missing: Result<never> = {
    ok: false,
    problem: { code: "not_found", detail: "There is no such mute." },
  };
  return {
    mutes: async ({ state }) => ({
      items: mutes.filter((it) => it.state === state),
      nextCursor: null,
    }),
    mute: async (id): Promise<MuteDetail | null> => {
      const found = mutes.find((it) => it.id === id);
      return found === undefined ? null : { ...found, findings: open.slice(0, 8) };
    },
    muteCounts: async () => ({
      inForce: mutes.filter((it) => it.state === "in_force").length,
      endingSoon: mutes.filter((it) => it.endsSoon).length,
    }),
    muteFinding: async (id, input) => {
      const of = all.find((f) => f.id === id);
      if (of === undefined) return missing;
      of.muted = true;
      const finding = { id, headline: of.headline };
      return make(input, { kind: "finding", finding, scope: null });
    },
    createMute: async ({ scope, ...input }) => make(input, { kind: "scope", finding: null, scope }),
    previewMute: async (scope) => {
      const bad = badExpression(scope, "scope", compileScope);
      return bad === null
        ? { ok: true, value: previewOf(scope, open) }
        : { ok: false, problem: bad };
    },
    endMute: async (id) => {
      const i = mutes.findIndex((it) => it.id === id);
      const found = mutes[i];
      if (found === undefined) return missing;
      const ended: MuteView = { ...found, state: "ended", end: "ended", endedAt: iso(now) };
      mutes[i] = ended;
      return { ok: true, value: ended };
    },
  };
}
