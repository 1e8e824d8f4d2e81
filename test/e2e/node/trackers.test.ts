/**
 * The walk, by HTTP alone: a finding becomes a case by a rule, and the case a ticket; the ticket is closed, which claims
 * that it is fixed; the container is rebuilt, quiet verifies it, and the ticket gets the certificate. Then it comes back:
 * the same case goes back to work, and the same ticket is reopened. Jira is walked with; GitLab and ServiceNow follow.
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { caseDetailSchema, timelineEntrySchema, type CaseDetail } from "../../../schema/case.ts";
import { endpointCreatedSchema } from "../../../schema/webhooks.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeGitLab, signGitLab } from "../../support/fake-gitlab.ts";
import { FakeJira, signJira } from "../../support/fake-jira.ts";
import { FakeServiceNow, signServiceNow } from "../../support/fake-servicenow.ts";
import { ANA, LULL, TOKEN, type FakeTracker, type Sign } from "../../support/fake-tracker.ts";
import { type RunningNode, startNode } from "../../support/node.ts";
import { TrackerServer } from "../../support/tracker-server.ts";

const HOST = "walk-1";
const BEAT_MS = 1_000;
const PATIENCE = { withinMs: 60_000, everyMs: 250 };
const PUBLIC_URL = "https://lull.example.com";

const OLD = { id: "01d01d01d01d", name: "api", image: "shop/api:1.4", imageDigest: digest("a") };
const NEW = { id: "9e39e39e39e3", name: "api", image: "shop/api:1.5", imageDigest: digest("b") };

function digest(of: string): string {
  return `sha256:${of.repeat(64)}`;
}

let node: RunningNode;
let jira: TrackerServer<FakeJira>;
let gitlab: TrackerServer<FakeGitLab>;
let servicenow: TrackerServer<FakeServiceNow>;
let beating: NodeJS.Timeout | undefined;

beforeAll(async () => {
  jira = await TrackerServer.start((origin) => new FakeJira(origin));
  gitlab = await TrackerServer.start((origin) => new FakeGitLab(origin));
  servicenow = await TrackerServer.start((origin) => new FakeServiceNow(origin));
  node = await startNode({
    env: { LULL_ALLOW_PRIVATE_ENDPOINTS: "1", LULL_PUBLIC_URL: PUBLIC_URL },
  });
  const beat = () =>
    node
      .heartbeat({
        agent: agent(),
        sentAt: new Date().toISOString(),
        intervalMs: BEAT_MS,
      })
      .catch(() => undefined);
  void beat();
  beating = setInterval(() => void beat(), BEAT_MS / 2);
});
afterAll(async () => {
  clearInterval(beating);
  for (const it of [jira, gitlab, servicenow]) it.close();
  await node.dispose();
});

const agent = () => ({ id: "agent-1", kind: "native", host: { name: HOST } });

async function ok(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

const call = async (method: string, path: string, body?: unknown) =>
  ok(await node.api(`/api/v1${path}`, { method, body }));

async function runs(container: typeof OLD, exe: string, parent: string): Promise<void> {
  const event = {
    time: new Date().toISOString(),
    kind: "process",
    action: "exec",
    container,
    k8s: { cluster: "eu-1", namespace: "shop", workload: { kind: "Deployment", name: "api" } },
    process: { exe, args: ["-c", "x"], parent: { name: parent } },
  };
  const batch = { agent: agent(), sentAt: new Date().toISOString(), events: [event] };
  expect(await ok(await node.intake(batch))).toMatchObject({ accepted: 1 });
}

const readCase = async (id: string) => caseDetailSchema.parse(await call("GET", `/cases/${id}`));

function becomes(id: string, is: (it: CaseDetail) => boolean): Promise<CaseDetail> {
  const look = async () => {
    const it = await readCase(id);
    return is(it) ? it : null;
  };
  return eventually("the case is as it should be", look, PATIENCE);
}

const ticketIs = (status: string) =>
  eventually(`the ticket is ${status}`, () => jira.fake.only.status === status, PATIENCE);

/** Whose first line is so. */
const commented = (text: RegExp) =>
  eventually(
    `the ticket is told: ${text.source}`,
    () => jira.fake.only.comments.find((it) => text.test(it.text)),
    PATIENCE,
  );

/** An endpoint for it, to which its hooks go. */
async function connect(
  format: string,
  tracker: TrackerServer<FakeTracker>,
  sign: Sign,
  settings: object,
): Promise<void> {
  const input = { format, url: tracker.fake.origin, credential: TOKEN, settings };
  const endpoint = endpointCreatedSchema.parse(await call("POST", "/endpoints", input));
  expect(endpoint).toMatchObject({ events: ["case.*"], credential: "set" });
  const [, tenant = ""] = node.credentials.agentKey.split("_");
  tracker.tells(`${node.url}/hooks/v1/${tenant}/${endpoint.id}`, endpoint.secret, sign);
}

