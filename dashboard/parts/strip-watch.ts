/** Where watched time and gaps lie on an axis: of a container in a roll-up, of an agent on its host. Pure. */
import type { GapView } from "../../schema/finding.ts";
import type { EpochMs } from "../../schema/time.ts";
import { epoch } from "../format/time.ts";
import type { Block, Scale } from "./strip-model.ts";

export interface WatchBlocks {
  watched: Block[];
  gaps: (Block & { gap: GapView })[];
}

/** What of it lies on the axis; a gap that lasts ends at `until`. A single contact has no width. */
export function watchBlocks(
  watch: { coverage: readonly { from: string; to: string }[]; gaps: readonly GapView[] },
  scale: Scale,
  until: EpochMs,
): WatchBlocks {
  const shown = (part: Block) => part.from <= part.to && scale.shows(part);
  return {
    watched: watch.coverage
      .map((span) => scale.block(epoch(span.from), Math.min(epoch(span.to), until)))
      .filter(shown),
    gaps: watch.gaps
      .map((gap) => {
        const to = gap.to === null ? until : Math.min(epoch(gap.to), until);
        return Object.assign(scale.block(epoch(gap.from), to), { gap });
      })
      .filter(shown),
  };
}
