/**
 * What a mute's scope sees, and whether a finding is in it.
 * Contract: what is not known of a finding or its resource reads as ""; a scope that does not compile, or
 * cannot be evaluated, hides nothing. Pure.
 */
import { celEnvironment, conditionCompiler, type CelObject, type Compiled } from "./conditions.ts";
import { displayName } from "./domain/headline.ts";
import type { Finding, Resource } from "./domain/model.ts";

/** What is asked about: a finding with its resource. */
export interface ScopeSubject {
  finding: Pick<Finding, "ruleId" | "title" | "severity">;
  resource: Resource;
}

const FINDING = {
  rule: "Rule id",
  title: "The rule's title",
  severity: "`critical`, `high`, `medium`, `low` or `info`",
};

const RESOURCE = {
  type: "`host` or `container`",
  name: "What people call it: the container's name, or the host's",
  host: "Host name",
  cluster: "Cluster name",
  namespace: "Kubernetes namespace",
  workload: "Name of the Deployment, the DaemonSet, the service",
  workloadKind: "`Deployment`, `DaemonSet`, …",
  pod: "Pod name",
  image: "Image with tag",
  service: "Service name",
};

class FindingVars implements Record<keyof typeof FINDING, string> {
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  constructor({ ruleId, title, severity }: ScopeSubject["finding"]) {
    this.rule = ruleId;
    this.title = title;
    this.severity = severity;
  }
}

class ResourceVars implements Record<keyof typeof RESOURCE, string> {
  readonly type: string;
  readonly name: string;
  readonly host: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly workloadKind: string;
  readonly pod: string;
  readonly image: string;
  readonly service: string;
  constructor(resource: Resource) {
    this.type = resource.type;
    this.name = displayName(resource);
    this.host = resource.host ?? "";
    this.cluster = resource.cluster ?? "";
    this.namespace = resource.namespace ?? "";
    this.workload = resource.workload ?? "";
    this.workloadKind = resource.workloadKind ?? "";
    this.pod = resource.pod ?? "";
    this.image = resource.image ?? "";
    this.service = resource.service ?? "";
  }
}

/** The variables of one finding. */
interface ScopeContext {
  finding: FindingVars;
  resource: ResourceVars;
}

/** The variables with their fields, and what each field is; all are strings. */
export const SCOPE_FIELDS = { finding: FINDING, resource: RESOURCE } as const;

const strings = (fields: Readonly<Record<string, string>>): CelObject["fields"] =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, { type: "string" }]));

const ENVIRONMENT = celEnvironment([
  { type: "Finding", variable: "finding", ctor: FindingVars, fields: strings(FINDING) },
  { type: "Resource", variable: "resource", ctor: ResourceVars, fields: strings(RESOURCE) },
]);

export const compileScope: (source: string) => Compiled<ScopeContext, null> = conditionCompiler(
  ENVIRONMENT,
  () => null,
);

/** Whether the scope hides the finding. */
export function isInScope(scope: string, { finding, resource }: ScopeSubject): boolean {
  const compiled = compileScope(scope);
  if (!compiled.ok) return false;
  const context = { finding: new FindingVars(finding), resource: new ResourceVars(resource) };
  return compiled.evaluate(context) === true;
}
