/**
 * A tenant of its own for each test, reached as its agents and people reach it: over HTTP. Answers are
 * parsed by the published schemas, so that every test also checks the contract. Time stands still until
 * a test moves it, in a future so far away that no alarm fires by itself.
 */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { onTestFinished, vi } from "vitest";
import { z } from "zod";
import { memberInvitedSchema, type Role } from "../../schema/member.ts";
import { findingDetailSchema, findingSummarySchema, signalSchema } from "../../schema/finding.ts";
import { batchAnswerSchema, type BatchAnswer } from "../../schema/ingest.ts";
import { rollupDetailSchema, rollupSummarySchema, type RollupDetail } from "../../schema/rollup.ts";
import { problemSchema, PROBLEM_MEDIA_TYPE, type Problem } from "../../schema/problem.ts";
import type { HostActor } from "../../durable/host-actor.ts";
import { mintAgentKey, mintApiToken, mintSignInToken } from "../../workers/auth/tokens.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ORIGIN = "https://lull.test";
const START = Date.parse("2031-03-01T10:00:00.000Z");

/** Stops the clock for this test, and sets it to where every test begins. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Moves the clock on. */
export function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

export const iso = (at: number = Date.now()): string => new Date(at).toISOString();

export type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A container id of 64 hex digits that no other test uses. */
export function newContainer(): string {
  return crypto.randomUUID().replaceAll("-", "").padEnd(64, "a1b2c3d4");
}

let serial = 0;

/** A name that no other test of the file uses. */
export function unique(prefix: string): string {
  return `${prefix}-${++serial}`;
}

const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
const findingsPage = pageOf(findingSummarySchema);
const signalsPage = pageOf(signalSchema);
const rollupsPage = pageOf(rollupSummarySchema);

export type FindingsPage = z.infer<typeof findingsPage>;

/** One tenant, with its first agent key and API token. */
export class Site {
  readonly tenant: string;
  readonly key: string;
  readonly token: string;

  private constructor(tenant: string, key: string, token: string) {
    this.tenant = tenant;
    this.key = key;
    this.token = token;
  }

  static async open(): Promise<Site> {
    const tenant = unique("tenant");
    const secret = env.LULL_SECRET;
    return new Site(
      tenant,
      await mintAgentKey(secret, { tenant, keyId: "first" }),
      await mintApiToken(secret, { tenant, tokenId: "first" }),
    );
  }

