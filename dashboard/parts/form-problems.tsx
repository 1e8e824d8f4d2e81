/** Over a form that was refused: what is wrong, each with the way to its field. */
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";

type Words = Readonly<Record<string, string>>;

/** Fields by the word that stands before them. */
const WORDS: Words = {
  id: "Id",
  title: "Title",
  class: "Class",
  severity: "Severity",
  scope: "Looks at",
  quietPeriod: "Quiet period",
  quietPeriodReason: "Why that long",
  phrase: "Headline begins",
  matchers: "Matchers",
  on: "what it matches",
  format: "agent",
  names: "its rules",
  kind: "kind",
  actions: "actions",
  processNames: "programs",
  paths: "paths",
  when: "condition",
  why: "Why it matters",
  good: "What is good",
  remediation: "How to fix it",
  references: "Read more",
  tags: "Tags",
  rule: "Rule",
  reason: "Because",
  note: "Note",
  until: "Ends after",
  name: "Name",
  email: "E-mail",
  role: "Role",
  team: "Team",
  description: "Description",
  assignee: "Assignee",
  priority: "Priority",
  due: "Due",
  labels: "Labels",
  checklist: "Checklist",
};

/** Groups and lists carry their own name as their id. */
const GROUPS: ReadonlySet<string> = new Set(["scope", "matchers", "until"]);

/** `prefix`: what the ids of single fields begin with; `own`: fields that are called otherwise in this form. */
function placeOf(field: string, prefix: string, own: Words): { id: string; words: string } {
  const [first = "", index, part] = field.split(".");
  const words = own[field];
  if (words !== undefined) return { id: `${prefix}-${field}`, words };
  if (index === undefined)
    return {
      id: GROUPS.has(first) ? first : `${prefix}-${first}`,
      words: WORDS[first] ?? first,
    };
  const matcher = `Matcher ${Number(index) + 1}`;
  return part === undefined
    ? { id: `m${index}`, words: matcher }
    : { id: `m${index}-${part}`, words: `${matcher}, ${WORDS[part] ?? part}` };
}

export function FormProblems(props: {
  errors: FormErrors;
  prefix: string;
  title: string;
  own?: Words;
}) {
  const { errors, prefix, title, own = {} } = props;
  const all = Object.entries(errors);
  if (all.length === 0) return null;
  return (
    <div class="notice is-warning" role="alert">
      <p>{title}</p>
      <ul class="plain-list">
        {all.map(([field, { text }]) => {
          if (field === "") return <li>{visible(text)}</li>;
          const { id, words } = placeOf(field, prefix, own);
          return (
            <li>
              <a href={`#${id}`}>{words}</a>: {visible(text)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