/** The tickets that nobody has touched say the same as the one in Jira. */
const othersFollow = (isDone: boolean, said: string) =>
  eventually(
    `the other tickets are ${isDone ? "done" : "open"}, and say: ${said}`,
    () =>
      [gitlab, servicenow].every(({ fake }) =>
        fake.all.some((it) => it.isDone === isDone && it.comments.at(-1)?.includes(said) === true),
      ),
    PATIENCE,
  );

let caseId = "";

test("a finding becomes a case by a rule, and the case a ticket in Jira", async () => {
  const rules = { "compiler-in-container": "8s", "shell-spawned-by-app": "1h" };
  for (const [rule, quietPeriod] of Object.entries(rules))
    await call("PATCH", `/rules/${rule}`, { quietPeriod });
  await call("PUT", "/automations", {
    items: [{ id: "compilers", when: 'finding.rule == "compiler-in-container"', priority: "P2" }],
  });
  await connect("jira", jira, signJira, { project: "SEC", email: "lull@example.com" });
  await connect("gitlab", gitlab, signGitLab, { project: "acme/platform/shop" });
  await connect("servicenow", servicenow, signServiceNow, { user: LULL.id });

  await runs(OLD, "/usr/bin/gcc", "sh");
  const list = z.object({ items: z.array(z.object({ id: z.string() })) });
  const only = async () => list.parse(await call("GET", "/cases")).items[0];
  caseId = (await eventually("there is a case", only, PATIENCE)).id;
  const issue = await eventually(
    "there is a ticket",
    () => [...jira.fake.issues.values()][0],
    PATIENCE,
  );
  expect(issue.summary).toContain(`${caseId}: Compiler`);
  expect(JSON.stringify(issue.description)).toContain(`${PUBLIC_URL}/cases/${caseId}`);
  const { tickets } = await becomes(caseId, (it) => it.tickets.length === 3);
  const keys = Object.fromEntries(tickets.map(({ format, key }) => [format, key]));
  expect(keys).toEqual({ jira: "SEC-1", gitlab: "acme/platform/shop#1", servicenow: "INC0000001" });
}, 120_000);

test("the ticket is closed: the case is said to be fixed, and goes on being watched", async () => {
  jira.fake.move(jira.fake.only.id, "Done", ANA);
  await jira.tell();
  expect(jira.told.at(-1)).toBe(202);
  const it = await readCase(caseId);
  expect(it).toMatchObject({ status: "fixed", fixed: { by: "Ana Ruiz (SEC-1)" } });
  await commented(/^Said to be fixed by Ana Ruiz/);
  await othersFollow(true, "Said to be fixed by");
}, 120_000);

test("the container is rebuilt, it is quiet: the case is verified, and the ticket has the certificate", async () => {
  // It is known by what it still does.
  await runs(NEW, "/bin/sh", "java");
  const closed = await becomes(caseId, ({ status }) => status === "closed");
  expect(closed).toMatchObject({
    closeReason: "verified",
    closedBy: null,
    proof: { state: "verified" },
  });
  const { text, body } = await commented(/^Closed: quiet has shown that it is fixed/);
  const [proof] = closed.proof.findings;
  const jws = await (await node.api(proof?.certificate ?? "/")).text();
  const sha256 = createHash("sha256").update(jws).digest("hex");
  expect(text).toContain(sha256);
  await othersFollow(true, sha256);
  expect(JSON.stringify(body)).toContain(`${PUBLIC_URL}/findings/${proof?.finding}/episodes/1`);
  expect(jira.fake.only.status).toBe("Done");
}, 120_000);

test("it comes back: the same case is at work again, and the same ticket is reopened with the evidence", async () => {
  await runs(NEW, "/usr/bin/gcc", "sh");
  await becomes(caseId, ({ status }) => status === "in_progress");
  await ticketIs("In Progress");
  const { text } = await commented(/^It is not fixed: an event has come since\./);
  expect(text).toContain("gcc ran");
  const isBack = ({ state }: CaseDetail["tickets"][number]) => state === "in_progress";
  expect((await becomes(caseId, (it) => it.tickets.every(isBack))).tickets).toHaveLength(3);
  for (const { fake } of [jira, gitlab, servicenow])
    expect(fake.all).toMatchObject([{ isDone: false }]);
  const timeline = z.object({ items: z.array(timelineEntrySchema) });
  const { items } = timeline.parse(await call("GET", `/cases/${caseId}/timeline?limit=200`));
  const kinds = items.map(({ kind }) => kind).filter((kind) => /^(?:case|ticket)\./.test(kind));
  expect(kinds).toEqual([
    "case.created",
    "ticket.created",
    "ticket.created",
    "ticket.created",
    "case.fixed",
    "case.verified",
    "case.regressed",
  ]);
  // What Lull has done there has come back to it, and has changed nothing.
  for (const { told } of [jira, gitlab, servicenow])
    expect(told.every((status) => status === 202 || status === 204)).toBe(true);
}, 120_000);
