/** Cases: what a reader sees, may do and is told, and that nothing that somebody writes is lost. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeEdit } from "../../../dashboard/merge.ts";
import { finding, reader, textOf } from "./support.ts";

const FACTS = {
  assignee: "",
  team: "platform",
  priority: "P1",
  due: "2026-11-22",
  labels: "image",
};

/** A form of the group with what it showed, and what was typed. */
function edit(group: string, was: Record<string, string>, typed: Record<string, string>) {
  const shown = Object.entries(was).map(([field, value]) => [`was.${field}`, value] as const);
  return { group, ...Object.fromEntries(shown), ...was, ...typed };
}

describe("the list of cases", () => {
  it("counts, says what is overdue in words, and links what is the reader's", async () => {
    const { html } = await reader("little").get("/cases");
    expect(textOf(html)).toMatch(/Not closed 3 ?Open 1 ?In progress 1 ?Fixed 1/);
    expect(textOf(html)).toContain("overdue: was due 2 d ago");
    expect(html).toContain('href="/cases?assignee=mine"');
    const mine = textOf((await reader("little").get("/cases?assignee=mine")).html);
    expect(mine).toContain("assignee me");
    expect(mine).not.toContain("LULL-1");
  });

  it("says what to do where there is none", async () => {
    expect(textOf((await reader("none").get("/cases")).html)).toContain("No case is waiting");
    const { html } = await reader("little").get("/cases?q=nothing-like-this");
    expect(textOf(html)).toContain("No case matches these filters");
  });

  it("is a board of four columns, whose cards are moved by buttons and lead back to it", async () => {
    const someone = reader("little");
    const { html } = await someone.get("/cases?view=board&priority=P1");
    expect(html.match(/class="board-column"/g)).toHaveLength(4);
    expect(html).toContain('name="back" value="/cases?priority=P1&amp;view=board"');
    const back = "/cases?priority=P1&view=board";
    const moved = await someone.post("/cases/LULL-1/status", { from: "open", to: "fixed", back });
    expect(moved.headers.get("location")).toBe(back);
    const away = { from: "in_progress", to: "open", back: "https://elsewhere.example/cases" };
    const kept = await someone.post("/cases/LULL-2/status", away);
    expect(kept.headers.get("location")).toBe("/cases/LULL-2");
  });
});

describe("the buttons of a case", () => {
  it("are those of the one table; what may not be done says why", async () => {
    const { html } = await reader("little").get("/cases/LULL-4");
    expect(html).toMatch(/disabled[^>]*title="The case is closed, and must be open for that\."/);
    expect(textOf(html)).toContain("Reopen");
    const viewer = (await reader("little", "viewer").get("/cases/LULL-1")).html;
    expect(viewer.match(/title="It takes the role responder\."/g)?.length).toBeGreaterThan(5);
    expect(viewer).not.toMatch(/<button(?![^>]*disabled)[^>]*>\s*Start work/);
    expect((await reader("little", "viewer").post("/cases/LULL-1/status", {})).status).toBe(403);
    expect((await reader("little", "viewer").get("/cases/new")).status).toBe(403);
  });

  it("do nothing where somebody has been faster", async () => {
    const someone = reader("little");
    const late = await someone.post("/cases/LULL-2/status", { from: "open", to: "fixed" });
    expect(late.status).toBe(409);
    expect(textOf(await late.text())).toContain("somebody was faster, the case is in progress now");
  });

  it("close with a reason, and with an end where that mutes", async () => {
    const someone = reader("little");
    expect((await someone.post("/cases/LULL-1/close", { version: "3" })).status).toBe(422);
    const accepted = { reason: "risk_accepted", term: "date", date: "", version: "3" };
    const refused = await someone.post("/cases/LULL-1/close", accepted);
    expect(textOf(await refused.text())).toContain("Muted until: Name a day");
    const stale = await someone.post("/cases/LULL-1/close", {
      ...accepted,
      term: "week",
      version: "2",
    });
    expect(textOf(await stale.text())).toContain("has changed since you opened this form");
    const closed = await someone.post("/cases/LULL-1/close", { ...accepted, term: "week" });
    expect(closed.headers.get("location")).toBe("/cases/LULL-1");
    expect((await someone.get("/cases/LULL-1/close")).status).toBe(409);
  });
});

