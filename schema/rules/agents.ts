/** What Lull itself sees of agents: it raises these events, no agent sends them. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { HOST, markdown, onEvent, steps } from "./kit.ts";
import { attack, NIST_800_190 } from "./references.ts";

const MINUTE_MS = 60_000;

export const agentSilent: Rule = {
  id: ruleId("agent-silent"),
  title: "Security agent fell silent",
  class: "posture",
  severity: "high",
  scope: HOST,
  matchers: [onEvent("host", ["agent_silent"])],
  quietPeriodMs: 15 * MINUTE_MS,
  quietPeriodReason:
    "An agent that is back for a quarter of an hour has outlived a restart loop. While it is away nothing counts as quiet.",
  phrase: "A security agent fell silent",
  why: "Nobody watches this host, or not with this agent. Its open findings cannot be proven gone, and what begins now is not seen. A stopped sensor is also the first thing that an intruder wants.",
  good: "Every agent reports within three of its heartbeat intervals. Hosts that are taken out of service are taken out of Lull too: `POST /api/v1/resources/host:<name>/gone`.",
  remediation: markdown(
    steps(
      "See whether the host is up. If it was taken out of service, say so (`POST /api/v1/resources/host:<name>/gone`), and its findings end.",
      "See whether the agent runs, and what its log says: its own health check is in the guides under `docs/agents/`.",
      "See whether it reaches Lull: `/api/v1/outcomes` shows refused requests, a proxy or an expired key.",
      "If it was stopped by hand and nobody knows by whom, treat the host as compromised.",
    ),
  ),
  references: [NIST_800_190, attack("T1562.001", "Disable or Modify Tools")],
  tags: ["agent", "coverage", "T1562.001"],
  enabled: true,
};

export const agentRulesetDrift: Rule = {
  id: ruleId("agent-ruleset-drift"),
  title: "Security agent enforces another ruleset than its peers",
  class: "posture",
  severity: "medium",
  scope: HOST,
  matchers: [onEvent("host", ["agent_ruleset_drift"])],
  quietPeriodMs: 30 * MINUTE_MS,
  quietPeriodReason:
    "The agent says with every contact what it enforces. Half an hour of the right answer has outlived a reload that failed.",
  phrase: "A security agent enforced another ruleset than its peers",
  why: "What this host is checked for is not what the others are checked for: an update that did not arrive, a change by hand, or somebody who has turned off what would have seen them.",
  good: "All agents of a kind report the same ruleset. Lull compares what at least three of them report: more than half decide, and a roll-out has an hour.",
  remediation: markdown(
    steps(
      "Compare the two hashes: the finding names both. Which one is the newer?",
      "See whether configuration management reaches the host, and when it ran last.",
      "Load the ruleset anew, and see that the agent reports the hash of the others.",
      "If hosts differ on purpose, except them: an exception or a mute with a reason, or turn this rule off.",
    ),
  ),
  references: [NIST_800_190, attack("T1562.001", "Disable or Modify Tools")],
  tags: ["agent", "coverage", "T1562.001"],
  enabled: true,
};
