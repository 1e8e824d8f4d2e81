/** `/rollups/:id`: one rule in one workload: its images, what is fixed, and its findings. */
import type { RuleView } from "../../schema/rules-api.ts";
import type { RollupDetail } from "../../schema/rollup.ts";
import { exactCount } from "../format/number.ts";
import { containerWords, endedWords, rollupMeaning } from "../format/rollup.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Advice } from "../parts/advice.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { FixPanel, ImageTable } from "../parts/rollup-images.tsx";
import { RollupMark } from "../parts/rollup-rows.tsx";
import { RollupStrip } from "../parts/rollup-strip.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface RollupPageProps {
  view: View;
  rollup: RollupDetail;
  /** Null where the rule no longer exists. */
  rule: RuleView | null;
}

/** Characters of the headline that stay above the fold on a phone. */
const LONGEST_HEADLINE = 240;

function Head({ rollup, rule, view }: RollupPageProps) {
  return (
    <header class="finding-head">
      <p class="marks">
        <RollupMark status={rollup.status} word />
        <SeverityMark severity={rollup.severity} />
        <a href={paths.rule(rollup.rule)}>{visible(rule?.title ?? rollup.title)}</a>
        {rollup.status === "open" && (
          <ActLink view={view} href={paths.newCase({ rollup: rollup.id })}>
            Make a case
          </ActLink>
        )}
      </p>
      <h1 dir="auto">
        <bdi>{cut(visible(rollup.headline), LONGEST_HEADLINE)}</bdi>,{" "}
        <span class="standing">
          last <Moment at={epoch(rollup.newestEventAt)} as="ago" view={view} />.
        </span>
      </h1>
    </header>
  );
}

function State({ rollup, view }: RollupPageProps) {
  const ended = endedWords(rollup.ended);
  return (
    <section class="panel">
      <h2>State</h2>
      <p>{rollupMeaning(rollup)}</p>
      <dl class="side-facts">
        <div>
          <dt>Containers</dt>
          <dd title="Known are those that a finding of any rule was about">
            {containerWords(rollup.containers)}
          </dd>
        </div>
        {ended !== "" && (
          <div>
            <dt>Ended</dt>
            <dd>{ended}</dd>
          </div>
        )}
        <div>
          <dt>Quiet period</dt>
          <dd title="The longest in force among its findings">
            {rollup.quietPeriod}
            {epoch(rollup.quietAt) > view.now && (
              <>
                , over <Moment at={epoch(rollup.quietAt)} as="until" view={view} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Oldest opening</dt>
          <dd>
            <Moment at={epoch(rollup.oldestOpenedAt)} as="ago" view={view} />
          </dd>
        </div>
        <div>
          <dt>Events</dt>
          <dd>{exactCount(rollup.count)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Workload({ rollup }: RollupPageProps) {
  const { name, kind, namespace, cluster } = rollup.workload;
  const lines = [
    [kind ?? "Workload", name, paths.findings({ workload: name })],
    ["Namespace", namespace, namespace === null ? "" : paths.findings({ namespace })],
    ["Cluster", cluster, ""],
  ] as const;
  return (
    <section class="panel">
      <h2>Where</h2>
      <dl class="side-facts">
        {lines.map(([word, value, href]) =>
          value === null ? null : (
            <div>
              <dt>{visible(word)}</dt>
              <dd title={visible(value)}>
                {href === "" ? (
                  <bdi>{visible(value)}</bdi>
                ) : (
                  <a href={href} title={`All open findings here: ${visible(value)}`}>
                    <bdi>{visible(value)}</bdi>
                  </a>
                )}
              </dd>
            </div>
          ),
        )}
        <div>
          <dt>As JSON</dt>
          <dd>
            <a href={paths.apiRollup(rollup.id)} title="Needs an API token">
              this roll-up
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** The list of findings has the rest, of this name in any namespace. */
function Findings({ rollup, view }: RollupPageProps) {
  const { name, namespace } = rollup.workload;
  const more = rollup.containers.hit - rollup.findings.length;
  const all = {
    rule: rollup.rule,
    workload: name,
    status: "open,resolved",
    ...(namespace !== null && { namespace }),
  };
  return (
    <section id="rollup-findings">
      <h2>Findings</h2>
      <FindingTable findings={rollup.findings} view={view} caption="Findings of this roll-up" />
      {more > 0 && (
        <p class="more">
          <a href={paths.findings(all)}>{exactCount(more)} older ones</a>
        </p>
      )}
    </section>
  );
}

export function RollupPage(props: RollupPageProps) {
  const { rollup, rule, view } = props;
  return (
    <Frame view={view} title={cut(visible(rollup.headline), 120)} active="rollups">
      <Crumbs href={paths.rollups()} word="Roll-ups" />
      <Head {...props} />
      <RollupStrip rollup={rollup} view={view} />
      <div class="columns">
        <div class="wide">
          <FixPanel fix={rollup.fix} />
          <section>
            <h2>Images</h2>
            <ImageTable images={rollup.imagesSeen} view={view} />
          </section>
        </div>
        <aside class="side" aria-label="About this roll-up">
          <State {...props} />
          <Workload {...props} />
        </aside>
      </div>
      <Findings {...props} />
      <Advice id={rollup.rule} rule={rule} />
    </Frame>
  );
}
