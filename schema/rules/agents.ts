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