  /** Sends events as an agent does. */
  post(
    body: Json | Uint8Array,
    headers: Record<string, string> = {},
    path = "/v1/events",
  ): Promise<Response> {
    const text =
      body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body);
    return fetchLull(path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      body: text,
    });
  }

  /** Sends events that must be taken. */
  async send(
    body: Json | Uint8Array,
    headers: Record<string, string> = {},
    path?: string,
  ): Promise<BatchAnswer> {
    return answerOf(await this.post(body, headers, path));
  }

  beat(body: JsonObject, headers: Record<string, string> = {}): Promise<Response> {
    return this.post(body, headers, "/v1/heartbeats");
  }

  /** Calls the API with the token. */
  api(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}` };
    return fetchLull(`/api/v1${path}`, { headers, ...init });
  }

  apiJson(method: string, path: string, body: Json): Promise<Response> {
    return this.api(path, { method, body: JSON.stringify(body) });
  }

  /** Changes a rule, and sees that the change was taken. */
  async patchRule(rule: string, patch: JsonObject): Promise<void> {
    const response = await this.apiJson("PATCH", `/rules/${rule}`, patch);
    if (response.status !== 200) throw new Error(await response.text());
  }

  async findings(query = ""): Promise<FindingsPage> {
    return findingsPage.parse(await okJson(await this.api(`/findings${query}`)));
  }

  async signals(query = ""): Promise<z.infer<typeof signalsPage>> {
    return signalsPage.parse(await okJson(await this.api(`/signals${query}`)));
  }

  async rollups(query = ""): Promise<z.infer<typeof rollupsPage>> {
    return rollupsPage.parse(await okJson(await this.api(`/rollups${query}`)));
  }

  async rollup(id: string): Promise<RollupDetail> {
    return rollupDetailSchema.parse(await okJson(await this.api(`/rollups/${id}`)));
  }

  async finding(id: string): Promise<z.infer<typeof findingDetailSchema>> {
    return findingDetailSchema.parse(await okJson(await this.api(`/findings/${id}`)));
  }

  /** The only finding there is, live from its actor. */
  async onlyFinding(query = ""): Promise<z.infer<typeof findingDetailSchema>> {
    const { items } = await this.findings(query);
    const [only] = items;
    if (items.length !== 1 || only === undefined)
      throw new Error(`${items.length} findings instead of one`);
    return this.finding(only.id);
  }

  actor(owner: string): DurableObjectStub<HostActor> {
    return env.HOST_ACTOR.getByName(`${this.tenant}/${owner}`);
  }

  /** Fires the owner's alarm if it is set, due or not; says whether it was. */
  alarm(owner: string): Promise<boolean> {
    return runDurableObjectAlarm(this.actor(owner));
  }
}

export function fetchLull(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, { redirect: "manual", ...init }));
}

/** Presses the button that a sign-in link shows. */
export function enter(token: string): Promise<Response> {
  return fetchLull("/sign-in", {
    method: "POST",
    headers: { origin: ORIGIN },
    body: new URLSearchParams({ token }),
  });
}

/** The cookie of the first member, who comes by the operator's link. */
export async function signIn({ tenant }: Pick<Site, "tenant">): Promise<string> {
  const response = await enter(
    await mintSignInToken(env.LULL_SECRET, { tenant, nowMs: Date.now() }),
  );
  if (response.status !== 303) throw new Error(await response.text());
  return cookieOf(response);
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf(response: Response): string {
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

/** A token of the role. */
export async function tokenOf(site: Site, role: Role): Promise<string> {
  const made = await okJson(await site.apiJson("POST", "/tokens", { name: role, role }));
  return z.object({ token: z.string() }).parse(made).token;
}

/** The cookie of a new member of the role. */
export async function cookieFor(site: Site, role: Role): Promise<string> {
  const body = { name: role, email: `${role}@example.com`, role };
  const made = await okJson(await site.apiJson("POST", "/members", body));
  const { inviteUrl } = memberInvitedSchema.parse(made);
  return cookieOf(await enter(new URL(inviteUrl).searchParams.get("token") ?? ""));
}

export async function okJson(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

/** The answer to a batch, which always adds up. */
export async function answerOf(response: Response): Promise<BatchAnswer> {
  const answer = z.strictObject(batchAnswerSchema.shape).parse(await okJson(response));
  const { received, accepted, duplicate, ignored, rejected } = answer;
  if (received !== accepted + duplicate + ignored + rejected.length)
    throw new Error(`the counts do not add up: ${JSON.stringify(answer)}`);
  return answer;
}

/** The problem document of a refused request. */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get("content-type");
  if (type !== PROBLEM_MEDIA_TYPE)
    throw new Error(`${response.status} ${type}: ${await response.text()}`);
  return problemSchema.parse(await response.json());
}

/** A native event: gcc ran in the container (`compiler-in-container`). */
export function gcc(container: string, fields: JsonObject = {}): JsonObject {
  return {
    time: iso(),
    kind: "process",
    action: "exec",
    container: { id: container, name: "api", image: "shop/api:1.4" },
    process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-O2", "x.c"] },
    ...fields,
  };
}

/** A native event that matches no rule. */
export function harmless(container: string, fields: JsonObject = {}): JsonObject {
  return gcc(container, { process: { exe: "/bin/true", name: "true" }, ...fields });
}

/** A native batch of one agent on one host. */
export function batch(host: string, events: JsonObject[], fields: JsonObject = {}): JsonObject {
  return { agent: { id: "agent-1", kind: "native", host: { name: host } }, events, ...fields };
}

/** A heartbeat of the agent that {@link batch} names. */
export function beatOf(host: string, fields: JsonObject = {}): JsonObject {
  return { agent: { id: "agent-1", kind: "native", host: { name: host } }, ...fields };
}
