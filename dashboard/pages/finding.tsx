/** `/findings/:id`: one finding. Its live part refreshes every five seconds and keeps focus and scroll. */
import { headlineOf, risenWords, standingOf } from "../format/headline.ts";
import { suggestedScope } from "../exception-form.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Advice } from "../parts/advice.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Episodes } from "../parts/episodes.tsx";
import { Evidence } from "../parts/evidence.tsx";
import { Fixed } from "../parts/fixed.tsx";
import { Numbers, Verification } from "../parts/finding-side.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark, StatusMark } from "../parts/marks.tsx";
import { TimeStrip } from "../parts/strip.tsx";
import { MutedNote } from "../parts/mute-note.tsx";
import { StandingText } from "../parts/time.tsx";
import { AsOf } from "../parts/top-line.tsx";
import { Where } from "../parts/where.tsx";
import { paths } from "../paths.ts";
import { rollupOf } from "../../schema/rollup-id.ts";
import type { FindingPageProps } from "../props.ts";

/** Characters of the headline that stay above the fold on a phone. */
const LONGEST_HEADLINE = 240;

function Head(props: FindingPageProps) {
  const { finding, rule, view } = props;
  const sentence = visible(headlineOf(finding));
  const risen = risenWords(finding);
  return (
    <header class="finding-head">
      <p class="marks">
        <StatusMark finding={finding} word />
        <SeverityMark severity={finding.severity} />
        {risen !== null && <span class="dim">{risen}</span>}
        <a href={paths.rule(finding.rule)}>{visible(rule?.title ?? finding.title)}</a>
        {finding.episode > 1 && (
          <span class="again" title="It has resolved before, and opened again">
            episode {finding.episode}
          </span>
        )}
        <ActLink view={view} href={paths.muteFinding(finding.id)}>
          {finding.muted ? "Mute otherwise" : "Mute"}
        </ActLink>
        {finding.caseId === null ? (
          <ActLink view={view} href={paths.newCase({ finding: finding.id })}>
            Make a case
          </ActLink>
        ) : (
          <a href={paths.case(finding.caseId)}>{finding.caseId}</a>
        )}
      </p>
      <h1 dir="auto">
        <bdi title={sentence.length > LONGEST_HEADLINE ? sentence : undefined}>
          {cut(sentence, LONGEST_HEADLINE)}
        </bdi>
        ;{" "}
        <span class={`standing is-${finding.status}`}>
          <StandingText standing={standingOf(finding, view.now)} view={view} />.
        </span>
        {finding.status === "resolved" && (
          <>
            {" "}
            <a class="to-certificate" href={paths.certificate(finding.id, finding.episode)}>
              Certificate
            </a>
          </>
        )}
      </h1>
      <MutedNote finding={finding} view={view} />
    </header>
  );
}

/** Only rules that open findings have exceptions, and only rules that there are. */
function ExceptionLink(props: FindingPageProps) {
  const { finding, rule, view } = props;
  if (rule === null || rule.class === "threat" || finding.status === "resolved") return null;
  const href = paths.newException({ rule: rule.id, when: suggestedScope(finding) });
  return (
    <section class="panel">
      <h2>Meant to be so?</h2>
      <p>
        <ActLink view={view} href={href}>
          Add an exception
        </ActLink>{" "}
        <span class="dim">for this program in this place, with a reason and an end.</span>
      </p>
    </section>
  );
}

/** Where the finding is one of a workload's. */
function RollupLink({ finding }: FindingPageProps) {
  const id = rollupOf(finding);
  if (id === null) return null;
  return (
    <p>
      <a href={paths.rollup(id)}>The same across this workload’s containers</a>
    </p>
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
          <Fixed {...props} />
          <ExceptionLink {...props} />
          <section class="panel">
            <h2>Where</h2>
            <Where resource={finding.resource} />
            <RollupLink {...props} />
          </section>
          <Numbers {...props} />
        </aside>
      </div>
      <section id="episodes">
        <h2>Episodes</h2>
        <Episodes finding={finding.id} episodes={props.episodes} view={view} />
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
    <Frame
      view={props.view}
      title={cut(visible(headlineOf(props.finding)), 120)}
      active={props.finding.status === "resolved" ? "history" : "findings"}
    >
      <Crumbs href={back} word={word} />
      <FindingLive {...props} />
      <Advice id={props.finding.rule} rule={props.rule} />
    </Frame>
  );
}
