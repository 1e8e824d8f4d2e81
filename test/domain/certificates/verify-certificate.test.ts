/** The auditor's script as a process: what it accepts, what it refuses and why, and what it says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notProvenWords, provenWords } from "../../../dashboard/format/certificate.ts";
import type { CertificateClaims, EpisodeFacts } from "../../../schema/certificate.ts";
import {
  certificateOf,
  deriveSigningKey,
  signClaims,
  type SigningKey,
} from "../../../durable/signing-key.ts";
import {
  Actor,
  API,
  BEAT,
  contact,
  made,
  MINUTE,
  observation,
  QUIET,
  report,
  resource,
  RULE,
  T0,
} from "../core/fixtures.ts";

const SECRET = "a secret of more than thirty-two characters";

let folder = "";
let key: SigningKey;
let other: SigningKey;
let keySet: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lull-certificates-"));
  [key, other] = await Promise.all([deriveSigningKey(SECRET, 1), deriveSigningKey(SECRET, 2)]);
  keySet = JSON.stringify({ keys: [other.publicKey, key.publicKey] });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

function run(args: readonly string[]): Outcome {
  const script = "scripts/verify-certificate.mjs";
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

function check(jws: string, keys = keySet): Outcome {
  const [certificate, jwks] = [join(folder, "certificate.jws"), join(folder, "jwks.json")];
  writeFileSync(certificate, jws);
  writeFileSync(jwks, keys);
  return run([certificate, "--jwks", jwks]);
}

/** What was taken down of the episode that this actor ended. */
function claimsOf(actor: Actor): CertificateClaims {
  const ended = made(actor.state.outbox.findLast((one) => one.type === "finding.resolved"));
  const facts: EpisodeFacts = made("facts" in ended ? ended.facts : null);
  return { ...facts, tenant: "default", episode: { ...facts.episode, case: null } };
}

function watched(): Actor {
  const actor = new Actor();
  actor.beat(T0);
  actor.tell({ ...report(contact(T0), [observation(T0)]), resources: [resource()] }, T0);
  actor.settleFresh(T0);
  return actor;
}

/** With a gap of six minutes. */
function quiet(): CertificateClaims {
  const actor = watched();
  actor.beats(T0 + BEAT, T0 + 3 * MINUTE);
  actor.beats(T0 + 9 * MINUTE, T0 + 20 * MINUTE);
  return claimsOf(actor);
}

function unverified(): CertificateClaims {
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.settleFresh(T0);
  actor.wake(T0 + QUIET);
  return claimsOf(actor);
}

function retired(): CertificateClaims {
  const actor = watched();
  actor.tell(
    {
      type: "applyRule",
      ruleId: RULE,
      version: 2,
      severity: "high",
      quietPeriodMs: QUIET,
      enabled: false,
    },
    T0 + MINUTE,
  );
  return claimsOf(actor);
}

function gone(): CertificateClaims {
  const actor = watched();
  const at = T0 + 2 * MINUTE;
  const told = report(contact(at, { intervalMs: BEAT }));
  actor.tell({ ...told, gone: [{ id: API, at }] }, at);
  return claimsOf(actor);
}

/** The lines under a title of what the script says. */
function listOf(out: string, title: string): string[] {
  const [, lines = ""] = out.split(`\n${title}\n`);
  return lines
    .split("\n\n", 1)
    .flatMap((text) => text.trimEnd().split("\n"))
    .map((line) => line.replace(/^ {2}- /, ""));
}

async function signed(claims: object, by = key): Promise<string> {
  const text = JSON.stringify(claims);
  return certificateOf(text, await signClaims(by, text));
}

describe("a valid certificate", () => {
  test("of silence under watch is accepted, with what it proves and what not", async () => {
    const { code, out } = check(await signed(quiet()));
    expect(code).toBe(0);
    expect(out).toMatch(/^VALID/);
    expect(out).toContain("on container api (shop, node-7)");
    expect(out).toContain("An agent that reported it was watching for 10m of it.");
    expect(out).toContain("no agent was in contact. It does not count.");
    expect(out).toContain("of 16 heartbeats, one every 1m");
    expect(out).toContain("That the agent could not be deceived");
  });

  test("of mere silence says that nobody can tell who was watching", async () => {
    const { code, out } = check(await signed(unverified()));
    expect(code).toBe(0);
    expect(out).toContain("nobody can say who was watching");
    expect(out).toContain("It proves silence only.");
    expect(out).not.toContain("that the behaviour had stopped");
  });

  test("of an episode that ended with its rule proves nothing about the behaviour", async () => {
    const { code, out } = check(await signed(retired()));
    expect(code).toBe(0);
    expect(out).toContain("Anything about the behaviour: it may go on, and nobody looks for it.");
  });

  test("of a resource that is gone says that the behaviour may go on in another one", async () => {
    const { code, out } = check(await signed(gone()));
    expect(code).toBe(0);
    expect(out).toContain("told by 2026-11-24T10:02:00.000Z that the resource is gone");
    expect(out).toContain("it may go on in what has taken the resource's place");
  });

  test.each([
    ["quiet", quiet],
    ["quiet_unverified", unverified],
    ["resource_gone", gone],
    ["rule_retired", retired],
  ])("of %s says in the words of its page what it proves and what not", async (how, claimsNow) => {
    const claims = claimsNow();
    expect(claims.episode.resolution).toBe(how);
    const { out } = check(await signed(claims));
    expect(listOf(out, "What this proves")).toEqual(provenWords(claims));
    expect(listOf(out, "What this does not prove")).toEqual(notProvenWords(claims));
  });

  test("says why the quiet period is longer than the rule's", async () => {
    const claims = quiet();
    const { quiet: q } = claims;
    Object.assign(q, { periodBasis: "cadence", longestPauseMs: 5 * MINUTE, rulePeriodMs: MINUTE });
    const { out } = check(await signed(claims));
    expect(out).toContain("10m, since it had paused for 5m before; the rule says 1m.");
  });

  test("may end in a line break, and may say more than this script knows", async () => {
    expect(check(`${await signed({ ...quiet(), ledger: "sha256:…" })}\n`).code).toBe(0);
  });
});

