/** Certificates as an auditor meets them: over HTTP, checked with the published keys and nothing else. */
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { base64url, compactVerify, createLocalJWKSet, decodeProtectedHeader } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  certificateClaimsSchema,
  certificateViewSchema,
  jwksSchema,
  type CertificateClaims,
} from "../../../schema/certificate.ts";
import { selectUnsigned } from "../../../schema/queries-certificates.ts";
import { mintApiToken, mintOperatorToken } from "../../../workers/auth/tokens.ts";
import { cron, withoutTable } from "../../durable/support.ts";
import {
  batch,
  beatOf,
  fetchLull,
  gcc,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
  signIn,
} from "../support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

interface Story {
  site: Site;
  host: string;
  owner: string;
  id: string;
}

/** A compiler that ran once in a container, told by an agent that sends heartbeats. */
async function opened(): Promise<Story> {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "30s" });
  const host = unique("host");
  const owner = `host:${host}`;
  await site.beat(beatOf(host, { intervalMs: 10 * SECOND }));
  await site.send(batch(host, [gcc(newContainer())]));
  await site.alarm(owner);
  return { site, host, owner, id: (await site.onlyFinding()).id };
}

/** The same, quiet for long enough under the agent's eyes. */
async function resolved(): Promise<Story> {
  const story = await opened();
  await quietly(story);
  await story.site.alarm(story.owner);
  return story;
}

async function quietly({ site, host }: Story): Promise<void> {
  for (let i = 0; i < 4; i++) {
    pass(10 * SECOND);
    await site.beat(beatOf(host, { intervalMs: 10 * SECOND }));
  }
}

function ask({ site, id }: Story, episode = 1, accept = "*/*"): Promise<Response> {
  const headers = { authorization: `Bearer ${site.token}`, accept };
  return site.api(`/findings/${id}/episodes/${episode}/certificate`, { headers });
}

async function certificateOf(story: Story): Promise<string> {
  const response = await ask(story);
  if (response.status !== 200) throw new Error(await response.text());
  return jwsOf(response);
}

