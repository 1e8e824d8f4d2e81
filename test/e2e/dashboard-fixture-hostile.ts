/** Findings whose every text field was chosen by an attacker. */
import type { FindingDetail, SampleView } from "../../schema/finding.ts";
import { findingOf, random, sampleOf } from "./dashboard-fixture-rows.ts";

const HOUR = 3_600_000;

export const HOSTILE = {
  markup: `<script>alert("x")</script><img src=x onerror=alert(1)>`,
  rtl: "\u202egnp.exe \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
  emoji: "👩🏽‍💻🔥 ".repeat(12),
  long: "a".repeat(3_000),
} as const;

function hostileSample(base: SampleView, text: string): SampleView {
  return {
    ...base,
    message: text,
    agentRule: text,
    process: { exe: text, args: [text, "$(id)", "'; rm -rf /"] },
    file: { path: text },
    truncated: [text],
    clamped: true,
    facts: { [text]: text },
  };
}

function hostileFinding(text: string, base: FindingDetail, now: number): FindingDetail {
  const sample = sampleOf("compiler-in-container", base.resource, now - 2 * HOUR);
  return {
    ...base,
    title: text,
    headline: `${text} ran in ${text} 3 times`,
    resource: {
      ...base.resource,
      name: text,
      pod: text,
      namespace: text,
      workload: text,
      image: text,
    },
    mute: base.mute === null ? null : { ...base.mute, author: text, note: text },
    agents: [text],
    samples: { first: [hostileSample(sample, text)], latest: [] },
  };
}

/** One finding for each kind of hostile text. */
export function hostile(now: number): FindingDetail[] {
  const rand = random(3);
  const shape = {
    rule: "compiler-in-container",
    first: 2 * HOUR,
    last: HOUR,
    count: 3,
    episode: 2,
    muted: true,
  };
  return Object.values(HOSTILE).map((text, i) =>
    hostileFinding(text, findingOf(shape, rand, i + 1, now), now),
  );
}
