/** How a rule's severity rises, as a form has it: `high after 72h`, `critical at 5 resources`, one a line. Pure. */
import type { RuleView } from "../schema/rules-api.ts";
import { MAX_SPREAD, MIN_SPREAD } from "../schema/limits.ts";
import type { RiseView } from "../schema/rule.ts";
import { parseDuration } from "../schema/time.ts";

const STEP =
  /^(critical|high|medium|low|info)\s+(?:after\s+(\S+)|at\s+(\d{1,9})(?:\s+resources?)?)$/i;

export function risesText(rises: RuleView["rises"]): string {
  return rises
    .map(({ after, resources, severity }) =>
      after === undefined ? `${severity} at ${resources} resources` : `${severity} after ${after}`,
    )
    .join("\n");
}

/** The steps that were typed, to be asked of the schema; or what is wrong with a line of them. */
export type TypedRises = { ok: true; steps: RiseView[] } | { ok: false; text: string };

export function readRises(typed: string): TypedRises {
  const steps: RiseView[] = [];
  for (const line of typed.split(/\r?\n/).map((it) => it.trim())) {
    if (line === "") continue;
    const [, severity, after, resources] = STEP.exec(line) ?? [];
    if (severity === undefined)
      return {
        ok: false,
        text: `“${line}” is not like “high after 72h” or “high at 5 resources”.`,
      };
    const n = Number(resources);
    if (resources !== undefined && (n < MIN_SPREAD || n > MAX_SPREAD))
      return { ok: false, text: `“${line}”: from ${MIN_SPREAD} to ${MAX_SPREAD} resources.` };
    // The expression knows the five words.
    const word = severity.toLowerCase() as RiseView["severity"];
    steps.push(after === undefined ? { resources: n, severity: word } : { after, severity: word });
  }
  return { ok: true, steps };
}

/** Whether both say the same, however their durations are spelled. */
export function sameRises(a: readonly RiseView[], b: readonly RiseView[]): boolean {
  const said = (steps: readonly RiseView[]) =>
    JSON.stringify(
      steps.map(({ after = "", resources, severity }) => [
        parseDuration(after) ?? after,
        resources,
        severity,
      ]),
    );
  return said(a) === said(b);
}
