/** The resolved history of a finding, one line an episode. */
import type { EpisodeView } from "../../schema/finding.ts";
import { RESOLUTION_MEANING, RESOLUTION_WORDS } from "../format/headline.ts";
import { exactCount, percent } from "../format/number.ts";
import { epoch, span } from "../format/time.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

/** `finding` is the id of theirs. */
function RegressedTag(props: { episode: EpisodeView; view: View }) {
  const at = epoch(props.episode.regressedAt ?? props.episode.openedAt);
  return (
    <>
      {" "}
      <span
        class="again"
        title={`Somebody had said that it was fixed; an event came ${props.view.zone.exact(at)}`}
      >
        regressed
      </span>
    </>
  );
}

export function Episodes(props: { finding: string; episodes: readonly EpisodeView[]; view: View }) {
  const { episodes, view } = props;
  if (episodes.length === 0)
    return <p class="dim">This is its first episode: it has not resolved before.</p>;
  return (
    <div class="scroll">
      <table class="plain">
        <caption class="visually-hidden">Resolved episodes</caption>
        <thead>
          <tr>
            <th scope="col" class="num">
              Episode
            </th>
            <th scope="col">Opened</th>
            <th scope="col">Lasted</th>
            <th scope="col">Resolved</th>
            <th scope="col">Why it ended</th>
            <th scope="col" class="num">
              Events
            </th>
            <th
              scope="col"
              class="num"
              title="Share of the quiet window in which an agent was watching"
            >
              Coverage
            </th>
            <th scope="col">Certificate</th>
          </tr>
        </thead>
        <tbody>
          {episodes.map((episode) => (
            <tr>
              <td class="num">{episode.episode}</td>
              <td title={view.zone.exact(epoch(episode.openedAt))}>
                {view.zone.short(epoch(episode.openedAt))}
                {episode.regressedAt !== null && <RegressedTag {...{ episode, view }} />}
              </td>
              <td>{span(epoch(episode.resolvedAt) - epoch(episode.openedAt))}</td>
              <td>
                <Moment at={epoch(episode.resolvedAt)} as="ago" view={view} />
              </td>
              <td>
                <span
                  class={`resolution is-${episode.resolution}`}
                  title={RESOLUTION_MEANING[episode.resolution]}
                >
                  {RESOLUTION_WORDS[episode.resolution]}
                </span>
              </td>
              <td class="num">{exactCount(episode.count)}</td>
              <td class="num">
                {episode.coverage === null ? (
                  <span class="dim" title="No heartbeats: coverage is not known">
                    unknown
                  </span>
                ) : (
                  percent(episode.coverage)
                )}
              </td>
              <td>
                <a
                  href={paths.certificate(props.finding, episode.episode)}
                  aria-label={`Certificate of episode ${episode.episode}`}
                >
                  Read
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
