/** Open findings by severity: one bar, five links. */
import type { FindingCounts } from "../../schema/api.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { exactCount } from "../format/number.ts";
import { type ListParams, paths } from "../paths.ts";
import { SeverityMark } from "./marks.tsx";

/** `listed`: further filters of the lists that it leads to. */
export function BySeverity(props: { counts: FindingCounts; listed: ListParams }) {
  const { bySeverity, open } = props.counts;
  let x = 0;
  const parts = SEVERITIES.map((severity) => {
    const w = open === 0 ? 0 : (bySeverity[severity] / open) * 100;
    const part = { severity, x, w };
    x += w;
    return part;
  });
  return (
    <section class="by-severity">
      <h2 class="visually-hidden">Open by severity</h2>
      <svg class="stack" width="100%" height="6" aria-hidden="true">
        <rect class="track" width="100%" height="6" />
        {parts.map((part) =>
          part.w === 0 ? null : (
            <rect
              class={`is-${part.severity}`}
              x={`${part.x.toFixed(2)}%`}
              width={`${part.w.toFixed(2)}%`}
              height="6"
            />
          ),
        )}
      </svg>
      <ul class="severity-counts">
        {SEVERITIES.map((severity) => (
          <li>
            <a href={paths.findings({ ...props.listed, severity: [severity] })}>
              <span class="big num">{exactCount(bySeverity[severity])}</span>
              <SeverityMark severity={severity} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
