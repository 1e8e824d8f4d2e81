/** Endpoints and their deliveries on screen: made with a secret shown once, tested, replayed, and ended. */
import { describe, expect, it } from "vitest";
import { endpointInput, refusalErrors, valuesOf } from "../../../dashboard/endpoint-form.ts";
import { ENDPOINT } from "../../../workers/openapi/example-endpoints.ts";
import { readLocal } from "../../../dashboard/local-instant.ts";
import { readerZone } from "../../../dashboard/format/zone.ts";
import { reader, textOf } from "./support.ts";

const LIST = "/settings/endpoints";
const FORM = { format: "standard", url: "https://hooks.example.com/new", hears: "all" };
const FIRST = "msg_00000000000000000000000000000000";
const DEAD = "msg_00000000000000000000000000000001";

describe("the list of endpoints", () => {
  it("says of each how it goes, in a word and with why", async () => {
    const text = textOf((await reader("little").get(LIST)).html);
    expect(text).toMatch(/hooks\.example\.com ?Webhook ?delivering/);
    expect(text).toMatch(
      /SIEM of the shop ?OCSF ?paused: the next attempt in 2 min, failing for 2 h/,
    );
    expect(text).toContain("hears all of findings, signal raised, narrowed down");
    expect(text).toMatch(/12 waiting ?3 dead letters/);
    expect(text).toContain("disabled: the receiver answered 410 Gone");
    expect(text).toContain("nothing sent yet");
  });

  it("says what an endpoint is while there is none, and leads to the first", async () => {
    const { html } = await reader("none").get(LIST);
    expect(textOf(html)).toContain("Nothing is told yet");
    expect(html).toContain(`href="${LIST}/new"`);
  });
});

describe("a new endpoint", () => {
  it("shows its secret with the answer alone, and what comes next", async () => {
    const someone = reader("little");
    const made = await someone.post(`${LIST}/new`, FORM);
    expect(made.status).toBe(200);
    const html = await made.text();
    expect(html).toMatch(/<pre id="secret"[^>]*>whsec_/);
    expect(html).toContain(`action="${LIST}/new/test"`);
    expect((await someone.get(LIST)).html).not.toContain("whsec_");
    expect((await someone.get(`${LIST}/new`)).html).not.toContain("whsec_");
  });

  it("keeps what was typed where something is wrong with it", async () => {
    const refused = await reader("little").post(`${LIST}/new`, [
      ["format", "ocsf"],
      ["url", "http://hooks.example.com/"],
      ["hears", "some"],
      ["events", "finding.opened"],
      ["namespace", "shop\nbilling"],
    ]);
    expect(refused.status).toBe(422);
    const html = await refused.text();
    expect(textOf(html)).toContain("Address: Must begin with https://.");
    expect(html).toMatch(/value="finding\.opened" checked/);
    expect(html).toContain("shop\nbilling");
    expect(html).toMatch(/name="format" value="ocsf"/);
  });

  it("is not made without an address, or hearing nothing", async () => {
    const none = await reader("little").post(`${LIST}/new`, { format: "standard", hears: "some" });
    const text = textOf(await none.text());
    expect(text).toContain("Address: Fill this in.");
    expect(text).toContain("Hears of: Name at least one.");
  });
});

