/** The right column of the overview: what makes the noise, and what is no posture at all. */
import type { FindingCounts, Page } from "../../schema/api.ts";
import type { CoverageSummary } from "../../schema/coverage.ts";
import type { GroupView, SignalView } from "../../schema/finding.ts";
import { count, counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { type ListParams, paths } from "../paths.ts";
import type { View } from "../view.ts";
import { SeverityMark } from "./marks.tsx";
import { Moment } from "./time.tsx";

const DAY_MS = 86_400_000;

/** Agents that are silent or drift: what it takes to trust the rest of the page. */
export function CoverageTrouble(props: { coverage: CoverageSummary; counts: FindingCounts }) {
  const { silent, drifting } = props.coverage;
  if (silent + drifting === 0) return null;
  const { unverified } = props.counts;
  return (
    <p class="notice is-warning">
      {silent > 0 && (
        <>
          <a href={paths.coverage({ state: "silent" })}>
            {counted(silent, "agent is silent", "agents are silent")}
          </a>
          {unverified > 0 &&
            `; ${counted(unverified, "open finding is", "open findings are")} unverified`}
          .{" "}
        </>
      )}
      {drifting > 0 && (
        <>
          <a href={paths.coverage({ drift: "true" })}>
            {counted(drifting, "agent enforces", "agents enforce")} another ruleset
          </a>{" "}
          than most of the same kind.
        </>
      )}
    </p>
  );
}

/** Rules with the most events among open findings. `listed`: further filters of the lists that they lead to. */
export function NoisiestRules(props: { rules: readonly GroupView[]; listed: ListParams }) {
  const most = Math.max(1, ...props.rules.map((rule) => rule.count));
  return (
    <section>
      <h2>Noisiest rules</h2>
      <ol class="bars">
        {props.rules.map((rule) => (
          <li>
            <a
              href={paths.findings({ ...props.listed, rule: rule.key })}
              title={visible(rule.label)}
            >
              <bdi>{visible(rule.label)}</bdi>
            </a>
            <span class="num dim">
              {count(rule.count)} {rule.count === 1 ? "event" : "events"}, {rule.open} open
            </span>
            <svg width="100%" height="4" aria-hidden="true">
              <rect class="track" width="100%" height="4" rx="2" />
              <rect
                class={`is-${rule.severity}`}
                width={`${Math.max(1, (rule.count / most) * 100).toFixed(1)}%`}
                height="4"
                rx="2"
              />
            </svg>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The last day of threat detections, at most three of them by name. */
export function Signals(props: { signals: Page<SignalView>; view: View }) {
  const { signals, view } = props;
  const recent = signals.items.filter((signal) => view.now - epoch(signal.lastSeenAt) < DAY_MS);
  const all = recent.length === signals.items.length && signals.nextCursor !== null;
  return (
    <section class="signal-box">
      <h2>
        <a href={paths.signals()}>Signals</a>
      </h2>
      {recent.length === 0 ? (
        <p class="dim">No threat detection in the last 24 h.</p>
      ) : (
        <>
          <p>
            {all ? "At least " : ""}
            {counted(recent.length, "threat detection")} in the last 24 h. They are never hidden by
            a mute.
          </p>
          <ul>
            {recent.slice(0, 3).map((signal) => (
              <li>
                <SeverityMark severity={signal.severity} />
                <span class="dim">
                  <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />
                </span>
                <a class="clip" href={paths.signal(signal.id)} title={visible(signal.headline)}>
                  <bdi>{visible(signal.headline)}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
