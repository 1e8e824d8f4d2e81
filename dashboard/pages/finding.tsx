/** `/findings/:id`: one finding. Its live part refreshes every five seconds and keeps focus and scroll. */
import type { RuleView } from "../../schema/api.ts";
import type { EpisodeView, FindingDetail } from "../../schema/finding.ts";
import {
  RESOLUTION_MEANING,
  gapWords,
  headlineOf,
  standingOf,
  verificationWords,
} from "../format/headline.ts";
import { Markdown } from "../format/markdown.tsx";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { Episodes } from "../parts/episodes.tsx";
import { Evidence } from "../parts/evidence.tsx";
import { AsOf, Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { SeverityMark, StatusMark } from "../parts/marks.tsx";
import type { StripSpan } from "../parts/strip-model.ts";
import { TimeStrip } from "../parts/strip.tsx";
import { Moment, StandingText } from "../parts/time.tsx";
import { Where } from "../parts/where.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface FindingPageProps {
  view: View;
  finding: FindingDetail;
  episodes: readonly EpisodeView[];
  /** Null where the rule no longer exists. */
  rule: RuleView | null;
  span: StripSpan;
  /** As the address says, so that a refresh asks for the same. */
  askedSpan: string | undefined;
}

/** Characters of the headline that stay above the fold on a phone. */
const LONGEST_HEADLINE = 240;

function Head(props: FindingPageProps) {
  const { finding, rule, view } = props;
  const sentence = visible(headlineOf(finding));
  return (
    <header class="finding-head">
      <p class="marks">
        <StatusMark finding={finding} word />
        <SeverityMark severity={finding.severity} />
        <a href={paths.rule(finding.rule)}>{visible(rule?.title ?? finding.title)}</a>
        {finding.episode > 1 && (
          <span class="again" title="It has resolved before, and opened again">
            episode {finding.episode}
          </span>
        )}
        {finding.muted && <span class="tag">muted: counting goes on</span>}
      </p>
      <h1 dir="auto">
        <bdi title={sentence.length > LONGEST_HEADLINE ? sentence : undefined}>
          {cut(sentence, LONGEST_HEADLINE)}
        </bdi>
        ;{" "}
        <span class={`standing is-${finding.status}`}>
          <StandingText standing={standingOf(finding, view.now)} view={view} />.
        </span>
      </h1>
    </header>
  );
}

function Verification(props: FindingPageProps) {
  const { finding, view } = props;
  const gaps = finding.verification.gaps;
  return (
    <section class="panel">
      <h2>Verification</h2>
      <p>{verificationWords(finding.verification, finding.status)}</p>
      {finding.resolution !== null && <p>{RESOLUTION_MEANING[finding.resolution]}</p>}
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

function Numbers(props: FindingPageProps) {
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
        <div>
          <dt>{finding.agents.length === 1 ? "Agent" : "Agents"}</dt>
          <dd>
            {finding.agents.length === 0 ? "unknown" : finding.agents.map(visible).join(", ")}
          </dd>
        </div>
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

function Advice(props: { finding: FindingDetail; rule: RuleView | null }) {
  const { finding, rule } = props;
  if (rule === null)
    return (
      <section class="advice">
        <h2>Rule</h2>
        <p class="dim">The rule {visible(finding.rule)} no longer exists, so there is no advice.</p>
      </section>
    );
  return (
    <section class="advice">
      <h2>Why it matters</h2>
      <Markdown text={rule.why} />
      <h2>What good looks like</h2>
      <Markdown text={rule.good} />
      <h2>How to fix it</h2>
      <Markdown text={rule.remediation} />
    </section>
  );
}

/** What changes while one looks: sentence, strip, evidence, episodes. */
export function FindingLive(props: FindingPageProps) {
  const { finding, view } = props;
  return (
    <div
      id="live"
      hx-get={paths.findingLive(finding.id, props.askedSpan)}
      hx-trigger="every 5s"
      hx-swap="outerMorph"
    >
      <Head {...props} />
      <TimeStrip finding={finding} episodes={props.episodes} span={props.span} view={view} />
      <div class="columns">
        <div class="wide">
          <section id="evidence">
            <h2>Evidence</h2>
            <Evidence samples={finding.samples} view={view} />
          </section>
        </div>
        <aside class="side" aria-label="About this finding">
          <Verification {...props} />
          <section class="panel">
            <h2>Where</h2>
            <Where resource={finding.resource} />
          </section>
          <Numbers {...props} />
        </aside>
      </div>
      <section id="episodes">
        <h2>Episodes</h2>
        <Episodes episodes={props.episodes} view={view} />
      </section>
    </div>
  );
}

/** The answer to a refresh: the live part, and the clock of the top line out of band. */
export function FindingRefresh(props: FindingPageProps) {
  return (
    <>
      <FindingLive {...props} />
      <AsOf view={props.view} swap />
    </>
  );
}

export function FindingPage(props: FindingPageProps) {
  const back = props.finding.status === "resolved" ? paths.history() : paths.findings();
  const word = props.finding.status === "resolved" ? "History" : "Findings";
  return (
    <Frame view={props.view} title={cut(visible(headlineOf(props.finding)), 120)} active="findings">
      <p class="crumbs">
        <a href={back}>
          <Icon name="back" />
          {word}
        </a>
      </p>
      <FindingLive {...props} />
      <Advice finding={props.finding} rule={props.rule} />
    </Frame>
  );
}
