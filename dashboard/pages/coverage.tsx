/** `/coverage`: which agents watch which hosts, and whether nothing may resolve without them. */
import type { Page } from "../../schema/api.ts";
import {
  AGENT_STATES,
  type CoverageQuery,
  type CoverageSummary,
  type HostCoverage,
} from "../../schema/coverage.ts";
import { AGENT_FORMATS } from "../../schema/event.ts";
import type { Settings } from "../../schema/settings.ts";
import { AGENT_STATE_WORDS, troubles } from "../format/coverage.ts";
import { counted } from "../format/number.ts";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { Choice } from "../parts/filter-fields.tsx";
import { FilterForm } from "../parts/filter-form.tsx";
import { Frame } from "../parts/frame.tsx";
import { HostTable } from "../parts/host-rows.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { More } from "../parts/more.tsx";
import { RequireHeartbeats } from "../parts/require-heartbeats.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { Hatch } from "../parts/strip-lanes.tsx";
import { type CoverageParams, paths } from "../paths.ts";
import type { View } from "../view.ts";

/** What has just been done, by the word in the address. */
export const COVERAGE_NOTICES = {
  gone: "Noted. Its open findings end, and it leaves this list, within moments; it comes back with the next report of an agent on it.",
  strict: "Heartbeats are required now: nothing resolves on silence alone.",
  lenient: "Heartbeats are no longer required.",
} as const;

export interface CoveragePageProps {
  view: View;
  query: CoverageQuery;
  params: CoverageParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  summary: CoverageSummary;
  page: Page<HostCoverage>;
  settings: Settings;
  /** Open findings that silence alone would end. */
  unproven: number;
  notice: keyof typeof COVERAGE_NOTICES | undefined;
  /** Why the settings were not changed. */
  refused?: string;
}

function Summary({ summary, settings }: CoveragePageProps) {
  const clauses = troubles(summary);
  return (
    <p class="lead coverage-summary">
      {counted(summary.hosts, "host")}, {counted(summary.agents, "agent")}:{" "}
      {clauses.length === 0
        ? "every agent is in contact and sends heartbeats"
        : clauses.map(({ words, params }, i) => (
            <>
              {i > 0 && ", "}
              <ListLink href={paths.coverage(params)}>{words}</ListLink>
            </>
          ))}
      . Heartbeats are{" "}
      <a href="#require-heartbeats">
        {settings.coverage === "strict" ? "required" : "not required"}
      </a>
      .
    </p>
  );
}

function isFiltered({ state, drift, kind, q }: CoverageParams): boolean {
  return [state, drift, kind, q].some((value) => value !== undefined && value !== "");
}

function Filters({ query, params }: CoveragePageProps) {
  return (
    <FilterForm action={paths.coverage()}>
      <SearchField label="Search these hosts" value={query.q} placeholder="Part of a host's name" />
      <Choice
        name="state"
        label="State"
        value={query.state}
        options={[
          ["", "Any state"],
          ...AGENT_STATES.map((state) => [state, AGENT_STATE_WORDS[state]] as const),
        ]}
      />
      <Choice
        name="kind"
        label="Agent"
        value={query.kind}
        options={[["", "Any agent"], ...AGENT_FORMATS.map((kind) => [kind, kind] as const)]}
      />
      <Choice
        name="drift"
        label="Ruleset"
        value={query.drift}
        options={[
          ["", "Any ruleset"],
          ["true", "Drifts from its peers"],
        ]}
      />
      {isFiltered(params) && (
        <ListLink class="chip-clear" href={paths.coverage()}>
          Clear filters
        </ListLink>
      )}
    </FilterForm>
  );
}

function NoHosts({ params, query }: CoveragePageProps) {
  if (isFiltered(params) || query.cursor !== undefined)
    return (
      <Empty title="No host matches these filters">
        <p>
          <ListLink class="button" href={paths.coverage()}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  return (
    <Empty title="No host has reported yet">
      <p>
        A host is listed from the first batch or heartbeat of an agent on it. Agents that send
        heartbeats let Lull tell a fixed problem from a dead sensor: there is a guide for each agent
        in <code>docs/agents</code>, and <code>POST /v1/heartbeats</code> for those that send none
        themselves.
      </p>
      <p>
        What comes in at all is under <a href={paths.intake()}>Intake</a>.
      </p>
    </Empty>
  );
}

export function CoveragePage(props: CoveragePageProps) {
  const { view, page, params, query, summary } = props;
  const { nextCursor } = page;
  const bare = summary.hosts === 0 && !isFiltered(params);
  return (
    <Frame view={view} title="Coverage" active="coverage" search={bare}>
      {props.notice !== undefined && (
        <p class="notice" role="status">
          {COVERAGE_NOTICES[props.notice]}
        </p>
      )}
      <div id="list">
        <header class="page-head">
          <h1>Coverage</h1>
        </header>
        {!bare && <Summary {...props} />}
        {!bare && <Filters {...props} />}
        <Dropped dropped={props.dropped} />
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list.{" "}
            <ListLink href={paths.coverage(params)}>Back to the start</ListLink>
          </p>
        )}
        {page.items.length === 0 ? (
          <NoHosts {...props} />
        ) : (
          <>
            <svg class="visually-hidden" width="1" height="1" aria-hidden="true">
              <Hatch />
            </svg>
            <HostTable hosts={page.items} view={view} />
          </>
        )}
        <More
          href={nextCursor === null ? null : paths.coverage({ ...params, cursor: nextCursor })}
        />
      </div>
      <RequireHeartbeats {...props} />
    </Frame>
  );
}
