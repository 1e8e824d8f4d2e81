/** The time strip of one episode that is over, drawn from its certificate. */
import type { CertificateClaims } from "../../schema/certificate.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import { formatInstant } from "../../schema/time.ts";
import { epoch, span } from "../format/time.ts";
import type { View } from "../view.ts";
import { stripModel, type StripSubject, subtract } from "./strip-model.ts";
import { StripFigure } from "./strip.tsx";

/**
 * The episode as the strip draws it. When its events came is kept for the last episode alone, which `finding`
 * may be; of an earlier one only what its certificate says is known.
 */
export function episodeSubject(claims: CertificateClaims, finding: FindingDetail): StripSubject {
  const { episode, quiet } = claims;
  const isLast = finding.episode === episode.number && finding.status === "resolved";
  return {
    episode: episode.number,
    firstSeenAt: episode.openedAt,
    lastSeenAt: episode.lastSeenAt,
    resolvedAt: episode.resolvedAt,
    resolution: episode.resolution,
    deadlineAt: null,
    count: episode.count,
    verification: {
      state: "watching",
      heartbeats: quiet.basis === "coverage",
      strict: false,
      gaps: quiet.gaps,
    },
    occurrences: isLast ? finding.occurrences : null,
    coverage: isLast ? until(finding.coverage, episode.resolvedAt) : watchedOf(claims),
  };
}

/** Whoever watched on has nothing to do with it. Instants of one form sort as texts. */
function until(coverage: FindingDetail["coverage"], end: string): FindingDetail["coverage"] {
  return coverage
    .filter(({ from }) => from < end)
    .map(({ from, to }) => ({ from, to: to < end ? to : end }));
}

/** Only of `quiet`, gaps and watched time add up to the window. */
function watchedOf({ episode, quiet }: CertificateClaims): StripSubject["coverage"] {
  if (episode.resolution !== "quiet") return [];
  const ends = ({ from, to }: { from: string; to: string }) => ({
    from: epoch(from),
    to: epoch(to),
  });
  return subtract(ends(quiet), quiet.gaps.map(ends)).map(({ from, to }) => ({
    from: formatInstant(from),
    to: formatInstant(to),
  }));
}

function words({ quiet }: CertificateClaims): string {
  const window = `The quiet window: ${span(epoch(quiet.to) - epoch(quiet.from))} after the last event`;
  if (quiet.watchedMs === null) return `${window}. No heartbeats tell who was watching.`;
  return `${window}, ${span(quiet.watchedMs)} of it watched.`;
}

export function CertificateStrip(props: {
  claims: CertificateClaims;
  finding: FindingDetail;
  view: View;
}) {
  const { claims, finding, view } = props;
  const subject = episodeSubject(claims, finding);
  return (
    <StripFigure
      id={finding.id}
      finding={subject}
      model={stripModel(subject, [], view, "episode")}
      words={words(claims)}
      view={view}
    />
  );
}