/** The platform warns who takes `application/jose` for text. */
async function jwsOf(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

function keyOf(jws: string): string | undefined {
  return decodeProtectedHeader(jws).kid;
}

async function keySet() {
  return jwksSchema.parse(await okJson(await fetchLull("/.well-known/jwks.json")));
}

/** Checks the signature, and says what was signed. */
async function verified(jws: string): Promise<CertificateClaims> {
  const { payload } = await compactVerify(jws, createLocalJWKSet(await keySet()), {
    algorithms: ["EdDSA"],
  });
  return certificateClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
}

const keysAnswer = z.object({
  items: z.array(
    z.object({
      kid: z.string(),
      retiredAt: z.string().nullable(),
      compromisedAt: z.string().nullable(),
    }),
  ),
});

async function rotate(compromised: string[] = []) {
  const response = await fetchLull("/operator/signing-keys", {
    method: "POST",
    headers: { authorization: `Bearer ${await mintOperatorToken(env.LULL_SECRET, Date.now())}` },
    body: JSON.stringify({ compromised }),
  });
  return keysAnswer.parse(await okJson(response)).items;
}

describe("a certificate", () => {
  test("verifies against the published keys, and says what the episode was", async () => {
    const story = await resolved();
    const finding = await story.site.finding(story.id);
    const claims = await verified(await certificateOf(story));
    expect(claims).toMatchObject({
      jti: `${story.id}/1`,
      tenant: story.site.tenant,
      finding: story.id,
      rule: { id: RULE, rulesetHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      resource: finding.resource,
      episode: {
        openedAt: finding.firstSeenAt,
        resolvedAt: finding.resolvedAt,
        resolution: "quiet",
        count: 1,
        case: null,
      },
      quiet: { periodMs: 30 * SECOND, watchedMs: 30 * SECOND, coverage: 1, gaps: [] },
      agents: [{ id: "agent-1", heartbeats: { expected: 3, received: 3 }, dropped: 0 }],
    });
    const ruleset = z
      .object({ hash: z.string() })
      .parse(await okJson(await story.site.api("/ruleset")));
    expect(claims.rule.rulesetHash).toBe(ruleset.hash);
  });

  test("comes as a JWS, or in JSON with its parts for who asks for that", async () => {
    const story = await resolved();
    const response = await ask(story);
    expect(response.headers.get("content-type")).toBe("application/jose");
    const jws = await jwsOf(response);
    const view = certificateViewSchema.parse(await okJson(await ask(story, 1, "application/json")));
    expect(view.jws).toBe(jws);
    expect(view.payload).toEqual(await verified(jws));
  });

  test("names the case that the finding belonged to when it ended", async () => {
    const story = await opened();
    await env.DB.prepare("UPDATE findings SET case_id = 'case-7' WHERE id = ?")
      .bind(story.id)
      .run();
    await quietly(story);
    await story.site.alarm(story.owner);
    expect((await verified(await certificateOf(story))).episode.case).toBe("case-7");
  });

  test("claims nothing about the behaviour where its rule was retired", async () => {
    const story = await opened();
    await story.site.patchRule(RULE, { enabled: false });
    await story.site.alarm(story.owner);
    const claims = await verified(await certificateOf(story));
    expect(claims.episode.resolution).toBe("rule_retired");
    expect(claims.quiet.coverage).toBeNull();
    expect(claims.rule.rulesetHash).toMatch(/^sha256:/);
  });

  test("is the same to the character, however often it is signed", async () => {
    const story = await opened();
    await quietly(story);
    await withoutTable("episodes", () => story.site.alarm(story.owner));
    pass(MINUTE);
    await story.site.alarm(story.owner);
    const first = await certificateOf(story);
    await env.DB.prepare(
      "UPDATE episodes SET certificate_kid = NULL, certificate_jws = NULL",
    ).run();
    await cron();
    expect(await certificateOf(story)).toBe(first);
  });
});

describe("what has no certificate", () => {
  test("an open episode is refused with the reason, and one that never was is not found", async () => {
    const story = await opened();
    const open = await ask(story);
    expect(open.status).toBe(409);
    expect(await problemOf(open)).toMatchObject({
      type: "urn:lull:problem:not_resolved",
      detail: "Episode 1 is still open. It is certified when it resolves.",
    });
    for (const path of [`${story.id}/episodes/2`, `${story.id}/episodes/x`, "f0/episodes/1"]) {
      const response = await story.site.api(`/findings/${path}/certificate`);
      expect(response.status, path).toBe(404);
    }
  });

  test("an episode of before there were certificates says so", async () => {
    const story = await resolved();
    await env.DB.prepare("UPDATE episodes SET certificate_claims = NULL WHERE finding = ?")
      .bind(story.id)
      .run();
    const response = await ask(story);
    expect(response.status).toBe(404);
    expect((await problemOf(response)).detail).toContain("before there were certificates");
  });

  test("another tenant's token finds nothing, and no token is let in", async () => {
    const story = await resolved();
    const token = await mintApiToken(env.LULL_SECRET, {
      tenant: unique("other"),
      tokenId: "first",
    });
    const path = `/api/v1/findings/${story.id}/episodes/1/certificate`;
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetchLull(path, { headers })).status).toBe(404);
    expect((await fetchLull(path)).status).toBe(401);
  });
});

/** A page as a reader of the tenant sees it in the browser. */
async function visit(tenant: Site["tenant"], path: string): Promise<Response> {
  const headers = { cookie: await signIn({ tenant }), accept: "text/html" };
  return fetchLull(path, { headers });
}

