/** Endpoints as people see them: tested and replayed on their page, and no more of an address than their role allows. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  deliveryDetailSchema,
  endpointCreatedSchema,
  endpointDetailSchema,
} from "../../schema/webhooks.ts";
import { happening } from "../domain/webhooks/support.ts";
import {
  cookieFor,
  fetchLull,
  MINUTE,
  okJson,
  ORIGIN,
  signIn,
  Site,
  stopClock,
  tokenOf,
} from "../workers/support.ts";
import { TestEndpoint } from "./endpoint-support.ts";
import { network, OK, Receiver, type Behaviour } from "./receivers.ts";

beforeEach(stopClock);

const PATH = "/services/T0HIDDEN1/B0HIDDEN2?key=hush%26hush";
const SECRETS = /HIDDEN|hush/;
/** As Express does. */
const ECHOES: Behaviour = {
  does: "answers",
  status: 404,
  body: `<pre>Cannot POST ${PATH.replace("&", "&amp;")}</pre><script>alert("hush&hush")</script>`,
};

async function open(behaviour: Behaviour | ((n: number) => Behaviour)) {
  const site = await Site.open();
  const receiver = new Receiver(`https://${site.tenant}.example.com${PATH}`, behaviour);
  const created = endpointCreatedSchema.parse(
    await okJson(await site.apiJson("POST", "/endpoints", { url: receiver.url })),
  );
  receiver.secrets.push(created.secret);
  network([receiver]);
  return new TestEndpoint(site, created, receiver);
}

/** Pages as somebody who is signed in sees them. */
class Reader {
  readonly #cookie: string;
  constructor(cookie: string) {
    this.#cookie = cookie;
  }

