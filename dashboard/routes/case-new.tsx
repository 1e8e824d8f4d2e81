/** Handlers of a new case, and of putting findings into one that there is. */
import type { Context } from "hono";
import type { CaseDraft } from "../../schema/case.ts";
import {
  caseInput,
  caseKeyOf,
  type NewCaseValues,
  NOTHING,
  readNewCase,
  refusalErrors,
  type Subjects,
} from "../case-form.ts";
import type { Refusal } from "../data.ts";
import type { FormErrors } from "../form-errors.ts";
import { text } from "../form-errors.ts";
import { CaseNewPage } from "../pages/case-new.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, formOf, page, searchOf } from "../render.tsx";
import { ALIVE, parseCasesQuery } from "../query.ts";
import { teamsOf } from "./cases.tsx";

type Ctx = Context<DashboardEnv>;

/** Cases that are offered to join; the number of any other can be typed. */
const OFFERED = 20;

const EMPTY: CaseDraft = {
  title: "",
  priority: "P3",
  team: null,
  checklist: [],
  findings: [],
  signals: [],
  taken: [],
};

function subjectsOf(sent: URLSearchParams | FormData): Subjects {
  const all = (name: string) =>
    sent
      .getAll(name)
      .flatMap((value) => (typeof value === "string" && value !== "" ? [value] : []));
  return { findings: all("finding"), signals: all("signal"), rollup: all("rollup")[0] ?? null };
}

const isNothing = ({ findings, signals, rollup }: Subjects) =>
  findings.length + signals.length === 0 && rollup === null;

function aboutOf({ findings, signals, rollup }: Subjects) {
  return { findings, signals, ...(rollup !== null && { rollup }) };
}

function valuesFor(draft: CaseDraft): NewCaseValues {
  return {
    title: draft.title,
    description: "",
    assignee: "",
    team: "",
    priority: draft.priority,
    due: "",
    labels: "",
    checklist: draft.checklist.join("\n"),
  };
}

interface Shown {
  subjects: Subjects;
  values?: NewCaseValues;
  errors?: FormErrors;
  key?: string;
  /** Why they were not put into another case. */
  refused?: Refusal;
}

async function newPage(c: Ctx, shown: Shown): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const { subjects } = shown;
  const query = {
    ...parseCasesQuery(new URLSearchParams()).query,
    status: [...ALIVE],
    limit: OFFERED,
  };
  const [drafted, members, ruled, settings, offered] = await Promise.all([
    isNothing(subjects) ? null : data.draftCase(aboutOf(subjects)),
    data.members(),
    data.caseTeams(),
    data.settings(),
    isNothing(subjects) ? null : data.cases({ ...query, sort: "updated" }),
  ]);
  const draft = drafted?.ok === true ? drafted.value : EMPTY;
  const problem = drafted?.ok === false ? drafted.problem : null;
  const { errors = {}, values = valuesFor(draft), key = crypto.randomUUID(), refused } = shown;
  const failed = Object.keys(errors).length > 0 || refused !== undefined;
  // What cannot be linked is not sent along again.
  const about =
    problem === null ? { ...subjects, findings: draft.findings.map(({ id }) => id) } : NOTHING;
  const props = { view, draft, values, errors, key, members, settings, problem };
  const kept = subjects.rollup === null ? about : { ...about, findings: [] };
  return page(
    c,
    <CaseNewPage
      {...props}
      subjects={kept}
      refused={refused}
      teams={teamsOf(members, ruled)}
      offered={offered?.items ?? []}
    />,
    failed ? 422 : 200,
  );
}

/** `GET /cases/new?finding=…&signal=…&rollup=…` */
export function newCase(c: Ctx): Promise<Response> {
  return newPage(c, { subjects: subjectsOf(searchOf(c)) });
}

/** `POST /cases/new` */
export async function createCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const subjects = subjectsOf(form);
  const values = readNewCase(form);
  const key = text(form, "key").slice(0, 64);
  const input = caseInput(values, subjects);
  if (!input.ok) return newPage(c, { subjects, values, key, errors: input.errors });
  const made = await c.get("data").createCase(input.value, key);
  if (made.ok) return c.redirect(paths.case(made.value, { notice: "created" }), 303);
  return newPage(c, { subjects, values, errors: refusalErrors(made.problem) });
}

/** `POST /cases/join`: findings and signals into a case that there is. */
export async function joinCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const subjects = subjectsOf(form);
  const id = caseKeyOf(text(form, "case"));
  const { findings, signals } = subjects;
  const joined = await c.get("data").linkToCase(id, { findings, signals });
  if (joined.ok) return c.redirect(paths.case(id, { notice: "linked" }), 303);
  return newPage(c, { subjects, refused: joined.problem });
}
