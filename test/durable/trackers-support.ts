/** Trackers of a site: their endpoints, made by the API, fakes in the place of the network, and hooks that reach Lull. */
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, onTestFinished, vi } from "vitest";
import type { TrackerFormat } from "../../schema/endpoint-formats.ts";
import { endpointCreatedSchema } from "../../schema/webhooks.ts";
import { FakeGitHub, signGitHub } from "../support/fake-github.ts";
import { FakeGitLab, signGitLab } from "../support/fake-gitlab.ts";
import { FakeJira, signJira } from "../support/fake-jira.ts";
import { FakeServiceNow, signServiceNow } from "../support/fake-servicenow.ts";
import {
  LULL,
  TOKEN,
  type FakeTracker,
  type OutgoingHook,
  type Sign,
} from "../support/fake-tracker.ts";
import {
  fetchLull,
  okJson,
  pass,
  SECOND,
  unique,
  type JsonObject,
  type Site,
} from "../workers/support.ts";

/** An endpoint with its fake. */
export class TestTracker<F extends FakeTracker> {
  readonly site: Site;
  readonly id: string;
  readonly secret: string;
  readonly fake: F;
  readonly #sign: Sign;

  constructor(site: Site, { id, secret }: { id: string; secret: string }, fake: F, sign: Sign) {
    this.site = site;
    this.id = id;
    this.secret = secret;
    this.fake = fake;
    this.#sign = sign;
  }

  get actor() {
    return env.ENDPOINT_ACTOR.getByName(`${this.site.tenant}/${this.id}`);
  }

  /** Lets time pass for its actor. */
  async live(ms: number): Promise<void> {
    const until = Date.now() + ms;
    for (let alarms = 0; alarms < 500; alarms++) {
      const next = await runInDurableObject(this.actor, (_, state) => state.storage.getAlarm());
      if (next === null || next > until) break;
      vi.setSystemTime(Math.max(Date.now(), next));
      await runDurableObjectAlarm(this.actor);
    }
    vi.setSystemTime(until);
  }

  /** Delivers a hook; answers the status. */
  async post(hook: OutgoingHook, secret = this.secret): Promise<number> {
    return this.postRaw(hook.body, await this.#sign(hook, secret));
  }

  async postRaw(body: string, headers: Record<string, string>): Promise<number> {
    const path = `/hooks/v1/${this.site.tenant}/${this.id}`;
    return (await fetchLull(path, { method: "POST", body, headers })).status;
  }

  /** All that are waiting; each is told once. */
  async tellAll(): Promise<void> {
    for (const hook of this.fake.hooks.splice(0))
      expect([202, 204]).toContain(await this.post(hook));
  }
}

async function make(site: Site, fields: JsonObject) {
  const response = await site.apiJson("POST", "/endpoints", { credential: TOKEN, ...fields });
  return endpointCreatedSchema.parse(await okJson(response));
}

/** How each format is tried: its fake, how that signs, and the least settings. */
function tried<F extends FakeTracker>(
  format: TrackerFormat,
  fakeAt: (origin: string) => F,
  sign: Sign,
  least: JsonObject,
) {
  return async (site: Site, settings: JsonObject = {}): Promise<TestTracker<F>> => {
    const fake = fakeAt(`https://${unique(format)}.example.com`);
    const fields = { format, url: fake.origin, settings: { ...least, ...settings } };
    const made = await make(site, fields);
    // Isolates learn of a new endpoint within seconds.
    pass(5 * SECOND);
    return new TestTracker(site, made, fake, sign);
  };
}

export const withJira = tried("jira", (origin) => new FakeJira(origin), signJira, {
  project: "SEC",
  email: "lull@example.com",
});
export const withGitHub = tried("github", (origin) => new FakeGitHub(origin), signGitHub, {
  owner: "acme",
  repo: "shop",
});
export const withGitLab = tried("gitlab", (origin) => new FakeGitLab(origin), signGitLab, {
  project: "acme/platform/shop",
});
export const withServiceNow = tried(
  "servicenow",
  (origin) => new FakeServiceNow(origin),
  signServiceNow,
  { user: LULL.id },
);

/** What is tried of all of them. */
export const WITH: Readonly<
  Record<TrackerFormat, (site: Site, settings?: JsonObject) => Promise<TestTracker<FakeTracker>>>
> = { jira: withJira, github: withGitHub, gitlab: withGitLab, servicenow: withServiceNow };

/** Puts fakes in the place of the network for this test; nothing else can be reached. */
export function trackersOnline(...trackers: readonly TestTracker<FakeTracker>[]): void {
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const fake = trackers.find((it) => it.fake.origin === url.origin)?.fake;
    const answer = fake?.take({
      method: init.method ?? "GET",
      path: url.pathname + url.search,
      headers: Object.fromEntries(new Headers(init.headers).entries()),
      body: typeof init.body === "string" ? init.body : "",
    });
    if (answer === null || answer === undefined)
      return Promise.reject(new TypeError("Network connection lost."));
    const { status, headers = {}, body } = answer;
    return Promise.resolve(new Response(status === 204 ? null : body, { status, headers }));
  });
  onTestFinished(() => spy.mockRestore());
}
