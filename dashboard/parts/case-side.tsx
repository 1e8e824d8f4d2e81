/** The right column of a case: whose it is and by when, how far it is proven, and where it comes from. */
import { InLedger } from "./in-ledger.tsx";
import type { CaseDetail } from "../../schema/case.ts";
import { certificateFileName } from "../../schema/certificate.ts";
import { FIELD_WORDS, ofGroup, valuesOf } from "../case-form.ts";
import { nameOf } from "../format/case.ts";
import { headlineOf } from "../format/headline.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { type CasePageProps, whyNot } from "../case-props.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Conflicts, Was } from "./case-conflict.tsx";
import { EditorButton, SaveButton } from "./case-editor.tsx";
import { Assignee } from "./case-facts.tsx";
import { FactFields } from "./case-fields.tsx";
import { FormProblems } from "./form-problems.tsx";
import { Moment } from "./time.tsx";

function Facts({ of, names, view }: CasePageProps) {
  return (
    <dl class="side-facts">
      <div>
        <dt>Assignee</dt>
        <dd>
          <Assignee of={of} names={names} />
        </dd>
      </div>
      <div>
        <dt>Team</dt>
        <dd>{of.team === null ? <span class="dim">none</span> : <bdi>{visible(of.team)}</bdi>}</dd>
      </div>
      <div>
        <dt>Due</dt>
        <dd>
          {of.dueAt === null ? (
            <span class="dim">no due date</span>
          ) : (
            <>
              {view.zone.short(epoch(of.dueAt))}
              {of.closedAt === null && (
                <span class={of.overdue ? "is-overdue" : "dim"}>
                  , <Moment at={epoch(of.dueAt)} as={of.overdue ? "ago" : "until"} view={view} />
                </span>
              )}
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

export function CaseFactsPanel(props: CasePageProps) {
  const { of, view, members, names, teams } = props;
  const edit = props.edit?.group === "facts" ? props.edit : undefined;
  const why = whyNot(props.actions, "assign");
  const known = ofGroup(valuesOf(of), "facts");
  const errors = edit?.errors ?? {};
  return (
    <section class="panel" id="facts">
      <h2>Who and when</h2>
      <Facts {...props} />
      <details class="editor" open={edit !== undefined}>
        <EditorButton word="Change" why={why} />
        <Conflicts
          conflicts={edit?.conflicts ?? []}
          words={FIELD_WORDS}
          shown={(field, value) => (field === "assignee" ? nameOf(value, names) : value)}
          view={view}
        />
        <FormProblems errors={errors} prefix="case" title="Not saved:" />
        <form class="form stacked" method="post" action={paths.editCase(of.id)} novalidate>
          <input type="hidden" name="group" value="facts" />
          <Was values={edit?.was ?? known} />
          <FactFields
            values={edit?.values ?? known}
            {...{ errors, members, teams }}
            hints={{
              team: "Empty: none.",
              due: "At the end of the day, in UTC. It follows the priority until somebody sets it.",
            }}
          />
          <SaveButton why={why} />
        </form>
      </details>
    </section>
  );
}

const PROOF_WORDS = {
  watching: "watching",
  quiet: "quiet",
  unproven: "ended, unproven",
  regressed: "regressed",
} as const;

/** Of each finding, how far it is shown that it is fixed, with its certificate where there is one. */
export function CaseProofPanel({ of, view }: CasePageProps) {
  if (of.proof.state === "not_claimed" || of.proof.findings.length === 0) return null;
  const known = new Map(of.linkedFindings.map((finding) => [finding.id, finding]));
  return (
    <section class="panel" id="proof">
      <h2>{of.closeReason === "verified" ? "Certificates" : "Proof"}</h2>
      {of.fixed !== null && (
        <p>
          <bdi>{visible(of.fixed.by ?? "Lull")}</bdi> said{" "}
          <Moment at={epoch(of.fixed.at)} as="ago" view={view} /> that it was fixed.
        </p>
      )}
      <ul class="proof-list">
        {of.proof.findings.map(({ finding, state, certificate }) => {
          const one = known.get(finding);
          const words = one === undefined ? finding : visible(headlineOf(one));
          return (
            <li class={`is-${state}`}>
              <span class="proof-state">{PROOF_WORDS[state]}</span>
              <a class="clip" href={paths.finding(finding)} title={words}>
                <bdi>{cut(words, 120)}</bdi>
              </a>
              {certificate !== null && one !== undefined && (
                <span class="proof-files">
                  <a href={paths.certificate(finding, one.episode)}>certificate</a>{" "}
                  <a href={certificate} download={certificateFileName(finding, one.episode)}>
                    .jws
                  </a>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function CaseOrigin(props: { of: CaseDetail; created: number; view: View }) {
  const { of, view } = props;
  return (
    <section class="panel">
      <h2>This case</h2>
      <dl class="side-facts">
        <div>
          <dt>Made</dt>
          <dd>
            <Moment at={props.created} as="ago" view={view} /> by{" "}
            {of.createdBy === null ? (
              <>
                the automation rule{" "}
                <a href={paths.automations()}>
                  <bdi>{visible(of.automation ?? "")}</bdi>
                </a>
              </>
            ) : (
              <bdi>{visible(of.createdBy)}</bdi>
            )}
          </dd>
        </div>
        {of.rollup !== null && (
          <div>
            <dt>Roll-up</dt>
            <dd title="What else opens in it joins this case while it is not closed">
              <a href={paths.rollup(of.rollup)}>the same across the workload</a>
            </dd>
          </div>
        )}
        <div>
          <dt>Version</dt>
          <dd class="num">{of.version}</dd>
        </div>
        <InLedger subject={of.id} />
        <div>
          <dt>As JSON</dt>
          <dd>
            <a href={paths.apiCaseRecord(of.id)} download>
              the complete record
            </a>
          </dd>
        </div>
      </dl>
    </section>
  );
}
