/** When a case is due, and whose it is: the same in rows, on cards and on its page. */
import type { CaseSummary } from "../../schema/case.ts";
import { CLOSE_WORDS, nameOf, type Names } from "../format/case.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

/** "due in 3 d", "overdue: was due 2 d ago"; of a closed one why and since when it is. */
export function Due(props: { of: CaseSummary; view: View }) {
  const { of, view } = props;
  if (of.closedAt !== null)
    return (
      <span class="dim">
        {of.closeReason === null ? "closed" : CLOSE_WORDS[of.closeReason]},{" "}
        <Moment at={epoch(of.closedAt)} as="ago" view={view} />
      </span>
    );
  if (of.dueAt === null) return <span class="dim">no due date</span>;
  if (of.overdue)
    return (
      <span class="is-overdue">
        overdue: was due <Moment at={epoch(of.dueAt)} as="ago" view={view} />
      </span>
    );
  return (
    <span>
      due <Moment at={epoch(of.dueAt)} as="until" view={view} />
    </span>
  );
}

export function Assignee(props: { of: Pick<CaseSummary, "assignee">; names: Names }) {
  const { assignee } = props.of;
  if (assignee === null) return <span class="dim">nobody</span>;
  const name = nameOf(assignee, props.names);
  return (
    <bdi class="clip" title={name}>
      {name}
    </bdi>
  );
}
