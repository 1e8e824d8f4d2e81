/** How the rules and exceptions have changed: who, when, what, and the ruleset's version and hash after it. */
import type { RuleChangeAction, RuleChangeView } from "../../schema/rules-api.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

const ACTION_WORDS: Readonly<Record<RuleChangeAction, string>> = {
  "rule.created": "created",
  "rule.changed": "changed",
  "rule.deleted": "deleted",
  "exception.created": "exception made",
  "exception.deleted": "exception taken back",
  "settings.changed": "settings changed",
  "mute.created": "muted",
  "mute.ended": "un-muted",
  "member.invited": "invited",
  "member.changed": "member changed",
  "member.disabled": "member disabled",
  "endpoint.created": "endpoint made",
  "endpoint.changed": "endpoint changed",
  "endpoint.deleted": "endpoint deleted",
  "case_rules.changed": "rules of cases changed",
};

const LONGEST_VALUE = 80;

/** The hash without the name of its algorithm, as far as people compare it. */
export function shortHash(hash: string): string {
  return hash.replace(/^[a-z0-9]+:/, "").slice(0, 12);
}

/** "quiet period" for quietPeriod. */
const fieldWords = (field: string) =>
  field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function valueWords(action: RuleChangeAction, value: unknown): string {
  if (value === null) return action.startsWith("member.") ? "none" : "as the rule pack says";
  if (typeof value === "string") return value;
  return isNamed(value)
    ? Object.entries(value)
        .map(([name, it]) => `${name} ${it}`)
        .join(", ")
    : JSON.stringify(value);
}

/** `{ "P1": "12h" }` */
function isNamed(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((it) => typeof it === "string")
  );
}

/** What is said of a change beside its subject. */
function toldOf({ action, detail }: RuleChangeView): [field: string, value: unknown][] {
  const fields = Object.entries(detail);
  if (!action.startsWith("member.")) return fields;
  const subject = detail["member"] === undefined ? "name" : "member";
  return fields.filter(([field]) => field !== subject);
}

/** "severity: high, enabled: false". Of what is new as a whole, its title or reason is enough. */
export function detailWords(change: RuleChangeView): string {
  const { action, detail } = change;
  const brief =
    action === "rule.changed"
      ? undefined
      : (detail["title"] ?? detail["scope"] ?? detail["reason"] ?? detail["when"]);
  if (typeof brief === "string") return brief;
  return toldOf(change)
    .map(
      ([field, value]) => `${fieldWords(field)}: ${cut(valueWords(action, value), LONGEST_VALUE)}`,
    )
    .join(", ");
}

/** By the name that they had then. */
function MemberLink({ change }: { change: RuleChangeView }) {
  const { member, name } = change.detail;
  const text = member ?? name;
  return (
    <a href={paths.member(change.subject)}>
      <bdi>{typeof text === "string" ? cut(visible(text), LONGEST_VALUE) : "Member"}</bdi>
    </a>
  );
}

/** What was changed, with its page where it still has one. */
function Subject(props: { change: RuleChangeView; titles: ReadonlyMap<string, string> }) {
  const { change, titles } = props;
  if (change.action.startsWith("mute.")) return <a href={paths.mute(change.subject)}>Mute</a>;
  if (change.action.startsWith("member.")) return <MemberLink change={change} />;
  const isRule = change.action.startsWith("rule.");
  const of = isRule ? change.subject : change.detail["rule"];
  const rule = typeof of === "string" ? of : null;
  const title = rule === null ? undefined : titles.get(rule);
  if (rule === null || title === undefined) return <bdi>{visible(rule ?? change.subject)}</bdi>;
  return (
    <a href={paths.rule(rule)}>
      <bdi>{visible(title)}</bdi>
    </a>
  );
}

function Change(props: {
  change: RuleChangeView;
  titles: ReadonlyMap<string, string> | undefined;
  view: View;
}) {
  const { change, titles, view } = props;
  const words = detailWords(change);
  const repeats = titles !== undefined && words === titles.get(change.subject);
  return (
    <li>
      <span class="change-what">
        {titles !== undefined && (
          <>
            <Subject change={change} titles={titles} />{" "}
          </>
        )}
        <span class="tag">{ACTION_WORDS[change.action]}</span>{" "}
        <bdi class="change-detail">{repeats ? "" : visible(words)}</bdi>
      </span>
      <span class="change-who dim">
        <bdi>{visible(change.by)}</bdi>, <Moment at={epoch(change.at)} as="ago" view={view} />
      </span>
      <span class="change-version dim num" title={`Ruleset ${change.version}: ${change.hash}`}>
        version {change.version} <code>{shortHash(change.hash)}</code>
      </span>
    </li>
  );
}

/** `titles`: of the rules that there are, by id; left out on a rule's own page, where each change is of it. */
export function Changes(props: {
  changes: readonly RuleChangeView[];
  titles?: ReadonlyMap<string, string>;
  view: View;
}) {
  return (
    <ol class="changes" id="rows">
      {props.changes.map((change) => (
        <Change change={change} titles={props.titles} view={props.view} />
      ))}
    </ol>
  );
}
