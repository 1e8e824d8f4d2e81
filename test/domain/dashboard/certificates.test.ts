/** The certificate of an episode on its page: what an auditor reads, and what stands there where there is none. */
import { describe, expect, it } from "vitest";
import { certificateHeadline } from "../../../dashboard/format/certificate.ts";
import { episodeSubject } from "../../../dashboard/parts/certificate-strip.tsx";
import { readerZone } from "../../../dashboard/format/zone.ts";
import { dashboardFixture } from "../../e2e/dashboard-fixture.ts";
import { claimsOf } from "../../e2e/dashboard-fixture-certificates.ts";
import { finding, NOW, reader, textOf } from "./support.ts";

const VERIFIED = `/findings/${finding(5)}/episodes/1`;
const EARLIER = `/findings/${finding(3)}/episodes/2`;
const SILENCE = `/findings/${finding(3)}/episodes/1`;

async function claims() {
  const data = dashboardFixture("little", NOW);
  const [detail, episodes] = await Promise.all([
    data.finding(finding(5)),
    data.episodes(finding(5)),
  ]);
  const [episode] = episodes;
  if (detail === null || episode === undefined) throw new Error("the fixture has changed");
  return claimsOf(detail, episode);
}

describe("a certificate's page", () => {
  it("says in a sentence what was silent where and when, and how much of it was watched, in UTC", async () => {
    const { html } = await reader("little").get(VERIFIED, { cookie: "lull_tz=Europe/Berlin" });
    expect(textOf(html)).toContain(
      "“Package manager run in a container” was not reported in nightly-export (data, node-3, eu-1) from Sun, 22 Nov 2026, 00:04:31 UTC to Mon, 23 Nov 2026, 00:04:31 UTC; an agent that had reported it was watching for 99.4 % of that time.",
    );
  });

  it("has every claim, uncut", async () => {
    const { html } = await reader("little").get(VERIFIED);
    const text = textOf(html);
    const { resource, rule } = await claims();
    for (const value of [resource.imageDigest, resource.containerId, rule.rulesetHash])
      expect(text).toContain(value);
    for (const label of ["Longest pause", "Late events", "Case", "Gap", "Expected", "Events lost"])
      expect(text).toContain(label);
  });

  it("can be saved with its keys and its claims, and tells how to check it", async () => {
    const { html } = await reader("little").get(VERIFIED);
    expect(html).toContain(`href="/api/v1${VERIFIED}/certificate"`);
    expect(html).toContain(`download="lull-${finding(5)}-episode-1.jws"`);
    expect(html).toContain('href="/.well-known/jwks.json"');
    expect(html).toContain(`href="${VERIFIED}/claims.json"`);
    expect(textOf(html)).toContain(
      `npx verify-certificate lull-${finding(5)}-episode-1.jws --jwks jwks.json`,
    );
  });

  it("draws the events of the last episode, and of an earlier one no more than is known", async () => {
    const last = (await reader("little").get(VERIFIED)).html;
    expect(textOf(last)).toContain("Events over time");
    const earlier = (await reader("little").get(EARLIER)).html;
    expect(textOf(earlier)).not.toContain("Events over time");
    expect(textOf(earlier)).toContain("when exactly is not kept");
    expect(textOf(earlier)).toContain("gap: no contact with an agent for");
  });

  it("draws nobody as watching beyond the end of the episode", async () => {
    const found = await dashboardFixture("little", NOW).finding(finding(5));
    if (found === null) throw new Error("the fixture has changed");
    const made = await claims();
    expect(found.coverage.at(-1)?.to).not.toBe(made.episode.resolvedAt);
    expect(episodeSubject(made, found).coverage.at(-1)?.to).toBe(made.episode.resolvedAt);
  });

  it("of a container that is gone says so, and claims no silence", async () => {
    const made = await claims();
    made.episode.resolution = "resource_gone";
    expect(certificateHeadline(made, readerZone("UTC"))).toBe(
      "“Package manager run in a container” was last reported in nightly-export (data, node-3, eu-1) on Sun, 22 Nov 2026, 00:04:31 UTC; the container was known to be gone on Mon, 23 Nov 2026, 00:04:31 UTC.",
    );
  });

  it("of mere silence claims nothing of who was watching", async () => {
    const text = textOf((await reader("little").get(SILENCE)).html);
    expect(text).toContain("but nobody can say who was watching.");
    expect(text).toContain("No heartbeats tell who was watching.");
    expect(text).not.toContain("Watched from");
  });

  it("never says all of a time that was not watched to the end", async () => {
    const made = await claims();
    made.quiet.watchedMs = Date.parse(made.quiet.to) - Date.parse(made.quiet.from) - 1;
    expect(certificateHeadline(made, readerZone("UTC"))).toContain("for 99.9 % of that time");
    made.quiet.watchedMs += 1;
    expect(certificateHeadline(made, readerZone("UTC"))).toContain("for 100 % of that time");
  });
});

describe("an episode without a certificate", () => {
  it("that is open says when there will be one", async () => {
    const { status, html } = await reader("little").get(`/findings/${finding(3)}/episodes/3`);
    expect(status).toBe(200);
    expect(textOf(html)).toContain("still open: it is certified when it resolves");
  });

  it("that never was is not found", async () => {
    const { status } = await reader("little").get(`/findings/${finding(3)}/episodes/4`);
    expect(status).toBe(404);
  });
});

describe("the way to a certificate", () => {
  it("leads from the headline of what has resolved, from its episodes, and from their blocks", async () => {
    const resolved = (await reader("little").get(`/findings/${finding(5)}`)).html;
    expect(resolved).toContain(`class="to-certificate" href="${VERIFIED}"`);
    const open = (await reader("little").get(`/findings/${finding(3)}?span=all`)).html;
    expect(open).not.toContain("to-certificate");
    expect(open.split(`href="${EARLIER}"`)).toHaveLength(3);
  });
});
