/** From a page's JSX to a response, and what each handler finds in its context. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { DashboardData } from "./data.ts";
import { readerZone, ZONE_COOKIE } from "./format/zone.ts";
import { ErrorPage, type ErrorPageProps } from "./pages/error.tsx";
import type { View } from "./view.ts";

/** Set by createDashboard before any handler runs. */
export interface DashboardEnv {
  Variables: { data: DashboardData; view: View };
}

type Rendered = HtmlEscapedString | Promise<HtmlEscapedString>;
type PageStatus = 200 | 409 | 422 | ErrorPageProps["status"];

/** A whole page. */
export function page(
  c: Context,
  node: Rendered,
  status: PageStatus = 200,
): Response | Promise<Response> {
  return c.html(html`<!doctype html>${node}`, status);
}

/** A part of a page, for htmx. */
export function fragment(c: Context, node: Rendered): Response | Promise<Response> {
  return c.html(node);
}

/** The error page, in the frame where there is a reader to frame it for. */
export function errorPage(c: Context, props: ErrorPageProps): Response | Promise<Response> {
  return page(c, <ErrorPage {...props} />, props.status);
}

/** What a page knows besides its data. */
export function viewOf(c: Context, data: DashboardData): View {
  return {
    tenant: data.tenant,
    reader: data.reader,
    forbids: (method, href) => data.forbids(method, href.replace(/\?.*/s, "")),
    now: data.now,
    zone: readerZone(getCookie(c, ZONE_COOKIE)),
    origin: new URL(c.req.url).origin,
  };
}

/** The query string as it was sent, repeated parameters included. */
export function searchOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}

/** The form that was sent. What is no form is an empty one: its fields are then said to be missing. */
export async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch (error) {
    if (error instanceof TypeError) return new FormData();
    throw error;
  }
}
