/** The tables of docs/rules.md, docs/mutes.md and docs/cases.md, as the code says they must be. */
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { formatDuration } from "../../../schema/time.ts";
import { CASE_ACTION_RULES } from "../../../durable/domain/case.ts";
import { CEL_OBJECTS, CEL_SCALARS } from "../../../workers/rules/cel.ts";
import { CEL_METHODS } from "../../../durable/conditions.ts";
import { SCOPE_FIELDS } from "../../../durable/mute-scope.ts";

export type Row = readonly string[];

function variables(): Row[] {
  const fields = CEL_OBJECTS.flatMap(({ variable, fields: declared }) =>
    Object.entries(declared)
      // `process.parent` is listed by its fields.
      .filter(([, { type }]) => type !== "Parent")
      .map(([name, { type, doc }]): Row => {
        const path = variable === null ? `process.parent.${name}` : `${variable}.${name}`;
        return [`\`${path}\``, `\`${type}\``, doc];
      }),
  );
  const scalars = CEL_SCALARS.map(({ variable, type, doc }): Row => [
    `\`${variable}\``,
    `\`${type}\``,
    doc,
  ]);
  return fields.concat(scalars);
}

function rules(): Row[] {
  return RULE_PACK.map(({ id, title, class: cls, severity, scope, quietPeriodMs }): Row => [
    `\`${id}\``,
    title,
    cls,
    severity,
    scope.join(", "),
    cls === "threat" ? "none" : formatDuration(quietPeriodMs),
  ]);
}

function caseActions(): Row[] {
  return Object.entries(CASE_ACTION_RULES).map(([action, { from, to, role }]): Row => [
    `\`${action}\``,
    from.map((status) => `\`${status}\``).join(", "),
    to === null ? "" : `\`${to}\``,
    `\`${role}\``,
  ]);
}

/** By the marker that stands before the table in the document. */
export const TABLES: Readonly<Record<string, { header: Row; rows: readonly Row[] }>> = {
  variables: { header: ["variable", "type", "what it is"], rows: variables() },
  methods: {
    header: ["method", "what it tells"],
    rows: CEL_METHODS.map(({ signature, doc }): Row => [`\`${signature}\``, doc]),
  },
  scope: {
    header: ["variable", "what it is"],
    rows: Object.entries(SCOPE_FIELDS).flatMap(([variable, fields]) =>
      Object.entries(fields).map(([name, doc]): Row => [`\`${variable}.${name}\``, doc]),
    ),
  },
  actions: { header: ["action", "from", "to", "who"], rows: caseActions() },
  rules: {
    header: ["id", "title", "class", "severity", "scope", "quiet period"],
    rows: rules(),
  },
};

/** A table in Markdown. */
export function render({ header, rows }: { header: Row; rows: readonly Row[] }): string {
  return [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** The cells of a table in Markdown, whatever its padding; without the header. */
export function cells(markdown: string): Row[] {
  return markdown
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    );
}
