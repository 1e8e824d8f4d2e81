/**
 * The promise, as its users see it: an agent dies, and what is open on its host does not resolve; it returns, and
 * the quiet clock goes on; a workload is rebuilt with a fixed image, and the certificate can be checked offline.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { findingSummarySchema, type FindingSummary } from "../../../schema/finding.ts";
import { hostCoverageSchema } from "../../../schema/coverage.ts";
import { rollupDetailSchema } from "../../../schema/rollup.ts";
import { eventually } from "../../support/eventually.ts";
import { type RunningNode, startNode } from "../../support/node.ts";

const HOST = "proof-1";
const BEAT_MS = 1_000;
/** Long enough for the agent to die within, on a busy machine too; the witness is watched for longer. */
const QUIET = {
  "compiler-in-container": "8s",
  "shell-spawned-by-app": "10s",
  "agent-silent": "3s",
};
const PATIENCE = { withinMs: 45_000 };
const VERIFY = fileURLToPath(new URL("../../../scripts/verify-certificate.mjs", import.meta.url));

const OLD = { id: "01d01d01d01d", name: "api", image: "shop/api:1.4", imageDigest: digest("a") };
const NEW = { id: "9e39e39e39e3", name: "api", image: "shop/api:1.5", imageDigest: digest("b") };

function digest(of: string): string {
  return `sha256:${of.repeat(64)}`;
}

let node: RunningNode;
let beating: NodeJS.Timeout | undefined;
let running = [OLD];

beforeAll(async () => {
  node = await startNode();
  for (const [rule, quietPeriod] of Object.entries(QUIET)) {
    const path = `/api/v1/rules/${rule}`;
    const answer = await node.api(path, { method: "PATCH", body: { quietPeriod } });
    expect(answer.status).toBe(200);
  }
});
afterAll(async () => {
  clearInterval(beating);
  await node.dispose();
});

const agent = () => ({ id: "agent-1", kind: "native", host: { name: HOST } });

/** The agent lives, until it is stopped. */
function live(): void {
  const beat = () =>
    node
      .heartbeat({
        agent: agent(),
        sentAt: new Date().toISOString(),
        intervalMs: BEAT_MS,
        containers: running.map(({ id }) => id),
      })
      .catch(() => undefined);
  void beat();
  beating = setInterval(() => void beat(), BEAT_MS / 2);
}

function die(): void {
  clearInterval(beating);
}

async function runs(container: typeof OLD, exe: string, parent: string): Promise<void> {
  const answer = await node.intake({
    agent: agent(),
    sentAt: new Date().toISOString(),
    events: [
      {
        time: new Date().toISOString(),
        kind: "process",
        action: "exec",
        container,
        k8s: { cluster: "eu-1", namespace: "shop", workload: { kind: "Deployment", name: "api" } },
        process: { exe, args: ["-c", "x"], parent: { name: parent } },
      },
    ],
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
}

async function read<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
  const answer = await node.api(`/api/v1${path}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return schema.parse(await answer.json());
}

const pageOf = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item) });

async function findingOf(rule: string): Promise<FindingSummary> {
  const { items } = await read(`/findings?rule=${rule}`, pageOf(findingSummarySchema));
  const [only] = items;
  if (only === undefined) throw new Error(`no finding of ${rule}`);
  return read(`/findings/${only.id}`, findingSummarySchema);
}

/** Waits until the finding of a rule is as it should be. */
function becomes(rule: string, is: (finding: FindingSummary) => boolean): Promise<FindingSummary> {
  const look = async () => {
    const finding = await findingOf(rule);
    return is(finding) ? finding : null;
  };
  return eventually(`the finding of ${rule} is as it should be`, look, PATIENCE);
}

const isUnverified = ({ status, deadlineAt }: FindingSummary) =>
  status === "open" && deadlineAt === null;
const isQuiet = ({ resolution }: FindingSummary) => resolution === "quiet";

test("while its agent is dead nothing resolves, over a crash too; when it returns the clock goes on", async () => {
  live();
  await runs(OLD, "/usr/bin/gcc", "sh");
  const opened = await becomes("compiler-in-container", ({ deadlineAt }) => deadlineAt !== null);
  expect(opened.verification).toMatchObject({ state: "watching", heartbeats: true });

  die();
  await becomes("compiler-in-container", isUnverified);
  const missed = await becomes("agent-silent", ({ status }) => status === "open");
  expect(missed.headline).toContain("native (agent-1) fell silent");
  const host = await read(`/coverage/host:${HOST}`, hostCoverageSchema);
  expect(host).toMatchObject({ findings: { unverified: 2 }, agents: [{ state: "silent" }] });

  await node.restart("SIGKILL");
  expect(await findingOf("compiler-in-container")).toMatchObject({
    status: "open",
    deadlineAt: null,
    verification: { gaps: [{ to: null, reason: "no_contact" }] },
  });

  live();
  const quiet = await becomes("compiler-in-container", isQuiet);
  expect(quiet.verification.gaps).toMatchObject([{ to: expect.any(String) as string }]);
  await becomes("agent-silent", isQuiet);
}, 150_000);

describe("when the workload has been rebuilt with a fixed image", () => {
  test("its roll-up is quiet, and the fix is proven, with the digest before and after", async () => {
    running = [NEW];
    // It is known by what it still does.
    await runs(NEW, "/bin/sh", "java");
    const list = pageOf(z.object({ id: z.string() }));
    const found = await read("/rollups?rule=compiler-in-container&workload=api", list);
    const id = found.items[0]?.id ?? "none";
    const look = async () => {
      const rollup = await read(`/rollups/${id}`, rollupDetailSchema);
      return rollup.fix?.proven === true ? rollup : null;
    };
    expect(await eventually("the fix is proven", look, PATIENCE)).toMatchObject({
      status: "quiet",
      containers: { affected: 0 },
      fix: { before: { digest: OLD.imageDigest }, after: { digest: NEW.imageDigest } },
    });
  });

  test("the certificate verifies offline, and does not with one byte changed", async () => {
    const { id, episode } = await findingOf("compiler-in-container");
    const path = `/api/v1/findings/${id}/episodes/${episode}/certificate`;
    const jws = await (await node.api(path)).text();
    const keys = await (await fetch(`${node.url}/.well-known/jwks.json`)).text();
    // Offline, and after the instance is gone.
    die();
    await node.kill();

    expect(await verify(jws, keys)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^VALID[^]*as quiet/u) as string,
    });
    const middle = Math.floor(jws.length / 2);
    const other = jws[middle] === "A" ? "B" : "A";
    const changed = jws.slice(0, middle) + other + jws.slice(middle + 1);
    expect(await verify(changed, keys)).toMatchObject({ code: 1 });
  });
});

async function verify(jws: string, keys: string): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "lull-proof-"));
  const files = [join(folder, "certificate.jws"), join(folder, "jwks.json")] as const;
  writeFileSync(files[0], jws);
  writeFileSync(files[1], keys);
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [VERIFY, files[0], "--jwks", files[1]], (error, output) => {
        resolve({ code: error === null ? 0 : Number(error.code), output });
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
