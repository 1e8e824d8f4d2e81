/** Handlers of one endpoint's page, its test, its deliveries, and their replays. */
import type { Context } from "hono";
import {
  type DeliveriesQuery,
  deliveriesQuerySchema,
  type EndpointRotated,
} from "../../schema/webhooks.ts";
import type { FormErrors } from "../form-errors.ts";
import { localMinute } from "../local-instant.ts";
import { DELIVERY_NOTICES, DeliveryPage } from "../pages/delivery.tsx";
import { ENDPOINT_NOTICES, EndpointPage } from "../pages/endpoint.tsx";
import type { Replayed } from "../parts/replay-form.tsx";
import { paths } from "../paths.ts";
import { parseTolerantly } from "../query.ts";
import { type DashboardEnv, errorPage, formOf, page, searchOf } from "../render.tsx";
import { readReplay, replayInput, type ReplayValues } from "../replay-form.ts";

type Ctx = Context<DashboardEnv>;

const DAY_MS = 86_400_000;

/** What the page is shown with after an act. */
interface Shown {
  rotated?: EndpointRotated;
  refused?: string;
  replay?: { values: ReplayValues; errors: FormErrors };
}

export function noEndpoint(c: Ctx): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such endpoint" });
}

function noticeOf<T extends object>(c: Ctx, notices: T): keyof T | undefined {
  const said = c.req.query("notice");
  return said !== undefined && Object.hasOwn(notices, said) ? (said as keyof T) : undefined;
}

/** What a replay has come to, as the address that it led to says. */
function replayedOf(c: Ctx): Replayed | null {
  const { replayed, next = "", from = "", to = "", all = "" } = c.req.query();
  if (replayed === undefined || !/^\d{1,6}$/.test(replayed)) return null;
  return { count: Number(replayed), rest: next === "" ? null : { from, to, all, cursor: next } };
}

export async function endpointPage(c: Ctx, shown: Shown = {}): Promise<Response> {
  const [data, view, id] = [c.get("data"), c.get("view"), c.req.param("id") ?? ""];
  const keys = ["status", "type", "key", "cursor"];
  const parsed = parseTolerantly<DeliveriesQuery>(deliveriesQuerySchema, searchOf(c), keys);
  const tested = c.req.query("tested");
  const [endpoint, deliveries, test] = await Promise.all([
    data.endpoint(id),
    data.deliveries(id, parsed.query),
    tested === undefined ? null : data.delivery(id, tested),
  ]);
  if (endpoint === null) return noEndpoint(c);
  const since = localMinute(view.now - DAY_MS, view.zone);
  const { rotated = null, refused, replay } = shown;
  return page(
    c,
    <EndpointPage
      {...{ view, endpoint, rotated, refused, ...parsed }}
      page={deliveries}
      tested={test}
      notice={noticeOf(c, ENDPOINT_NOTICES)}
      replay={replay?.values ?? { from: since, to: "", all: "", cursor: "" }}
      replayErrors={replay?.errors ?? {}}
      replayed={replayedOf(c)}
    />,
    refused === undefined && replay === undefined ? 200 : 422,
  );
}

/** `GET /settings/endpoints/:id`, and the addresses that its acts leave in the browser. */
export function showEndpoint(c: Ctx): Promise<Response> {
  return endpointPage(c);
}

/** `POST /settings/endpoints/:id/test` */
export async function testEndpoint(c: Ctx): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const sent = await c.get("data").testEndpoint(id);
  return sent.ok
    ? c.redirect(`${paths.endpoint(id, { tested: sent.value.id })}#test`, 303)
    : endpointPage(c, { refused: sent.problem.detail });
}

/** `POST /settings/endpoints/:id/replay` */
export async function replayDeliveries(c: Ctx): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const values = readReplay(await formOf(c));
  const input = replayInput(values, c.get("view").zone);
  if (!input.ok) return endpointPage(c, { replay: { values, errors: input.errors } });
  const done = await c.get("data").replayDeliveries(id, input.value);
  if (!done.ok) return endpointPage(c, { refused: done.problem.detail });
  const { replayed, nextCursor } = done.value;
  const { from, to, all } = values;
  const rest = nextCursor === null ? {} : { next: nextCursor, from, to, all };
  return c.redirect(paths.endpoint(id, { replayed, ...rest }), 303);
}

async function deliveryPage(c: Ctx, refused?: string): Promise<Response> {
  const [data, view] = [c.get("data"), c.get("view")];
  const { id = "", delivery: of = "" } = c.req.param();
  const [endpoint, delivery] = await Promise.all([data.endpoint(id), data.delivery(id, of)]);
  if (endpoint === null || delivery === null)
    return errorPage(c, { status: 404, view, title: "There is no such delivery" });
  const notice = noticeOf(c, DELIVERY_NOTICES);
  return page(
    c,
    <DeliveryPage {...{ view, endpoint, delivery, notice, refused }} />,
    refused === undefined ? 200 : 422,
  );
}

/** `GET /settings/endpoints/:id/deliveries/:delivery` */
export function showDelivery(c: Ctx): Promise<Response> {
  return deliveryPage(c);
}

/** `POST /settings/endpoints/:id/deliveries/:delivery/replay` */
export async function replayDelivery(c: Ctx): Promise<Response> {
  const { id = "", delivery = "" } = c.req.param();
  const done = await c.get("data").replayDelivery(id, delivery);
  return done.ok
    ? c.redirect(paths.delivery(id, delivery, "replayed"), 303)
    : deliveryPage(c, done.problem.detail);
}
