/** `/signals/:id`: one threat detection. */
import type { RuleView } from "../../schema/rules-api.ts";
import type { SignalView } from "../../schema/finding.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Advice } from "../parts/advice.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Sample } from "../parts/evidence.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { Moment } from "../parts/time.tsx";
import { Where } from "../parts/where.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface SignalPageProps {
  view: View;
  signal: SignalView;
  /** Null where the rule no longer exists. */
  rule: RuleView | null;
  /** Open findings of the same resource. */
  open: number;
}

/** Characters of the headline that stay above the fold on a phone. */
const LONGEST_HEADLINE = 240;

function Repeats(props: SignalPageProps) {
  const { signal, view } = props;
  if (signal.count === 1)
    return (
      <>
        Seen once, <Moment at={epoch(signal.firstSeenAt)} as="ago" view={view} />.
      </>
    );
  return (
    <>
      Seen {exactCount(signal.count)} times: first{" "}
      <Moment at={epoch(signal.firstSeenAt)} as="ago" view={view} />, last{" "}
      <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />.
    </>
  );
}

function Facts(props: SignalPageProps) {
  const { signal, view } = props;
  return (
    <section class="panel">
      <h2>This signal</h2>
      <dl class="side-facts">
        <div>
          <dt>First seen</dt>
          <dd class="num">{view.zone.short(epoch(signal.firstSeenAt))}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd class="num">{view.zone.short(epoch(signal.lastSeenAt))}</dd>
        </div>
        <div>
          <dt>Seen</dt>
          <dd>{counted(signal.count, "time")}</dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd class="mono">
            <a href={paths.apiSignal(signal.id)} title="The same as JSON (needs an API token)">
              {signal.id}
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Around(props: SignalPageProps) {
  const { signal, open } = props;
  const { id } = signal.resource;
  return (
    <section class="panel">
      <h2>Same resource</h2>
      <ul class="plain-list">
        <li>
          <a href={paths.findings({ resource: id })}>
            {open === 0 ? "No open finding" : counted(open, "open finding")}
          </a>
        </li>
        <li>
          <a href={paths.signals({ resource: id })}>All signals of it</a>
        </li>
        <li>
          <a href={paths.signals({ rule: signal.rule })}>All signals of this rule</a>
        </li>
      </ul>
    </section>
  );
}

export function SignalPage(props: SignalPageProps) {
  const { signal, view, rule } = props;
  const sentence = visible(signal.headline.replace(/[.\s]+$/u, ""));
  return (
    <Frame view={view} title={cut(sentence, 120)} active="signals">
      <Crumbs href={paths.signals()} word="Signals" />
      <header class="finding-head signal-head">
        <p class="marks">
          <SeverityMark severity={signal.severity} />
          <a href={paths.rule(signal.rule)}>
            <bdi class="clip">{visible(rule?.title ?? signal.title)}</bdi>
          </a>
          <ActLink view={view} href={paths.newCase({ signal: signal.id })}>
            Make a case
          </ActLink>
        </p>
        <h1 dir="auto">
          <bdi title={sentence.length > LONGEST_HEADLINE ? sentence : undefined}>
            {cut(sentence, LONGEST_HEADLINE)}
          </bdi>
          .
        </h1>
        <p class="lead">
          <Repeats {...props} />
        </p>
      </header>
      <div class="columns">
        <div class="wide">
          <section id="evidence">
            <h2>{signal.count === 1 ? "Evidence" : "Evidence, the latest"}</h2>
            <Sample sample={signal.sample} id="sample" view={view} />
          </section>
          <Advice id={signal.rule} rule={rule} />
        </div>
        <aside class="side" aria-label="About this signal">
          <Around {...props} />
          <section class="panel">
            <h2>Where</h2>
            <Where resource={signal.resource} />
          </section>
          <Facts {...props} />
        </aside>
      </div>
    </Frame>
  );
}