describe("a tracker", () => {
  it("is asked for what it needs, and its token is not shown", async () => {
    const { html } = await reader("little").get(`${LIST}/new?format=jira`);
    for (const name of ["url", "settings.project", "settings.email", "credential"])
      expect(html).toMatch(new RegExp(`name="${name.replace(".", "\\.")}"[^>]*required`));
    expect(html).toMatch(
      /name="credential"[^>]*type="password"|type="password"[^>]*name="credential"/,
    );
  });

  it("is told where its hooks go, with the secret that signs them", async () => {
    const made = await reader("little").post(`${LIST}/new`, {
      format: "github",
      url: "https://api.github.com",
      "settings.owner": "acme",
      "settings.repo": "shop",
      credential: "tok",
      hears: "some",
      events: "case.*",
    });
    const html = await made.text();
    expect(html).toMatch(/<pre id="hook-address"[^>]*>[^<]*\/hooks\/v1\/[^<]+\/new</);
  });

  it("is told by the field what its tracker's settings are not", () => {
    const field = "settings.priorities.P1";
    const problem = { code: "invalid_request", detail: `${field}: no urgency`, field };
    const errors = refusalErrors(problem, "servicenow");
    expect(errors).toEqual({ "settings.priorities": { text: "No urgency." } });
  });

  it("keeps its lists where it is saved as it is shown", () => {
    const settings = {
      project: "SEC",
      issueType: "Bug",
      email: "lull@example.com",
      priorities: { P1: "Highest", P2: "High" },
      labels: ["lull", "security"],
      people: { "ana-ruiz": "ana@example.com", bob: "bob@example.com" },
    };
    const shown = valuesOf({ ...ENDPOINT, format: "jira", events: ["case.*"], settings });
    const input = endpointInput(shown);
    expect(input).toMatchObject({ ok: true, value: { settings, events: ["case.*"] } });
  });
});

describe("an endpoint", () => {
  it("shows its numbers, its filter and its deliveries, each with what it came to", async () => {
    const text = textOf((await reader("little").get(`${LIST}/e2`)).html);
    expect(text).toMatch(/Waiting ?12 ?Dead letters ?3 ?Arrived ?41/);
    expect(text).toContain("high or worse");
    expect(text).toContain("shop, billing");
    expect(text).toMatch(/Finding opened: .* ?arrived/);
    expect(text).toContain("dead letter: no attempt was left");
    expect(text).toContain("waiting: refused, 503");
  });

  it("narrows its deliveries down, and goes on where a page ends", async () => {
    const someone = reader("lot");
    const { html } = await someone.get(`${LIST}/e2?status=dead`);
    const text = textOf(html);
    expect(text).toContain("dead letter:");
    expect(text).not.toContain("waiting:");
    const older = (await someone.get(`${LIST}/e2`)).html;
    expect(older).toContain("Older deliveries");
    const none = textOf((await someone.get(`${LIST}/e2?type=signal.raised`)).html);
    expect(none).toContain("No delivery matches these filters");
    expect((await someone.get(`${LIST}/e2?status=lost`)).html).toContain("status=lost");
  });

  it("is tested, and shows what came of it: status, latency, and the start of the answer", async () => {
    const someone = reader("little");
    const sent = await someone.post(`${LIST}/e2/test`, {});
    expect(sent.headers.get("location")).toBe(`${LIST}/e2?tested=${FIRST}#test`);
    const text = textOf((await someone.get(`${LIST}/e2?tested=${DEAD}`)).html);
    expect(text).toContain("refused, 503, in 470 ms");
    expect(text).toContain("upstream restarting");
  });

  it("gets a new secret that is shown once, with how long the former one holds", async () => {
    const someone = reader("little");
    const rotated = await someone.post(`${LIST}/e1/rotate`, {});
    const html = await rotated.text();
    expect(html).toMatch(/<pre id="secret"[^>]*>whsec_/);
    expect(textOf(html)).toContain("The former one signs too; it ends in 1 d");
    expect((await someone.get(`${LIST}/e1/rotate`)).html).not.toContain("whsec_");
  });

  it("is changed, disabled, and deleted after being asked once more", async () => {
    const someone = reader("little");
    const saved = await someone.post(`${LIST}/e1/edit`, { ...FORM, description: "Ours" });
    expect(saved.headers.get("location")).toBe(`${LIST}/e1?notice=saved`);
    const off = await someone.post(`${LIST}/e1/status`, { status: "disabled" });
    expect(off.headers.get("location")).toBe(`${LIST}/e1?notice=disabled`);
    const text = textOf((await someone.get(`${LIST}/e1`)).html);
    expect(text).toContain("Disabled: nothing is sent to it. Enable it first.");
    expect(textOf((await someone.get(`${LIST}/e2/delete`)).html)).toContain(
      "12 deliveries that wait will not be sent.",
    );
    const gone = await someone.post(`${LIST}/e2/delete`, {});
    expect(gone.headers.get("location")).toBe(`${LIST}?notice=deleted`);
    expect((await someone.get(`${LIST}/e2`)).status).toBe(404);
  });
});