describe("two who edit a case at once", () => {
  const path = "/cases/LULL-1/edit";

  it("both keep what they changed, where that is not the same", async () => {
    const someone = reader("little");
    await someone.post(path, edit("facts", FACTS, { priority: "P2" }));
    await someone.post(path, edit("facts", FACTS, { team: "shop" }));
    const { html } = await someone.get("/cases/LULL-1");
    expect(html).toMatch(/name="was.priority" value="P2"/);
    expect(html).toMatch(/name="was.team" value="shop"/);
  });

  it("see both versions where it is, and lose nothing that was typed", async () => {
    const someone = reader("little");
    const was = {
      title: "Compiler run in a container: api-0",
      description: "**Look** at the image.",
    };
    await someone.post(path, edit("text", was, { description: "theirs" }));
    const mine = { title: "A better title", description: "mine" };
    const conflict = await someone.post(path, edit("text", was, mine));
    expect(conflict.status).toBe(409);
    const html = await conflict.text();
    expect(textOf(html)).toMatch(/Description, as it is now by Ben.*theirs/);
    expect(html).toMatch(/<textarea[^>]*id="case-description"[^>]*>\s*mine<\/textarea>/);
    expect(html).toContain('value="A better title"');
    // Sent again as the page shows it, it stands.
    const again = edit("text", { ...was, description: "theirs" }, mine);
    expect((await someone.post(path, again)).status).toBe(303);
    expect(textOf((await someone.get("/cases/LULL-1")).html)).toContain("A better title");
  });

  it("of a note too", async () => {
    const someone = reader("little");
    const note = "/cases/LULL-1/notes/n1";
    await someone.post(note, { body: "theirs", "was.body": "Looked at it." });
    const late = await someone.post(note, { body: "mine", "was.body": "Looked at it." });
    expect(late.status).toBe(409);
    const html = await late.text();
    expect(textOf(html)).toMatch(/The note, as it is now.*theirs.*mine/);
  });

  it("never lose a field, whatever both do", () => {
    const word = fc.constantFrom("a", "b", "c");
    const fields = fc.record({ one: word, two: word });
    fc.assert(
      fc.property(fields, fields, fields, (was, typed, now) => {
        const { mine, conflicts, values } = mergeEdit(was, typed, now);
        for (const field of ["one", "two"] as const) {
          const [touched, theirs] = [typed[field] !== was[field], now[field] !== was[field]];
          const isConflict = conflicts.some((conflict) => conflict.field === field);
          expect(isConflict).toBe(touched && theirs && typed[field] !== now[field]);
          expect(values[field]).toBe(touched ? typed[field] : now[field]);
          if (!touched) expect(mine[field]).toBeUndefined();
        }
      }),
    );
  });

  it("are told what is wrong beside the field, with what they typed", async () => {
    const response = await reader("little").post(path, edit("facts", FACTS, { due: "soon" }));
    expect(response.status).toBe(422);
    expect(textOf(await response.text())).toContain("Due: Name a day, such as 2026-12-24.");
  });
});

