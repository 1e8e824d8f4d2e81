/** Happenings for tests. */
import type { Happening, HappeningType } from "../../../schema/happening.ts";
import { WEBHOOK_EXAMPLES } from "../../../workers/openapi/example-endpoints.ts";

export const AT = Date.parse("2026-11-24T10:00:00.000Z");

/** One of the documented examples, as it would be handed on. */
export function happening(type: HappeningType, fields: Partial<Happening> = {}): Happening {
  const data = WEBHOOK_EXAMPLES[type];
  const { finding, signal } = data;
  const about = finding ?? signal;
  return {
    id: `test:${type}`,
    type,
    at: AT,
    key: about?.id ?? "key",
    data,
    scope:
      about === undefined
        ? {}
        : {
            rule: about.rule,
            severity: about.severity,
            namespace: about.resource.namespace,
            workload: about.resource.workload,
            service: about.resource.service,
            host: about.resource.host,
            cluster: about.resource.cluster,
          },
    ...fields,
  };
}
