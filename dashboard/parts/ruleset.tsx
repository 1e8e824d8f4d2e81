/** The ruleset that an agent says it enforces, and whether its peers enforce another one. */
import type { AgentView } from "../../schema/coverage.ts";
import { peersWords } from "../format/coverage.ts";
import { visible } from "../format/visible.ts";
import { shortHash } from "./changes.tsx";

/** Its hash as far as people compare it; `others` where it drifts. */
export function Ruleset(props: { agent: Pick<AgentView, "kind" | "ruleset" | "drift"> }) {
  const { ruleset, drift, kind } = props.agent;
  if (ruleset === null) return <span class="dim">not said</span>;
  return (
    <>
      <span class="mono" title={visible(ruleset)}>
        {visible(shortHash(ruleset))}
      </span>
      {drift !== null && (
        <span class="drift" title={`${peersWords({ kind, drift })} ${visible(drift.peersRuleset)}`}>
          drifts
        </span>
      )}
    </>
  );
}
