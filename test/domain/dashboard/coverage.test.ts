/** Coverage on screen: the list of hosts, one of them, its end, and whether heartbeats are required. */
import { describe, expect, it } from "vitest";
import {
  gapsOf,
  hostSentence,
  hostState,
  unverifiedWords,
  watchedHostOf,
} from "../../../dashboard/format/coverage.ts";
import { readerZone } from "../../../dashboard/format/zone.ts";
import { dayScale, WatchLine } from "../../../dashboard/parts/watch-line.tsx";
import type { View } from "../../../dashboard/view.ts";
import type { AgentView } from "../../../schema/coverage.ts";
import { finding, NOW, reader, textOf } from "./support.ts";

const HOST = "/coverage/host%3Anode-1";
const iso = (ago: number) => new Date(NOW - ago).toISOString();
const MINUTE = 60_000;

function agent(fields: Partial<AgentView> = {}): AgentView {
  return {
    id: "a1",
    kind: "falco",
    version: "0.41.3",
    state: "watching",
    interval: "1m",
    firstContactAt: iso(90 * MINUTE),
    lastContactAt: iso(0),
    silentSince: null,
    heartbeats: 90,
    dropped: 0,
    ruleset: null,
    drift: null,
    coverage: [],
    gaps: [],
    ...fields,
  };
}

const auditd = agent({ kind: "auditd", version: null, state: "no_heartbeats", interval: null });
const silent = agent({ kind: "tetragon", version: null, state: "silent" });
const sentence = (...agents: AgentView[]) =>
  hostSentence({ id: "host:n", host: "n", findings: { open: 0, unverified: 0 }, agents });

describe("the words of a host", () => {
  it("say who watches it, who is missing and who proves nothing", () => {
    expect(sentence(agent())).toBe("n is watched by falco 0.41.3");
    expect(sentence(agent(), agent({ kind: "osquery" }))).toBe(
      "n is watched by falco 0.41.3 and osquery 0.41.3",
    );
    expect(sentence(agent(), silent, auditd)).toBe(
      "n is watched by falco 0.41.3; tetragon has fallen silent; auditd sends no heartbeats, so that its silence proves nothing",
    );
    expect(sentence(silent)).toBe("Nobody is known to watch n: tetragon has fallen silent");
  });

  it("name its worst agent, and how many are like it", () => {
    expect(hostState([agent(), silent])).toEqual({ state: "silent", words: "1 of 2 silent" });
    expect(hostState([agent(), auditd])).toEqual({
      state: "no_heartbeats",
      words: "no heartbeats",
    });
    expect(hostState([agent(), agent()])).toEqual({ state: "watching", words: "watching" });
  });

  it("count its gaps, one that lasts up to now", () => {
    const gaps = [
      { from: iso(50 * MINUTE), to: iso(40 * MINUTE), reason: "dropped" as const },
      { from: iso(5 * MINUTE), to: null, reason: "no_contact" as const },
    ];
    expect(gapsOf([agent({ gaps })], NOW)).toEqual({
      count: "2",
      words: "2 gaps in the last day, 15 min in all",
    });
    const many = Array.from({ length: 20 }, () => gaps[0] ?? expect.unreachable());
    expect(gapsOf([agent({ gaps: many })], NOW).count).toBe("20+");
  });

  it("say how much of what is open is unverified", () => {
    expect(unverifiedWords({ open: 3, unverified: 0 })).toBeNull();
    expect(unverifiedWords({ open: 1, unverified: 1 })).toBe("its open finding is unverified");
    expect(unverifiedWords({ open: 3, unverified: 3 })).toBe("all 3 open findings are unverified");
    expect(unverifiedWords({ open: 3, unverified: 1 })).toBe("1 of 3 open findings is unverified");
  });
});

describe("the list of hosts", () => {
  it("says in numbers what is wrong, each with the filter that shows it", async () => {
    const { html } = await reader("lot").get("/coverage");
    const lead = /<p class="lead coverage-summary">.*?<\/p>/s.exec(html)?.[0] ?? "";
    expect(textOf(lead)).toBe(
      "60 hosts, 66 agents: 3 silent, 9 send no heartbeats, 3 enforce another ruleset. Heartbeats are not required.",
    );
    for (const href of ["state=silent", "state=no_heartbeats", "drift=true"])
      expect(lead).toContain(`href="/coverage?${href}"`);
  });

  it("shows a host in a line, with the ways to it and to its findings", async () => {
    const { html } = await reader("lot").get("/coverage?q=node-1");
    const row = /<tr class="row".*?<\/tr>/s.exec(html)?.[0] ?? "";
    expect(textOf(row)).toMatch(
      /silentnode-1falco 0\.41\.33 h ago1 min.*3 gaps1,240 dropped2c26b46b68ff/,
    );
    expect(row).toContain(`href="${HOST}"`);
    expect(row).toContain('href="/findings?host=node-1"');
    expect(row).toMatch(/<title>Gap from 24 Nov, 09:04: no contact with an agent for 3 h, still/);
  });

  it("shows all of what is known of a host that is new, up to now", async () => {
    const from = NOW - 20 * MINUTE;
    const fresh = agent({
      firstContactAt: new Date(from).toISOString(),
      coverage: [{ from: new Date(from).toISOString(), to: new Date(from).toISOString() }],
    });
    const scale = dayScale([fresh, silent], NOW);
    expect(scale.place(NOW - 90 * MINUTE)).toBeCloseTo(0, 1);
    expect(dayScale([fresh], NOW).place(from)).toBeCloseTo(0, 0);
    const view: View = {
      tenant: "t",
      reader: { id: "u1", name: "Ada", role: "viewer" },
      forbids: () => null,
      now: NOW,
      zone: readerZone("UTC"),
      origin: "",
    };
    const line = (await WatchLine({ agents: [fresh], view })).toString();
    expect(line).toMatch(/class="watched is-recent" x="0(\.\d+)?%"/);
    expect(line).toContain("In contact; how exactly since 11:44 is on its page");
  });

  it("marks who drifts, and says what its peers enforce", async () => {
    const { html } = await reader("lot").get("/coverage?drift=true");
    expect(html).toMatch(/title="41 of 42 falco agents enforce sha256:2c26b[0-9a-f]+">drifts/);
  });

  it("keeps its filters from page to page", async () => {
    const { html } = await reader("lot").get("/coverage?kind=falco&q=node");
    expect(html).toMatch(/href="\/coverage\?cursor=50&amp;kind=falco&amp;q=node"/);
    expect(html).toMatch(/<option value="falco" selected/);
  });

  it("says why it is empty, and what of the address it did not use", async () => {
    expect(textOf((await reader("none").get("/coverage")).html)).toContain(
      "No host has reported yet",
    );
    const text = textOf((await reader("lot").get("/coverage?q=nowhere&state=asleep")).html);
    expect(text).toContain("No host matches these filters");
    expect(text).toContain("since it makes no sense: state=asleep");
  });
});