describe("on its page", () => {
  const pathOf = ({ id }: Story, episode: number | string = 1) =>
    `/findings/${id}/episodes/${episode}`;

  test("a reader finds the certificate itself, and can save it and its claims", async () => {
    const story = await resolved();
    const { tenant } = story.site;
    const jws = await certificateOf(story);
    const page = await visit(tenant, pathOf(story));
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain(jws);
    expect(html).toContain(keyOf(jws));
    const saved = await visit(tenant, `/api/v1${pathOf(story)}/certificate`);
    expect(await jwsOf(saved)).toBe(jws);
    const name = `lull-${story.id}-episode-1`;
    expect(saved.headers.get("content-disposition")).toBe(`attachment; filename="${name}.jws"`);
    const claims = await visit(tenant, `${pathOf(story)}/claims.json`);
    expect(claims.headers.get("content-disposition")).toBe(`attachment; filename="${name}.json"`);
    const [, payload = ""] = jws.split(".");
    expect(await claims.text()).toBe(new TextDecoder().decode(base64url.decode(payload)));
  });

  test("what has none says why, and offers nothing to save", async () => {
    const story = await opened();
    const { tenant } = story.site;
    expect(await (await visit(tenant, pathOf(story))).text()).toContain("still open");
    await quietly(story);
    pass(2 * MINUTE);
    await withoutTable("signing_keys", () => story.site.alarm(story.owner));
    const waiting = await (await visit(tenant, pathOf(story))).text();
    expect(waiting).toContain("It is not signed yet, and proves nothing until it is.");
    expect(waiting).not.toContain("What this proves");
    expect(waiting).not.toContain("Download certificate");
    expect((await visit(tenant, `${pathOf(story)}/claims.json`)).status).toBe(404);
    await env.DB.prepare("UPDATE episodes SET certificate_claims = NULL WHERE finding = ?")
      .bind(story.id)
      .run();
    const before = await (await visit(tenant, pathOf(story))).text();
    expect(before).toContain("ended before there were certificates");
  });

  test("another tenant's reader finds nothing, nor does anybody what never was", async () => {
    const story = await resolved();
    const other = await Site.open();
    for (const path of [pathOf(story), `${pathOf(story)}/claims.json`])
      expect((await visit(other.tenant, path)).status, path).toBe(404);
    for (const episode of [2, 0, "x", "1%2F..", "9999999999"])
      expect((await visit(story.site.tenant, pathOf(story, episode))).status, `${episode}`).toBe(
        404,
      );
  });
});

describe("where signing fails", () => {
  test("the episode is written all the same, and the sweep signs it later", async () => {
    const story = await opened();
    await quietly(story);
    // So that the key in memory is looked up again.
    pass(2 * MINUTE);
    await withoutTable("signing_keys", () => story.site.alarm(story.owner));
    expect((await story.site.finding(story.id)).status).toBe("resolved");
    const waiting = await ask(story);
    expect(waiting.status).toBe(409);
    expect((await problemOf(waiting)).type).toBe("urn:lull:problem:certificate_pending");
    await cron();
    expect((await verified(await certificateOf(story))).finding).toBe(story.id);
  });

  test("what waits is found along an index of its own", async () => {
    const { sql, params } = selectUnsigned(drizzle(env.DB), 10).toSQL();
    const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
    expect((await plan.all<{ detail: string }>()).results.map(({ detail }) => detail)).toEqual([
      "SCAN episodes USING INDEX episodes_unsigned",
    ]);
  });
});

describe("rotation", () => {
  test("keeps old certificates valid, signs new ones with the new key, and lists both", async () => {
    const before = await resolved();
    const old = await certificateOf(before);
    const keys = await rotate();
    expect(keys.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1);
    const after = await certificateOf(await resolved());
    expect(keyOf(after)).toBe(keys.at(-1)?.kid);
    expect(keyOf(old)).not.toBe(keyOf(after));
    expect(await certificateOf(before)).toBe(old);
    await verified(old);
    await verified(after);
  });

  test("after a compromise the key is listed no more, and what it signed is signed anew", async () => {
    const story = await resolved();
    const stolen = await certificateOf(story);
    const kid = keyOf(stolen) ?? "";
    const keys = await rotate([kid]);
    expect(keys.find((key) => key.kid === kid)?.compromisedAt).not.toBeNull();
    expect((await keySet()).keys.map((key) => key.kid)).not.toContain(kid);
    await expect(verified(stolen)).rejects.toThrow("no applicable key");
    expect((await ask(story)).status).toBe(409);
    await cron();
    const anew = await certificateOf(story);
    expect(anew.split(".")[1]).toBe(stolen.split(".")[1]);
    await verified(anew);
  });

  test("is the operator's alone", async () => {
    const { token, key } = await Site.open();
    const expired = await mintOperatorToken(env.LULL_SECRET, Date.now() - 6 * MINUTE);
    for (const credential of [token, key, expired, ""]) {
      const headers = { authorization: `Bearer ${credential}` };
      const response = await fetchLull("/operator/signing-keys", {
        method: "POST",
        headers,
        body: "{}",
      });
      expect(response.status).toBe(401);
    }
  });

  test("refuses to distrust a key that it does not know", async () => {
    await expect(rotate(["nobody"])).rejects.toThrow("there is no key nobody");
  });
});

describe("the key set", () => {
  test("is public and cacheable, and holds nothing private", async () => {
    const response = await fetchLull("/.well-known/jwks.json");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    for (const key of z
      .object({ keys: z.array(z.record(z.string(), z.unknown())) })
      .parse(await response.json()).keys)
      expect(Object.keys(key).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  });
});
