/** Shells, and people at them, where services should run alone. */
import { ruleId } from "../ids.ts";
import type { Rule } from "../rule.ts";
import { CONTAINER, code, days, execOf, falco, markdown, steps } from "./kit.ts";
import { attack, K8S_DEBUG, K8S_RBAC, NIST_800_190 } from "./references.ts";

/** Programs that read commands from a person or a script. */
export const SHELLS = [
  "sh",
  "bash",
  "ash",
  "dash",
  "zsh",
  "ksh",
  "mksh",
  "csh",
  "tcsh",
  "fish",
  "rbash",
  "busybox",
] as const;

/**
 * A terminal says that a person types. Tetragon reports none: there, a shell without a script
 * or command, started by the container runtime, is what `kubectl exec -it` leaves.
 */
const INTERACTIVE = `process.tty || (
  event.format == "tetragon"
  && process.parent.name in ["runc", "crun", "runsc", "youki", "conmon", "containerd-shim", "containerd-shim-runc-v2"]
  && process.args.all(a, a in ["-i", "-l", "-il", "-li", "--login"])
)`;

export const interactiveShellInContainer: Rule = {
  id: ruleId("interactive-shell-in-container"),
  title: "Interactive shell in a container",
  class: "posture",
  severity: "medium",
  scope: CONTAINER,
  matchers: [execOf(SHELLS, INTERACTIVE), falco("Terminal shell in container")],
  quietPeriodMs: days(1),
  quietPeriodReason:
    "People debug in working hours; a working day without one shows that it stopped.",
  phrase: "{process} ran on a terminal",
  why: "Someone works by hand inside a running container. What they change is in no image and no review, it is gone with the next restart, and it looks exactly like an intruder who does the same.",
  good: "Production containers are not entered. Debugging happens by logs, metrics and ephemeral debug containers, and the right to exec is given for an incident and taken back.",
  remediation: markdown(
    steps(
      "Ask who it was: the cluster's audit log names the user of each `pods/exec`.",
      "Take `create` on `pods/exec` out of everyday roles; keep it in a break-glass role.",
      "Offer `kubectl debug` with a known image instead.",
      "Ship images without a shell (distroless) where the service allows it.",
    ),
    code(
      "sh",
      "kubectl get clusterroles -o json | jq -r '.items[] | select(.rules[]?.resources[]? == \"pods/exec\") | .metadata.name' | sort -u",
      "kubectl debug -it POD --image=busybox --target=CONTAINER",
    ),
  ),
  references: [
    K8S_DEBUG,
    K8S_RBAC,
    NIST_800_190,
    attack("T1609", "Container Administration Command"),
    attack("T1059.004", "Unix Shell"),
  ],
  tags: ["T1609", "T1059.004", "access"],
  enabled: true,
};
