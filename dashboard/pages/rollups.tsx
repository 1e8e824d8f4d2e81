/** `/rollups`: what each rule has found in each workload, across its containers. */
import type { Page, RollupsQuery } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import type { RollupSummary } from "../../schema/rollup.ts";
import { Chips } from "../parts/chips.tsx";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { PlaceMenu, RuleChoice, SeverityMenu } from "../parts/filter-fields.tsx";
import { FilterForm } from "../parts/filter-form.tsx";
import { Frame } from "../parts/frame.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { More } from "../parts/more.tsx";
import { RollupTable } from "../parts/rollup-rows.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { type ListParams, paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import type { View } from "../view.ts";

export interface RollupsPageProps {
  view: View;
  query: RollupsQuery;
  params: ListParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  /** Those that open findings in containers. */
  rules: readonly RuleView[];
  page: Page<RollupSummary>;
}

const TABS = [
  ["Open", undefined],
  ["Quiet", "quiet"],
  ["Ended", "ended"],
  ["All", "open,quiet,ended"],
] as const;

function Tabs({ params }: RollupsPageProps) {
  return (
    <nav class="tabs" aria-label="State">
      {TABS.map(([word, status]) => (
        <ListLink href={paths.rollups({ ...params, status })} current={params.status === status}>
          {word}
        </ListLink>
      ))}
    </nav>
  );
}

function Filters({ query, params, rules }: RollupsPageProps) {
  return (
    <FilterForm action={paths.rollups()}>
      {params.status !== undefined && <input type="hidden" name="status" value={params.status} />}
      <SearchField
        label="Search these roll-ups"
        value={query.q}
        placeholder="Rule, workload, image, process"
      />
      <SeverityMenu chosen={query.severity} />
      <RuleChoice rules={rules} value={query.rule} />
      <PlaceMenu query={query} but={["service", "host"]} />
    </FilterForm>
  );
}

function NoRollups({ params }: RollupsPageProps) {
  if (isFiltered(params))
    return (
      <Empty title="No roll-up matches these filters">
        <p>
          <ListLink class="button" href={paths.rollups({ status: params.status })}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  if (params.status !== undefined)
    return (
      <Empty title="There is none in this state">
        <p>
          A roll-up is quiet when a container was watched and none has emitted since; it has ended
          when its findings have, without that proof.
        </p>
      </Empty>
    );
  return (
    <Empty title="No workload has an open finding">
      <p>
        Findings of containers roll up where an agent names their workload, service or image. See{" "}
        <a href={paths.findings()}>all findings</a>.
      </p>
    </Empty>
  );
}

export function RollupsPage(props: RollupsPageProps) {
  const { page, params, query, view } = props;
  const { nextCursor } = page;
  return (
    <Frame view={view} title="Roll-ups" active="rollups" search={false}>
      <div id="list">
        <header class="page-head">
          <h1>Roll-ups</h1>
          <Tabs {...props} />
        </header>
        <p class="lead">
          The findings of one rule in one workload, as one while its containers come and go. Known
          are containers that a finding was about.
        </p>
        <Filters {...props} />
        <Chips params={params} href={paths.rollups} rules={props.rules} />
        <Dropped dropped={props.dropped} />
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list.{" "}
            <ListLink href={paths.rollups(params)}>Back to the start</ListLink>
          </p>
        )}
        {page.items.length === 0 ? (
          <NoRollups {...props} />
        ) : (
          <RollupTable rollups={page.items} view={view} />
        )}
        <More
          href={nextCursor === null ? null : paths.rollups({ ...params, cursor: nextCursor })}
        />
      </div>
    </Frame>
  );
}