describe("a certificate that was changed", () => {
  test("in any one of its bytes is refused", async () => {
    const jws = await signed(quiet());
    const [head = "", payload = ""] = jws.split(".");
    const inSignature = head.length + payload.length + 2;
    // Of each part the first, one in the middle and the last; the last of a part has bits that mean nothing.
    const places = [
      0,
      10,
      head.length - 1,
      head.length,
      head.length + 1,
      head.length + 400,
      inSignature - 2,
      inSignature - 1,
      inSignature,
      inSignature + 40,
      jws.length - 1,
    ];
    for (const at of places) {
      for (const character of ["A", "."]) {
        if (jws[at] === character) continue;
        const { code, out } = check(jws.slice(0, at) + character + jws.slice(at + 1));
        expect(code, `${at} ${character}`).toBe(1);
        expect(out).toMatch(/^NOT VALID/);
      }
    }
  });

  test("by cutting or lengthening it is refused", async () => {
    const jws = await signed(quiet());
    for (const changed of [jws.slice(0, -1), jws.slice(0, 100), `${jws}A`, `${jws}.A`, "", "{}"])
      expect(check(changed).code, changed.slice(-10)).toBe(1);
  });
});

describe("a certificate that the keys do not vouch for", () => {
  test("is refused where another key signed it under this key's name", async () => {
    const text = JSON.stringify(quiet());
    const [head] = (await signClaims(key, text)).split("..");
    const [, forged] = (await signClaims(other, text)).split("..");
    const { code, out } = check(certificateOf(text, `${head}..${forged}`));
    expect(code).toBe(1);
    expect(out).toContain("another key signed it");
  });

  test("is refused where the key set lacks its key, and says what may have happened", async () => {
    const { code, out } = check(await signed(quiet()), JSON.stringify({ keys: [other.publicKey] }));
    expect(code).toBe(1);
    expect(out).toContain("It was saved before that key was begun");
  });

  test("is refused where the key set has another key under that name", async () => {
    const swapped = { ...other.publicKey, kid: key.publicKey.kid };
    const { code, out } = check(await signed(quiet(), key), JSON.stringify({ keys: [swapped] }));
    expect(code).toBe(1);
    expect(out).toContain("is not what its name says");
  });
});

describe("a signed certificate that contradicts itself is refused:", () => {
  const cases: [string, (claims: CertificateClaims) => unknown][] = [
    ["Less than the quiet period was watched.", ({ quiet: q }) => (q.periodMs = 11 * MINUTE)],
    ["is shorter than the rule's", ({ quiet: q }) => (q.rulePeriodMs = 11 * MINUTE)],
    ["do not add up to the quiet window", ({ quiet: q }) => q.gaps.pop()],
    ["nobody was watching", ({ quiet: q }) => (q.basis = "silence")],
    [
      "The episode ends before its last event.",
      ({ episode }) => (episode.resolvedAt = episode.openedAt),
    ],
    ["Its id is not that of its episode.", ({ episode }) => (episode.number = 9)],
    ["not issued when the episode was decided", (claims) => claims.iat++],
    ["coverage is not that share", ({ quiet: q }) => (q.coverage = 1)],
    ["No agent sends heartbeats.", (claims) => (claims.agents = [])],
    ["A gap lies outside", ({ quiet: q }) => (made(q.gaps[0]).from = "2020-01-01T00:00:00.000Z")],
    ["claims are not those of format 1", (claims) => Reflect.deleteProperty(claims, "quiet")],
    ["this script knows format 1", (claims) => Object.assign(claims, { format: 2 })],
  ];
  test.each(cases)("%s", async (reason, change) => {
    const claims = quiet();
    change(claims);
    const { code, out } = check(await signed(claims));
    expect(out).toContain(reason);
    expect(code).toBe(1);
  });

  test("a silence shorter than its quiet period", async () => {
    const claims = unverified();
    claims.quiet.periodMs *= 2;
    expect(check(await signed(claims)).out).toContain("The silence is shorter");
  });
});

describe("a wrong call", () => {
  test("is answered with how to call it, and a code of its own", async () => {
    const jwks = join(folder, "jwks.json");
    writeFileSync(jwks, "no JSON");
    const certificate = join(folder, "certificate.jws");
    writeFileSync(certificate, await signed(quiet()));
    for (const args of [
      [],
      [certificate],
      [certificate, "--keys", jwks],
      [certificate, "--jwks", join(folder, "none.json")],
      [certificate, "--jwks", jwks],
    ]) {
      const { code, err } = run(args);
      expect(code, args.join(" ")).toBe(2);
      expect(err).not.toBe("");
    }
  });
});
