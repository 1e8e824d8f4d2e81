/** Rules for the dashboard's fixture: a few of each class, with texts in the Markdown subset. */
import type { RuleView } from "../../schema/rules-api.ts";

const why = `Compilers belong in the build, not in what runs. A process that can compile on a running
container can turn a small foothold into a **tool of the attacker's choice**, and nothing that it makes
was ever scanned.`;

const good = `- The image holds the program and what it needs to run, nothing else.
- Whatever must be compiled is compiled when the image is built.
- \`docker history\` shows no \`build-essential\` in the last stage.`;

const remediation = `1. Find who runs it: the evidence shows the command, its parent and the user.
2. Move the compile step into a build stage:

   \`\`\`
   FROM gcc:14 AS build
   RUN make
   FROM gcr.io/distroless/cc
   COPY --from=build /src/app /app
   \`\`\`
3. Deploy, and let the quiet period verify it. See [multi-stage builds](https://docs.docker.com/build/building/multi-stage/).`;

interface Short {
  id: string;
  title: string;
  severity: RuleView["severity"];
  quietPeriod: string;
  class?: RuleView["class"];
  scope?: RuleView["scope"];
  tags: string[];
}

const SHORT: readonly Short[] = [
  {
    id: "compiler-in-container",
    title: "Compiler run in a container",
    severity: "high",
    quietPeriod: "24h",
    tags: ["build", "immutable"],
  },
  {
    id: "package-manager-in-container",
    title: "Package manager run in a container",
    severity: "medium",
    quietPeriod: "24h",
    tags: ["immutable"],
  },
  {
    id: "interactive-shell-in-container",
    title: "Interactive shell in a container",
    severity: "medium",
    quietPeriod: "8h",
    class: "both",
    tags: ["access"],
  },
  {
    id: "imds-v1-access",
    title: "Call to the version 1 metadata service",
    severity: "high",
    quietPeriod: "7d",
    tags: ["cloud", "credentials"],
  },
  {
    id: "cgroup-v1-host",
    title: "Host on cgroup v1",
    severity: "low",
    quietPeriod: "1h",
    scope: ["host"],
    tags: ["kernel"],
  },
  {
    id: "privileged-mount",
    title: "Host path mounted writable",
    severity: "critical",
    quietPeriod: "24h",
    tags: ["isolation"],
  },
  {
    id: "selinux-permissive",
    title: "SELinux permissive",
    severity: "info",
    quietPeriod: "1h",
    scope: ["host"],
    tags: ["kernel"],
  },
  {
    id: "reverse-shell",
    title: "Reverse shell",
    severity: "critical",
    quietPeriod: "24h",
    class: "threat",
    tags: ["intrusion"],
  },
];

export function fixtureRules(now: number): RuleView[] {
  return SHORT.map((rule) => ({
    id: rule.id,
    title: rule.title,
    class: rule.class ?? "posture",
    severity: rule.severity,
    rises: rule.id === "compiler-in-container" ? [{ after: "24h", severity: "critical" }] : [],
    scope: rule.scope ?? ["container"],
    enabled: rule.id !== "selinux-permissive",
    builtIn: true,
    quietPeriod: rule.quietPeriod,
    quietPeriodReason: "A nightly job shows within a day.",
    phrase: "{process} ran",
    why,
    good,
    remediation,
    references: [
      { title: "NIST SP 800-190, 4.4", url: "https://csrc.nist.gov/pubs/sp/800/190/final" },
      { title: "Not a link that may be followed", url: "javascript:alert(1)" },
    ],
    tags: rule.tags,
    matchers: [{ on: "event", kind: "process", actions: ["exec"], processNames: ["gcc", "cc"] }],
    overrides:
      rule.id === "imds-v1-access"
        ? {
            quietPeriod: "24h",
            updatedBy: "ana@shop.example",
            updatedAt: new Date(now - 3 * 86_400_000).toISOString(),
          }
        : null,
  }));
}