describe("a delivery", () => {
  it("shows every attempt, its body, and leads to what it tells of", async () => {
    const { html } = await reader("little").get(`${LIST}/e2/deliveries/${DEAD}`);
    const text = textOf(html);
    expect(text).toMatch(/Attempt 1 ?refused, 503, in 470 ms/);
    expect(html).toContain('href="/findings/');
    expect(html).toContain("&quot;type&quot;: &quot;finding.opened&quot;");
  });

  it("shows a hostile answer as text", async () => {
    const { html } = await reader("hostile").get(`${LIST}/e2/deliveries/${DEAD}`);
    expect(html).toContain("&lt;script&gt;alert(");
    expect(html).not.toContain("<script>alert(");
    expect(html).toContain("&lt;!doctype html&gt;&lt;h1&gt;503");
  });

  it("is sent again", async () => {
    const again = await reader("little").post(`${LIST}/e2/deliveries/${DEAD}/replay`, {});
    expect(again.headers.get("location")).toBe(`${LIST}/e2/deliveries/${DEAD}?notice=replayed`);
  });
});

describe("a span of deliveries", () => {
  it("is sent again, and goes on where there are more than one call takes", async () => {
    const someone = reader("little");
    const span = { from: "2026-11-20T10:00", to: "", all: "", cursor: "" };
    const begun = await someone.post(`${LIST}/e2/replay`, span);
    const there = begun.headers.get("location") ?? "";
    const { html } = await someone.get(there);
    expect(textOf(html)).toContain("1,000 deliveries will be sent again, in their order.");
    expect(html).toContain('name="cursor" value="1000"');
    const rest = await someone.post(`${LIST}/e2/replay`, { ...span, cursor: "1000" });
    expect(rest.headers.get("location")).not.toContain("next=");
  });

  it("needs a beginning, and an end that is not before it", async () => {
    const someone = reader("little");
    const none = await someone.post(`${LIST}/e2/replay`, { from: "", to: "yesterday" });
    expect(none.status).toBe(422);
    expect(textOf(await none.text())).toContain("Name a day and a time.");
    const back = { from: "2026-11-20T10:00", to: "2026-11-19T10:00" };
    expect(textOf(await (await someone.post(`${LIST}/e2/replay`, back)).text())).toContain(
      "That is before the beginning.",
    );
  });
});

it("a local time is read in the reader's zone, on both sides of a change of the clocks", () => {
  const zone = readerZone("Europe/Berlin");
  expect(readLocal("2026-10-25T01:30", zone)).toBe(Date.parse("2026-10-24T23:30:00Z"));
  expect(readLocal("2026-10-25T04:30", zone)).toBe(Date.parse("2026-10-25T03:30:00Z"));
  expect(readLocal("2026-03-29T04:30", zone)).toBe(Date.parse("2026-03-29T02:30:00Z"));
  expect(readLocal("2026-11-24", zone)).toBe(Date.parse("2026-11-23T23:00:00Z"));
  for (const typed of ["", "24.11.2026", "2026-13-01", "2026-11-24T25:00"])
    expect(readLocal(typed, zone)).toBeNull();
});

it("who is no admin sees all of it, and can change none", async () => {
  const someone = reader("little", "responder");
  const { html } = await someone.get(`${LIST}/e2`);
  for (const word of ["Change", "Send a test", "Make a new secret", "Disable", "Delete"])
    expect(html).toMatch(new RegExp(`<button[^>]*disabled[^>]*needs the role admin[^>]*>${word}<`));
  expect(html).not.toContain('id="replay"');
  for (const path of ["new", "e1/edit", "e1/delete"])
    expect((await someone.get(`${LIST}/${path}`)).status).toBe(403);
  for (const act of ["test", "rotate", "status", "replay", "delete", "edit"])
    expect((await someone.post(`${LIST}/e1/${act}`, {})).status).toBe(403);
});
