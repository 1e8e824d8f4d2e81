/** A findings list with nothing in it: why, and what to do next. */
import type { FindingsPageProps } from "../props.ts";
import { paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import { Empty, NoFindingsYet } from "./empty.tsx";
import { ListLink } from "./list-link.tsx";

export function NoMatch(props: FindingsPageProps) {
  const href = props.kind === "history" ? paths.history : paths.findings;
  const { counts, params, kind } = props;
  if (isFiltered(params))
    return (
      <Empty title="Nothing matches these filters">
        <p>
          <ListLink class="button" href={href({ status: params.status })}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  if (counts.open + counts.resolved === 0) return <NoFindingsYet origin={props.view.origin} />;
  if (kind === "history" || params.status === "resolved")
    return (
      <Empty title="Nothing has resolved yet">
        <p>
          A finding resolves when no matching event has come for its quiet period while an agent was
          watching. <a href={paths.findings()}>See what is open.</a>
        </p>
      </Empty>
    );
  return (
    <Empty title="Nothing is open">
      <p>
        Every finding has resolved. <a href={paths.history()}>See how each of them ended.</a>
      </p>
    </Empty>
  );
}