describe("a new case", () => {
  it("is made of the findings that were ticked, with what they say of it", async () => {
    const someone = reader("little");
    const list = (await someone.get("/findings")).html;
    expect(list).toContain(
      '<form class="selection" id="selection" method="get" action="/cases/new">',
    );
    expect(list.match(/name="finding"[^>]*form="selection"/g)).toHaveLength(3);
    const ids = [...list.matchAll(/name="finding" value="(f\w+)"/g)].map(([, id = ""]) => id);
    const { html } = await someone.get(`/cases/new?finding=${ids[0]}&finding=${ids[1]}`);
    expect(textOf(html)).toContain("New case of 2 findings");
    expect(html).toMatch(/<textarea[^>]*name="checklist"[^>]*>\s*Rebuild<\/textarea>/);
    const fields: [string, string][] = ids.slice(0, 2).map((id) => ["finding", id]);
    const made = await someone.post("/cases/new", [
      ...fields,
      ["title", "Mine"],
      ["priority", "P2"],
    ]);
    expect(made.headers.get("location")).toBe("/cases/LULL-5?notice=created");
    expect(textOf((await someone.get("/cases/LULL-5")).html)).toContain("Mine");
  });

  it("is offered on a finding, a signal and nowhere to who may only read", async () => {
    const { html } = await reader("little").get(`/findings/${finding(2)}`);
    expect(html).toContain(`href="/cases/new?finding=${finding(2)}"`);
    const viewer = (await reader("little", "viewer").get("/findings")).html;
    expect(viewer).not.toContain('class="pick"');
    expect(viewer).toMatch(/disabled="" title="This needs the role responder[^>]*>\s*Make a case/);
  });

  it("needs a title where nothing gives it one", async () => {
    const response = await reader("little").post("/cases/new", {
      title: "",
      priority: "P3",
      due: "x",
    });
    expect(response.status).toBe(422);
  });
});

describe("rules of cases", () => {
  it("are listed in order, say when a cap is reached, and are moved, turned off and deleted", async () => {
    const someone = reader("little");
    const text = textOf((await someone.get("/settings/automations")).html);
    expect(text).toMatch(/compilers.*cap reached today.*rest/);
    const arrange = (id: string, act: string) =>
      someone.post(`/settings/automations/${id}/arrange`, { do: act });
    await arrange("rest", "up");
    expect(textOf((await someone.get("/settings/automations")).html)).toMatch(/rest.*compilers/);
    await arrange("compilers", "toggle");
    expect((await someone.get("/settings/automations")).html.match(/is-off/g)).toHaveLength(2);
    await arrange("rest", "delete");
    expect(textOf((await someone.get("/settings/automations")).html)).not.toContain("rest");
  });

  it("are tried before they are saved, and saved only as they were seen", async () => {
    const someone = reader("little");
    const values = { id: "new", when: "true", priority: "", dailyCap: "5", was: "" };
    const dry = await someone.post("/settings/automations/new", { ...values, do: "preview" });
    expect(textOf(await dry.text())).toContain("it would make 2 cases of 4 findings");
    const wrong = await someone.post("/settings/automations/new", {
      ...values,
      when: "resource.x",
      do: "preview",
    });
    expect(wrong.status).toBe(422);
    const made = await someone.post("/settings/automations/new", values);
    expect(made.headers.get("location")).toBe("/settings/automations?notice=saved");
    const late = await someone.post("/settings/automations/new", values);
    expect(textOf(await late.text())).toContain("Another rule has this id.");
    const stale = await someone.post("/settings/automations/new", { ...values, id: "Bad Id" });
    expect(textOf(await stale.text())).toContain(
      "Lower-case letters, digits and hyphens, at most 64.",
    );
    const lost = await someone.post("/settings/automations/compilers", { ...values, was: "{}" });
    expect(textOf(await lost.text())).toContain("Somebody else has changed the rule meanwhile");
  });

  it("give cases to teams, and are not moved where somebody has changed them", async () => {
    const someone = reader("little");
    const added = await someone.post("/settings/ownership", { when: "true", team: "base" });
    expect(added.headers.get("location")).toBe("/settings/ownership?notice=saved");
    const stale = { at: "0", was: '{"when":"true","team":"base"}', do: "delete" };
    expect((await someone.post("/settings/ownership/arrange", stale)).status).toBe(422);
    const real = { ...stale, at: "1" };
    expect((await someone.post("/settings/ownership/arrange", real)).status).toBe(303);
  });

  it("say when cases are due", async () => {
    const someone = reader("little");
    const sla = { P1: "12h", P2: "3d", P3: "14d", P4: "30d", P5: "90d" };
    expect((await someone.post("/settings/due", { ...sla, P2: "soon" })).status).toBe(422);
    const saved = await someone.post("/settings/due", sla);
    expect(saved.headers.get("location")).toBe("/settings/due?notice=saved");
    expect((await someone.get("/settings/due")).html).toContain(
      'name="P1" type="text" class="short" value="12h"',
    );
  });
});

describe("a ticket of a case", () => {
  it("is made where a tracker has none yet, by who may change the case", async () => {
    const someone = reader("little");
    const path = "/cases/LULL-1";
    const { html } = await someone.get(path);
    expect(textOf(html)).toContain("Make a ticket in Jira of the shop");
    const made = await someone.post(`${path}/tickets`, { endpoint: "j1" });
    expect(made.headers.get("location")).toBe(`${path}?notice=ticket`);
    expect(textOf((await someone.get(`${path}?notice=ticket`)).html)).toContain("on its way");
    expect((await someone.post(`${path}/tickets`, { endpoint: "other" })).status).toBe(422);
    const viewer = reader("little", "viewer");
    expect((await viewer.post(`${path}/tickets`, { endpoint: "j1" })).status).toBe(403);
  });
});
