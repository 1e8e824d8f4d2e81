/** Roll-ups for the dashboard's fixture, made of its findings as the API makes them of rows. */
import type { DashboardData } from "../../dashboard/data.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import { parseRollupId, rollupOf } from "../../schema/rollup-id.ts";
import type { RollupDetail, RollupImage, RollupStatus, Timeline } from "../../schema/rollup.ts";
import { SEVERITIES } from "../../schema/rule.ts";

const HOUR = 3_600_000;

const count = <T>(all: readonly T[], test: (one: T) => boolean): number => all.filter(test).length;
const sorted = (texts: readonly string[]): string[] => texts.toSorted();

function statusOf(members: readonly FindingDetail[]): RollupStatus {
  if (members.some((f) => f.status === "open")) return "open";
  const [newest] = members.toSorted((a, b) => b.lastSeenAt.localeCompare(a.lastSeenAt));
  return newest?.resolution === "quiet" ? "quiet" : "ended";
}

function imagesOf(members: readonly FindingDetail[]): RollupImage[] {
  return [...Map.groupBy(members, (f) => f.resource.imageDigest)].map(([digest, same]) => ({
    image: same[0]?.resource.image ?? null,
    digest,
    firstSeenAt: sorted(same.map((f) => f.firstSeenAt))[0] ?? "",
    lastSeenAt: sorted(same.map((f) => f.lastSeenAt)).at(-1) ?? "",
    containers: same.length + 1,
    hit: same.length,
    affected: count(same, (f) => f.status === "open"),
  }));
}

function timelineOf(f: FindingDetail): Timeline {
  const before = (hours: number) =>
    new Date(Date.parse(f.firstSeenAt) - hours * HOUR).toISOString();
  return {
    finding: f.id,
    occurrences: f.occurrences,
    coverage: f.coverage,
    episodes: Array.from({ length: f.episode - 1 }, (_, i) => ({
      episode: f.episode - 1 - i,
      openedAt: before((i + 1) * 60),
      resolvedAt: before((i + 1) * 60 - 33),
      resolution: "quiet" as const,
    })),
  };
}

function rollupFrom(id: string, members: readonly FindingDetail[]): RollupDetail {
  const key = parseRollupId(id);
  const [first] = members;
  if (key === null || first === undefined) throw new Error(`no roll-up ${id}`);
  const status = statusOf(members);
  const ended = (how: string) => count(members, (f) => f.resolution === how);
  const affected = count(members, (f) => f.status === "open");
  const imagesSeen = imagesOf(members);
  const subject = first.headline.split(" in ")[0];
  const where = `of ${key.namespace}/${key.workload}`;
  const [image] = imagesSeen;
  return {
    id,
    status,
    rule: key.rule,
    title: first.title,
    headline:
      status === "open"
        ? `${subject} in ${affected} of ${members.length + 1} known containers ${where} since Tuesday`
        : `${subject} in ${members.length} containers ${where}`,
    severity: SEVERITIES.find((it) => members.some((f) => f.severity === it)) ?? "info",
    workload: {
      name: key.workload,
      kind: key.kind,
      namespace: key.namespace,
      cluster: key.cluster,
    },
    containers: { affected, total: members.length + 1, gone: 2, hit: members.length },
    images: imagesSeen.length,
    count: members.reduce((sum, f) => sum + f.totalCount, 0),
    oldestOpenedAt: sorted(members.map((f) => f.firstSeenAt))[0] ?? "",
    newestEventAt: sorted(members.map((f) => f.lastSeenAt)).at(-1) ?? "",
    quietPeriod: first.quietPeriod,
    quietAt: sorted(members.map((f) => f.deadlineAt ?? f.lastSeenAt)).at(-1) ?? "",
    ended: {
      quiet: ended("quiet"),
      quiet_unverified: ended("quiet_unverified"),
      resource_gone: ended("resource_gone"),
      rule_retired: ended("rule_retired"),
    },
    imagesSeen,
    findings: [...members],
    timelines: members.slice(0, 12).map(timelineOf),
    fix:
      status === "open" || image === undefined
        ? null
        : {
            proven: status === "quiet",
            before: { image: image.image, digest: image.digest },
            after: status === "quiet" ? { image: image.image, digest: "sha256:0b5e" } : null,
            witness:
              status === "quiet"
                ? {
                    resource: { ...first.resource, imageDigest: "sha256:0b5e" },
                    knownSince: first.lastSeenAt,
                    coverage: first.coverage,
                  }
                : null,
            why:
              status === "quiet"
                ? "A container of the newer image was watched for the whole quiet period (24h) and has not done this."
                : "Its containers are gone; nothing shows that the new ones behave.",
          },
  };
}

/** In another cluster what has resolved: else no roll-up of the fleet would be without an open finding. */
function placed(f: FindingDetail): FindingDetail {
  return f.status === "open" ? f : { ...f, resource: { ...f.resource, cluster: "us-1" } };
}

export function rollupFixture(
  findings: readonly FindingDetail[],
): Pick<DashboardData, "rollups" | "rollup"> {
  const groups = Map.groupBy(findings.map(placed), (f) => rollupOf(f));
  const all = [...groups].flatMap(([id, members]) =>
    id === null ? [] : [rollupFrom(id, members)],
  );
  return {
    rollups: async (query) => ({
      items: all
        .filter(
          (it) =>
            query.status.includes(it.status) &&
            (query.severity.length === 0 || query.severity.includes(it.severity)) &&
            [it.rule, undefined].includes(query.rule) &&
            [it.workload.namespace, undefined].includes(query.namespace) &&
            [it.workload.name, undefined].includes(query.workload) &&
            it.headline.includes(query.q ?? ""),
        )
        .slice(0, query.limit),
      nextCursor: null,
    }),
    rollup: async (id) => all.find((it) => it.id === id) ?? null,
  };
}
