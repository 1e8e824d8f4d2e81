/** Handlers of the page that closes a case. */
import type { Context } from "hono";
import { type CloseValues, closeErrors, closePatch, NEW_CLOSE, readClose } from "../case-form.ts";
import type { FormErrors } from "../form-errors.ts";
import { text } from "../form-errors.ts";
import { CaseClosePage } from "../pages/case-close.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, formOf, page } from "../render.tsx";
import { caseOf, casePage, noCase } from "./case.tsx";

type Ctx = Context<DashboardEnv>;

async function closePage(c: Ctx, values: CloseValues, errors: FormErrors = {}): Promise<Response> {
  const of = await caseOf(c);
  if (of === null) return noCase(c);
  const view = c.get("view");
  const why = c
    .get("data")
    .caseActions(of.status)
    .find(({ action }) => action === "close")?.why;
  // What is closed already has no such form.
  if (why !== null && why !== undefined) return casePage(c, { refused: why, status: 409 });
  const failed = Object.keys(errors).length > 0;
  return page(c, <CaseClosePage {...{ view, of, values, errors }} />, failed ? 422 : 200);
}

export function confirmClose(c: Ctx): Promise<Response> {
  return closePage(c, NEW_CLOSE);
}

/** `POST /cases/:id/close` */
export async function closeCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const values = readClose(form);
  const patch = closePatch(values, c.get("view").now);
  if (!patch.ok) return closePage(c, values, patch.errors);
  const of = await caseOf(c);
  if (of === null) return noCase(c);
  const version = Number(text(form, "version"));
  const closed = await c.get("data").patchCase(of.id, patch.value, version);
  if (closed.ok) return c.redirect(paths.case(of.id), 303);
  if (closed.problem.code !== "version_conflict")
    return closePage(c, values, closeErrors(closed.problem));
  const detail =
    "The case has changed since you opened this form: look at it again, then close it.";
  return closePage(c, values, { "": { text: detail } });
}
