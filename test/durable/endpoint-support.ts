/** Endpoints of a site, made by the API, and time passing for their actors. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";
import type { EndpointActor } from "../../durable/endpoint-actor.ts";
import type { Happening } from "../../schema/happening.ts";
import {
  deliveryDetailSchema,
  deliveryViewSchema,
  endpointCreatedSchema,
  endpointDetailSchema,
  type DeliveryDetail,
  type DeliveryView,
  type EndpointCreated,
  type EndpointDetail,
} from "../../schema/webhooks.ts";
import { okJson, unique, type JsonObject, type Site } from "../workers/support.ts";
import { OK, Receiver, type Behaviour } from "./receivers.ts";

const deliveriesPage = z.strictObject({
  items: z.array(deliveryViewSchema),
  nextCursor: z.string().nullable(),
});

/** An endpoint with its receiver. */
export class TestEndpoint {
  readonly site: Site;
  readonly id: string;
  readonly receiver: Receiver;

  constructor(site: Site, { id }: Pick<EndpointCreated, "id">, receiver: Receiver) {
    this.site = site;
    this.id = id;
    this.receiver = receiver;
  }

  get actor(): DurableObjectStub<EndpointActor> {
    return env.ENDPOINT_ACTOR.getByName(`${this.site.tenant}/${this.id}`);
  }

  enqueue(...happenings: Happening[]): Promise<void> {
    return Promise.resolve(this.actor.enqueue(happenings));
  }

  /** Fires its alarm if it is set, due or not. */
  alarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.actor);
  }

  evict(): Promise<void> {
    return evictDurableObject(this.actor);
  }

  nextAlarm(): Promise<number | null> {
    return runInDurableObject(this.actor, (_, state) => state.storage.getAlarm());
  }

  /** Lets time pass for it: every alarm until then fires when it is due. */
  async live(ms: number): Promise<void> {
    const until = Date.now() + ms;
    for (let alarms = 0; alarms < 5_000; alarms++) {
      const next = await this.nextAlarm();
      if (next === null || next > until) break;
      vi.setSystemTime(Math.max(Date.now(), next));
      await this.alarm();
    }
    vi.setSystemTime(until);
  }

  async detail(): Promise<EndpointDetail> {
    return endpointDetailSchema.parse(await okJson(await this.site.api(`/endpoints/${this.id}`)));
  }

  async deliveries(query = ""): Promise<DeliveryView[]> {
    const path = `/endpoints/${this.id}/deliveries${query}`;
    return deliveriesPage.parse(await okJson(await this.site.api(path))).items;
  }

  async delivery(id: string): Promise<DeliveryDetail> {
    const path = `/endpoints/${this.id}/deliveries/${id}`;
    return deliveryDetailSchema.parse(await okJson(await this.site.api(path)));
  }

  post(path: string, body?: JsonObject): Promise<Response> {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.site.api(`/endpoints/${this.id}${path}`, { method: "POST", ...init });
  }

  async patch(patch: JsonObject): Promise<void> {
    await okJson(await this.site.apiJson("PATCH", `/endpoints/${this.id}`, patch));
  }
}

/** Makes one whose receiver behaves so. */
export async function openEndpoint(
  site: Site,
  behaviour: Behaviour | ((n: number) => Behaviour) = OK,
  fields: JsonObject = {},
): Promise<TestEndpoint> {
  const receiver = new Receiver(`https://${unique("r")}.example.com/hook`, behaviour);
  const body = { url: receiver.url, events: ["*"], ...fields };
  const response = await site.apiJson("POST", "/endpoints", body);
  const created = endpointCreatedSchema.parse(await okJson(response));
  receiver.secrets.push(created.secret);
  return new TestEndpoint(site, created, receiver);
}
