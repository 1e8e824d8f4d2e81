/** Who sent what, what became of it, and what each code of a rejection or refusal means. */
import type { OutcomeGroup, OutcomesAnswer } from "../../schema/outcome.ts";
import { count, counted, exactCount } from "../format/number.ts";
import { codeWords } from "../format/outcome-codes.ts";
import { visible } from "../format/visible.ts";

/** Columns of numbers. */
const COLUMNS = [
  ["received", "Received"],
  ["accepted", "Accepted"],
  ["ignored", "Ignored"],
  ["duplicate", "Duplicates"],
  ["rejected", "Rejected"],
  ["late", "Late"],
  ["excepted", "Excepted"],
  ["dropped", "Dropped"],
  ["refused", "Refused"],
] as const;

/** Numbers that ask for a look where they are not zero. */
export const BAD: ReadonlySet<string> = new Set(["rejected", "dropped", "refused"]);

type Kind = "rejected" | "refused";

function codesOf(group: Pick<OutcomeGroup, "rejectedBy" | "refusedBy">) {
  const of = (kind: Kind, by: Readonly<Record<string, number>>) =>
    Object.entries(by)
      .filter(([, n]) => n > 0)
      .toSorted(([, a], [, b]) => b - a)
      .map(([code, n]) => ({ kind, code, n }));
  return [...of("rejected", group.rejectedBy), ...of("refused", group.refusedBy)];
}

/** Where the words of a code stand on the page. */
const anchor = (kind: Kind, code: string) => `${kind}-${code}`;

function Who(props: { group: OutcomeGroup }) {
  const { agent, host, key } = props.group;
  const name = agent ?? "agent unknown";
  return (
    <>
      <bdi class="clip agent-name" title={visible(name)}>
        {visible(name)}
      </bdi>
      <span class="dim clip">
        {host === null ? "no host" : <bdi>{visible(host.replace(/^host:/, ""))}</bdi>}
        {key !== null && (
          <>
            , key <bdi>{visible(key.name)}</bdi>
          </>
        )}
      </span>
    </>
  );
}

function Row(props: { group: OutcomeGroup }) {
  const { group } = props;
  const codes = codesOf(group);
  return (
    <tbody>
      <tr>
        <th scope="row">
          <Who group={group} />
        </th>
        {COLUMNS.map(([outcome, word]) => {
          const n = group[outcome];
          const tone = n === 0 ? "num is-zero" : BAD.has(outcome) ? "num is-bad" : "num";
          return (
            <td class={tone} data-label={word} title={n < 10_000 ? undefined : exactCount(n)}>
              {count(n)}
            </td>
          );
        })}
      </tr>
      {codes.length > 0 && (
        <tr class="codes">
          <td colspan={COLUMNS.length + 1}>
            {codes.map(({ kind, code, n }, i) => (
              <>
                {i > 0 && ", "}
                {kind} {exactCount(n)} as <a href={`#${anchor(kind, code)}`}>{visible(code)}</a>
              </>
            ))}
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** By agent, host and key; those with rejections, refusals and drops first. */
export function AgentTable(props: { groups: readonly OutcomeGroup[] }) {
  return (
    <div class="scroll">
      <table class="plain agents">
        <caption class="visually-hidden">What each agent sent, and what became of it</caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            {COLUMNS.map(([, word]) => (
              <th scope="col" class="num">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        {props.groups.map((group) => (
          <Row group={group} />
        ))}
      </table>
    </div>
  );
}

/** One paragraph for each code that occurs. */
export function Codes(props: { totals: OutcomesAnswer["totals"] }) {
  const codes = codesOf(props.totals);
  if (codes.length === 0) return null;
  return (
    <section class="code-list">
      <h2>Why events were rejected and requests refused</h2>
      <dl>
        {codes.map(({ kind, code, n }) => {
          const { what, todo } = codeWords(kind, code);
          return (
            <div id={anchor(kind, code)}>
              <dt>
                <code>{visible(code)}</code>{" "}
                <span class="dim num">
                  {kind === "rejected" ? counted(n, "event") : counted(n, "request")}
                </span>
              </dt>
              <dd>
                {what} <span class="dim">{todo}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
