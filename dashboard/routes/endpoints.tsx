/** Handlers of the endpoints: the list, a new one, one of them, and its changes. */
import type { Context } from "hono";
import type { EndpointDetail } from "../../schema/webhooks.ts";
import {
  endpointInput,
  type EndpointValues,
  formatOf,
  newEndpoint,
  readEndpoint,
  refusalErrors,
  valuesOf,
} from "../endpoint-form.ts";
import { type FormErrors, text } from "../form-errors.ts";
import { EndpointDeletePage } from "../pages/endpoint-delete.tsx";
import { EndpointEditPage } from "../pages/endpoint-edit.tsx";
import { EndpointMadePage } from "../pages/endpoint-made.tsx";
import { EndpointsPage } from "../pages/endpoints.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, formOf, page } from "../render.tsx";
import { endpointPage, noEndpoint } from "./deliveries.tsx";

type Ctx = Context<DashboardEnv>;

const idOf = (c: Ctx) => c.req.param("id") ?? "";

export async function listEndpoints(c: Ctx): Promise<Response> {
  const endpoints = await c.get("data").endpoints();
  const deleted = c.req.query("notice") === "deleted";
  return page(c, <EndpointsPage view={c.get("view")} {...{ endpoints, deleted }} />);
}

function editPage(
  c: Ctx,
  endpoint: EndpointDetail | null,
  values: EndpointValues,
  errors?: FormErrors,
): Response | Promise<Response> {
  const view = c.get("view");
  return page(
    c,
    <EndpointEditPage {...{ view, endpoint, values }} errors={errors ?? {}} />,
    errors === undefined ? 200 : 422,
  );
}

/** `GET /settings/endpoints/new?format=…` */
export function newEndpointPage(c: Ctx): Response | Promise<Response> {
  return editPage(c, null, newEndpoint(formatOf(c.req.query("format"))));
}

/** `POST /settings/endpoints/new`: the answer is the one place where the secret is shown. */
export async function createEndpoint(c: Ctx): Promise<Response> {
  const values = readEndpoint(await formOf(c));
  const input = endpointInput(values);
  if (!input.ok) return editPage(c, null, values, input.errors);
  const made = await c.get("data").createEndpoint(input.value);
  if (!made.ok) return editPage(c, null, values, refusalErrors(made.problem, values.format));
  return page(c, <EndpointMadePage view={c.get("view")} made={made.value} />);
}

/** `GET /settings/endpoints/:id/edit` */
export async function editEndpoint(c: Ctx): Promise<Response> {
  const endpoint = await c.get("data").endpoint(idOf(c));
  return endpoint === null ? noEndpoint(c) : editPage(c, endpoint, valuesOf(endpoint));
}

/** `POST /settings/endpoints/:id/edit` */
export async function saveEndpoint(c: Ctx): Promise<Response> {
  const endpoint = await c.get("data").endpoint(idOf(c));
  if (endpoint === null) return noEndpoint(c);
  const values = readEndpoint(await formOf(c));
  const input = endpointInput(values);
  if (!input.ok) return editPage(c, endpoint, values, input.errors);
  const saved = await c.get("data").changeEndpoint(endpoint.id, input.value);
  return saved.ok
    ? c.redirect(paths.endpoint(endpoint.id, { notice: "saved" }), 303)
    : editPage(c, endpoint, values, refusalErrors(saved.problem, values.format));
}

/** `POST /settings/endpoints/:id/status` */
export async function switchEndpoint(c: Ctx): Promise<Response> {
  const id = idOf(c);
  const status = text(await formOf(c), "status") === "enabled" ? "enabled" : "disabled";
  const saved = await c.get("data").changeEndpoint(id, { status });
  return saved.ok
    ? c.redirect(paths.endpoint(id, { notice: status }), 303)
    : endpointPage(c, { refused: saved.problem.detail });
}

/** `POST /settings/endpoints/:id/rotate`: the answer is the one place where the secret is shown. */
export async function rotateSecret(c: Ctx): Promise<Response> {
  const rotated = await c.get("data").rotateSecret(idOf(c));
  return rotated === null ? noEndpoint(c) : endpointPage(c, { rotated });
}

async function deletePage(c: Ctx, refused?: string): Promise<Response> {
  const endpoint = await c.get("data").endpoint(idOf(c));
  if (endpoint === null) return noEndpoint(c);
  const view = c.get("view");
  return page(
    c,
    <EndpointDeletePage {...{ view, endpoint, refused }} />,
    refused === undefined ? 200 : 422,
  );
}

/** `GET /settings/endpoints/:id/delete` */
export function confirmEndpointDeletion(c: Ctx): Promise<Response> {
  return deletePage(c);
}

/** `POST /settings/endpoints/:id/delete` */
export async function deleteEndpoint(c: Ctx): Promise<Response> {
  const deleted = await c.get("data").deleteEndpoint(idOf(c));
  return deleted.ok
    ? c.redirect(paths.endpoints("deleted"), 303)
    : deletePage(c, deleted.problem.detail);
}
