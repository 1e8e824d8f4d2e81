/** The right column of a finding: whether silence counts, and its numbers. */
import { InLedger } from "./in-ledger.tsx";
import {
  gapWords,
  quietPeriodWords,
  RESOLUTION_MEANING,
  verificationWords,
} from "../format/headline.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { watchedHostOf } from "../format/coverage.ts";
import { cut, visible } from "../format/visible.ts";
import type { FindingPageProps } from "../props.ts";
import { paths } from "../paths.ts";
import { Moment } from "./time.tsx";

/** Characters of an agent's name; the rest on hover. */
const LONGEST_AGENT = 60;

export function Verification(props: FindingPageProps) {
  const { finding, view } = props;
  const gaps = finding.verification.gaps;
  const longer = quietPeriodWords(finding);
  return (
    <section class="panel">
      <h2>Verification</h2>
      <p>{verificationWords(finding.verification, finding.status)}</p>
      {finding.resolution !== null && <p>{RESOLUTION_MEANING[finding.resolution]}</p>}
      {longer !== null && <p>{longer}</p>}
      <ReportedBy finding={finding} />
      {finding.flapping !== null && (
        <p>
          It flaps: it came back {counted(finding.flapping.reopenings, "time")} since{" "}
          <span class="num">{view.zone.short(epoch(finding.flapping.since))}</span>.
        </p>
      )}
      {gaps.length > 0 && (
        <>
          <p>{counted(gaps.length, "gap")}: the quiet clock stood still meanwhile.</p>
          <ul class="plain-list">
            {gaps.map((gap) => (
              <li>
                <span class="num">{view.zone.short(epoch(gap.from))}</span>:{" "}
                {gapWords(gap, view.now)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The agents by name, with the way to how they watch their host. */
function ReportedBy({ finding }: Pick<FindingPageProps, "finding">) {
  if (finding.agents.length === 0) return null;
  const href = paths.host(watchedHostOf(finding.resource));
  return (
    <p class="reported-by">
      Reported by{" "}
      {finding.agents.map((agent, i) => (
        <>
          {i > 0 && ", "}
          <a href={href} title={`Coverage of the host: ${visible(agent)}`}>
            <bdi>{cut(visible(agent), LONGEST_AGENT)}</bdi>
          </a>
        </>
      ))}
      .
    </p>
  );
}

export function Numbers(props: FindingPageProps) {
  const { finding, view } = props;
  return (
    <section class="panel">
      <h2>This finding</h2>
      <dl class="side-facts">
        <div>
          <dt>First seen</dt>
          <dd>
            <Moment at={epoch(finding.firstSeenAt)} as="ago" view={view} />
          </dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>
            <Moment at={epoch(finding.lastSeenAt)} as="ago" view={view} />
          </dd>
        </div>
        <div>
          <dt>Events</dt>
          <dd>
            {exactCount(finding.count)} in episode {finding.episode}
            {finding.totalCount > finding.count && `, ${exactCount(finding.totalCount)} in all`}
            {finding.lateCount > 0 && `, ${exactCount(finding.lateCount)} too late to count`}
          </dd>
        </div>
        <div>
          <dt>Quiet period</dt>
          <dd>{finding.quietPeriod}</dd>
        </div>
        <InLedger subject={finding.id} />
        <div>
          <dt>Id</dt>
          <dd class="mono">
            <a href={paths.apiFinding(finding.id)} title="The same as JSON (needs an API token)">
              {finding.id}
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