describe("a host", () => {
  it("says who watches it, its gaps with their reasons, and what is open", async () => {
    const { html } = await reader("lot").get(HOST);
    const text = textOf(html);
    expect(text).toMatch(
      /Nobody is known to watch node-1: falco 0\.41\.3 has fallen silent; 1 of 13 open findings/,
    );
    expect(text).toContain("24 Nov, 09:04lasts3 hfalco 0.41.3no contact");
    expect(text).toMatch(/12 minfalco 0\.41\.3it dropped events/);
    expect(html).toContain('href="/findings?host=node-1"');
    expect(html).toContain(`href="${HOST}/gone"`);
  });

  it("says what its agents enforce, and what their peers do", async () => {
    const text = textOf((await reader("lot").get("/coverage/host%3Anode-2")).html);
    expect(text).toMatch(/9f86d081884c ?drifts/);
    expect(text).toContain("41 of 42 falco agents enforce 2c26b46b68ff");
  });

  it("that is not there is a page that says so", async () => {
    const { status, html } = await reader("lot").get("/coverage/host%3Anobody");
    expect(status).toBe(404);
    expect(textOf(html)).toContain("No agent of such a host is expected");
  });

  it("can be said to be out of service once the effect has been seen", async () => {
    const someone = reader("lot");
    const text = textOf((await someone.get(`${HOST}/gone`)).html);
    expect(text).toContain("Ends 13 open findings on it and its containers as resource_gone");
    expect(text).toContain("1 agent is no longer expected: falco 0.41.3.");
    const sent = await someone.post(`${HOST}/gone`, {});
    expect(sent.headers.get("location")).toBe("/coverage?notice=gone");
    expect((await someone.get(HOST)).status).toBe(404);
    expect((await someone.post(`${HOST}/gone`, {})).status).toBe(404);
  });

  it("that is in contact is warned of: it would come back", async () => {
    const text = textOf((await reader("lot").get("/coverage/host%3Anode-3/gone")).html);
    expect(text).toMatch(/falco 0\.41\.3 was in contact .* ago: as long as it reports/);
  });
});

describe("requiring heartbeats", () => {
  it("says what it would do, does it, and says what taking it back would do", async () => {
    const someone = reader("lot");
    const before = textOf((await someone.get("/coverage")).html);
    expect(before).toMatch(
      /If they are required: \d+ open findings whose agents send no heartbeats will stay open/,
    );
    const sent = await someone.post("/coverage/settings", { coverage: "strict" });
    expect(sent.headers.get("location")).toBe("/coverage?notice=strict");
    const after = await someone.get("/coverage?notice=strict");
    expect(textOf(after.html)).toContain("Heartbeats are required now");
    expect(textOf(after.html)).toMatch(/no longer required: \d+ open findings .* will resolve/);
    expect(after.html).toContain('name="coverage" value="lenient"');
  });

  it("changes nothing where the form says neither", async () => {
    const answer = await reader("lot").post("/coverage/settings", { coverage: "sometimes" });
    expect(answer.status).toBe(422);
    expect(textOf(await answer.text())).toContain("Not changed: the form said neither");
  });
});

describe("the ways to coverage", () => {
  it("lead from the overview where an agent is silent or drifts", async () => {
    const { html } = await reader("lot").get("/");
    expect(textOf(html)).toMatch(/3 agents are silent; \d+ open findings are unverified/);
    expect(html).toContain('href="/coverage?state=silent"');
    expect((await reader("none").get("/")).html).not.toContain("/coverage?state=silent");
  });

  it("lead from a finding's agents to the host that they watch", async () => {
    const { html } = await reader("little").get(`/findings/${finding(3)}`);
    expect(textOf(html)).toContain("Reported by falco:node.");
    expect(html).toContain('href="/coverage/host%3Anode-7"');
  });

  it("lead to the host's id before its name, and to a container that no host is known of", () => {
    const of = { type: "container" as const, id: "container:c0ffee000001" };
    const where = (host: string | null, hostId: string | null) =>
      // Only these say where it is.
      watchedHostOf({ ...of, host, hostId } as Parameters<typeof watchedHostOf>[0]);
    expect(where("Node-7", "i-0AB")).toBe("host:i-0ab");
    expect(where("Node-7", null)).toBe("host:node-7");
    expect(where(null, null)).toBe(of.id);
  });
});
