/** Words for what a rule does. */
import type { RuleClass } from "../../schema/rule.ts";

/** What a class opens or raises, in a word each. */
export const CLASS_WORDS: Readonly<Record<RuleClass, string>> = {
  posture: "opens findings",
  threat: "raises signals",
  both: "opens findings and raises signals",
};