  get(path: string): Promise<Response> {
    return fetchLull(path, { headers: { cookie: this.#cookie } });
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return fetchLull(path, {
      method: "POST",
      headers: { cookie: this.#cookie, origin: ORIGIN },
      body: new URLSearchParams(fields),
    });
  }
}

const html = async (response: Response | Promise<Response>) => (await response).text();
const locationOf = (response: Response) => response.headers.get("location") ?? "";

describe("who is no admin", () => {
  test.each(["viewer", "responder"] as const)(
    "as a %s sees of an address its host alone, by the API and on every page",
    async (role) => {
      const endpoint = await open(ECHOES);
      const { site, id } = endpoint;
      await okJson(await endpoint.post("/test"));
      await endpoint.live(MINUTE);
      const [delivery] = await endpoint.deliveries();
      const headers = { authorization: `Bearer ${await tokenOf(site, role)}` };
      const paths = ["", `/${id}`, `/${id}/deliveries`, `/${id}/deliveries/${delivery?.id}`];
      const reader = new Reader(await cookieFor(site, role));
      for (const path of paths) {
        const text = await html(site.api(`/endpoints${path}`, { headers }));
        expect(text).not.toMatch(SECRETS);
        expect(text).toContain(delivery === undefined ? "" : id);
        // The list of deliveries is on the endpoint's page.
        if (!path.endsWith("/deliveries"))
          expect(await html(reader.get(`/settings/endpoints${path}`))).not.toMatch(SECRETS);
      }
      const detail = await okJson(
        await site.api(`/endpoints/${id}/deliveries/${delivery?.id}`, { headers }),
      );
      const [first] = deliveryDetailSchema.parse(detail).tries;
      expect(first?.url).toBe(`https://${site.tenant}.example.com/…`);
      expect(first?.answer).toContain("Cannot POST /");
    },
  );

  test("is shown all of it as an admin", async () => {
    const endpoint = await open(ECHOES);
    await okJson(await endpoint.post("/test"));
    await endpoint.live(MINUTE);
    const [delivery] = await endpoint.deliveries();
    const { tries } = await endpoint.delivery(delivery?.id ?? "");
    expect(tries[0]?.url).toBe(endpoint.receiver.url);
    expect(tries[0]?.answer).toContain("T0HIDDEN1");
  });
});

describe("the page of an endpoint", () => {
  test("makes one whose test arrives by the form alone, signed with the secret that was shown once", async () => {
    const site = await Site.open();
    const reader = new Reader(await signIn(site));
    const receiver = new Receiver(`https://${site.tenant}.example.com/hook`, OK);
    network([receiver]);
    const fields = { format: "standard", url: receiver.url, hears: "some", events: "case.*" };
    const made = await html(reader.post("/settings/endpoints/new", fields));
    receiver.secrets.push(/whsec_[A-Za-z0-9+/=]+/.exec(made)?.[0] ?? "");
    const id = /settings\/endpoints\/([0-9a-f]+)\/test/.exec(made)?.[1] ?? "";
    const there =
      locationOf(await reader.post(`/settings/endpoints/${id}/test`)).split("#")[0] ?? "";
    expect(await html(reader.get(there))).toContain("It is on its way");
    const endpoint = new TestEndpoint(site, { id }, receiver);
    await endpoint.live(MINUTE);
    const page = await html(reader.get(there));
    expect(page).toContain("arrived, 200");
    expect(page).toContain("thanks");
    expect(receiver.taken.map(({ body }) => body.type)).toEqual(["endpoint.test"]);
    expect(page).not.toContain("whsec_");
  });

  test("says since when it fails, and replays what was given up", async () => {
    let works = false;
    const endpoint = await open(() => (works ? OK : { does: "answers", status: 410 }));
    const { site, id } = endpoint;
    const reader = new Reader(await signIn(site));
    const began = Date.now();
    await endpoint.enqueue(happening("finding.opened", { id: "f:1", key: "f", at: began }));
    await endpoint.live(MINUTE);
    const { health, status } = endpointDetailSchema.parse(
      await okJson(await site.api(`/endpoints/${id}`)),
    );
    expect(status).toBe("disabled");
    expect(Date.parse(health.failingSince ?? "")).toBe(began);
    const here = `/settings/endpoints/${id}`;
    expect(await html(reader.get(here))).toContain("the receiver answered 410 Gone");
    const refused = await reader.post(`${here}/replay`, { from: "2031-02-01T00:00" });
    expect(refused.status).toBe(422);
    expect(await html(refused)).toContain("Enable it first");
    works = true;
    expect(locationOf(await reader.post(`${here}/status`, { status: "enabled" }))).toContain(
      "notice=enabled",
    );
    const replayed = await reader.post(`${here}/replay`, { from: "2031-02-01T00:00" });
    expect(locationOf(replayed)).toBe(`${here}?replayed=1`);
    await endpoint.live(MINUTE);
    const [delivery] = await endpoint.deliveries();
    expect(delivery).toMatchObject({ status: "delivered", about: { kind: "finding" } });
    expect((await endpoint.detail()).health.failingSince).toBeNull();
  });

  test("of another tenant is not there, whatever is asked of it", async () => {
    const endpoint = await open(OK);
    await okJson(await endpoint.post("/test"));
    const [delivery] = await endpoint.deliveries();
    const here = `/settings/endpoints/${endpoint.id}`;
    const stranger = new Reader(await signIn(await Site.open()));
    const reads = ["", "/edit", "/delete", `/deliveries/${delivery?.id}`];
    for (const path of reads) expect((await stranger.get(here + path)).status, path).toBe(404);
    const acts = ["/edit", "/delete", "/status", "/rotate", "/test", "/replay"];
    const fields = {
      from: "2031-02-01T00:00",
      format: "standard",
      url: "https://a.example.com/",
      hears: "all",
    };
    for (const path of [...acts, `/deliveries/${delivery?.id}/replay`])
      expect((await stranger.post(here + path, fields)).status, path).toBe(404);
    expect((await endpoint.detail()).health.secrets).toBe(1);
  });
});
