/** Handlers of the exceptions: the list, one of them, a new one with its preview, and taking one back. */
import type { Context } from "hono";
import type { ExceptionPreview } from "../../schema/rules-api.ts";
import type { Refusal } from "../data.ts";
import {
  exceptionInput,
  type ExceptionValues,
  previewInput,
  previewKey,
  readException,
} from "../exception-form.ts";
import { errorsOfRefusal, type FormErrors, text } from "../form-errors.ts";
import { ExceptionNewPage } from "../pages/exception-new.tsx";
import { ExceptionPage } from "../pages/exception.tsx";
import { EXCEPTION_NOTICES, ExceptionsPage } from "../pages/exceptions.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";

type Notice = keyof typeof EXCEPTION_NOTICES;

export async function listExceptions(c: Context<DashboardEnv>): Promise<Response> {
  const notice = c.req.query("notice");
  return page(
    c,
    <ExceptionsPage
      view={c.get("view")}
      exceptions={await c.get("data").exceptions()}
      rule={c.req.query("rule") || undefined}
      state={c.req.query("state") === "ended" ? "ended" : "active"}
      notice={
        notice !== undefined && Object.hasOwn(EXCEPTION_NOTICES, notice)
          ? (notice as Notice)
          : undefined
      }
    />,
  );
}

async function exceptionPage(
  c: Context<DashboardEnv>,
  asked: boolean,
  refused?: string,
): Promise<Response> {
  const view = c.get("view");
  const exception = await c.get("data").exception(c.req.param("id") ?? "");
  if (exception === null)
    return errorPage(c, { status: 404, view, title: "There is no such exception" });
  return page(
    c,
    <ExceptionPage {...{ view, exception, asked, refused }} />,
    refused === undefined ? 200 : 422,
  );
}

export function showException(c: Context<DashboardEnv>): Promise<Response> {
  return exceptionPage(c, false);
}

export function confirmException(c: Context<DashboardEnv>): Promise<Response> {
  return exceptionPage(c, true);
}

/** `POST /exceptions/:id/delete` */
export async function deleteException(c: Context<DashboardEnv>): Promise<Response> {
  const deleted = await c.get("data").deleteException(c.req.param("id") ?? "");
  return deleted.ok
    ? c.redirect(paths.exceptions({ notice: "deleted" }), 303)
    : exceptionPage(c, true, deleted.problem.detail);
}

async function form(
  c: Context<DashboardEnv>,
  values: ExceptionValues,
  errors: FormErrors,
  preview: ExceptionPreview | null,
  status: 200 | 422 = 200,
): Promise<Response> {
  const rules = await c.get("data").rules();
  return page(
    c,
    <ExceptionNewPage
      view={c.get("view")}
      rules={rules
        .filter((rule) => rule.class !== "threat")
        .toSorted((a, b) => a.title.localeCompare(b.title))}
      {...{ values, errors, preview }}
    />,
    status,
  );
}

/** `GET /exceptions/new?rule=…&when=…` */
export function newException(c: Context<DashboardEnv>): Promise<Response> {
  const { rule = "", when = "" } = c.req.query();
  return form(c, { rule, when, reason: "", term: "month", date: "" }, {}, null);
}

/** `POST /exceptions/new`: it is made only of what has been previewed. */
export async function createException(c: Context<DashboardEnv>): Promise<Response> {
  const sent = await formOf(c);
  const values = readException(sent);
  const preview = await previewOf(c, values);
  if (!preview.ok) return form(c, values, preview.errors, null);
  const seen = text(sent, "previewed") === previewKey(values);
  if (text(sent, "do") !== "create" || !seen) return form(c, values, {}, preview.value);
  const input = exceptionInput(values, c.get("view").now);
  if (!input.ok) return form(c, values, input.errors, preview.value, 422);
  const made = await c.get("data").createException(input.value);
  return made.ok
    ? c.redirect(paths.exceptions({ notice: "created" }), 303)
    : form(c, values, refusalErrors(made.problem), preview.value, 422);
}

type Previewed = { ok: true; value: ExceptionPreview } | { ok: false; errors: FormErrors };

async function previewOf(c: Context<DashboardEnv>, values: ExceptionValues): Promise<Previewed> {
  const input = previewInput(values);
  if (!input.ok) return input;
  const preview = await c.get("data").previewException(input.value);
  return preview.ok ? preview : { ok: false, errors: refusalErrors(preview.problem) };
}

function refusalErrors(problem: Refusal): FormErrors {
  return errorsOfRefusal(problem, (field) => ["rule", "when", "reason", "until"].includes(field));
}
