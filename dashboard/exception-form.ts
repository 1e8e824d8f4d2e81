/** The form of an exception: its fields, its end, and the scope that a finding suggests. Pure. */
import {
  exceptionCreateSchema,
  type ExceptionCreate,
  exceptionPreviewRequestSchema,
} from "../schema/rules-api.ts";
import type { FindingDetail } from "../schema/finding.ts";
import { MAX_EXPRESSION_CHARS } from "../schema/limits.ts";
import { type EpochMs, formatInstant } from "../schema/time.ts";
import { endErrors, endOf, type EndValues } from "./end-form.ts";
import { errorsOfIssues, type Read, text } from "./form-errors.ts";

/** As typed. */
export interface ExceptionValues extends EndValues {
  rule: string;
  when: string;
  reason: string;
}

export function readException(form: FormData): ExceptionValues {
  const values = { rule: "", when: "", reason: "", term: "", date: "" };
  for (const name of Object.keys(values) as (keyof ExceptionValues)[])
    values[name] = text(form, name);
  return values;
}

export function exceptionInput(values: ExceptionValues, now: EpochMs): Read<ExceptionCreate> {
  const { rule, when, reason } = values;
  const until = endOf(values, now);
  const parsed = exceptionCreateSchema.safeParse({
    rule,
    when,
    reason,
    until: formatInstant(until ?? now),
  });
  const errors = {
    ...(parsed.success ? {} : errorsOfIssues(parsed.error.issues)),
    ...(rule === "" && { rule: { text: "Choose a rule." } }),
    ...endErrors(until, now),
  };
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, errors };
}

/** What can be previewed before the rest is filled in. */
export function previewInput(
  values: ExceptionValues,
): Read<Pick<ExceptionCreate, "rule" | "when">> {
  const { rule, when } = values;
  const parsed = exceptionPreviewRequestSchema.safeParse({ rule, when });
  if (parsed.success && rule !== "") return { ok: true, value: parsed.data };
  return {
    ok: false,
    errors: {
      ...(parsed.success ? {} : errorsOfIssues(parsed.error.issues)),
      ...(rule === "" && { rule: { text: "Choose a rule." } }),
    },
  };
}

/** What a preview was made of: while the form says the same, it may be created. */
export function previewKey({ rule, when }: ExceptionValues): string {
  return `${rule} ${when}`;
}

/** A JSON string is a CEL string, once the lone surrogates are gone that CEL has no spelling for. */
const literal = (value: string) => JSON.stringify(value.toWellFormed());

type Clause = readonly [variable: string, value: string | null | undefined];

/** What outlives one container, where it is known. */
function placeOf(resource: FindingDetail["resource"]): Clause[] {
  if (resource.type === "host")
    return resource.host === null && resource.hostId === resource.name
      ? [["host.id", resource.hostId]]
      : [["host.name", resource.host ?? resource.name]];
  const namespace: Clause = ["k8s.namespace", resource.namespace];
  if (resource.workload !== null) return [namespace, ["k8s.workload", resource.workload]];
  // A container that nobody has named is called by its id.
  const unnamed = resource.containerId?.startsWith(resource.name) === true;
  return [
    namespace,
    unnamed ? ["container.image", resource.image] : ["container.name", resource.name],
  ];
}

/** A condition for where a finding is and what did it: the same program in the same workload. */
export function suggestedScope(finding: Pick<FindingDetail, "resource" | "samples">): string {
  const { resource, samples } = finding;
  const process = (samples.latest.at(-1) ?? samples.first.at(-1))?.process;
  const program = process?.name ?? process?.exe?.split("/").at(-1);
  const said = [...placeOf(resource), ["process.name", program] as const].flatMap(
    ([variable, value]) =>
      value === null || value === undefined || value === ""
        ? []
        : [`${variable} == ${literal(value)}`],
  );
  const scope = said.join(" && ");
  return scope.length > MAX_EXPRESSION_CHARS ? "" : scope;
}
