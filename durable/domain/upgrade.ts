/** Documents that an older version wrote, as this version has them. Pure. */
import type { EndpointRecord } from "./endpoint.ts";
import type { Finding } from "./model.ts";

/** A finding from storage, a journal or D1. */
export function upgradeFinding(stored: Finding): Finding {
  // Before findings had a cadence, the period in force was the rule's.
  const { rulePeriodMs = stored.quietPeriodMs } = stored as Partial<Finding>;
  return stored.rulePeriodMs === rulePeriodMs ? stored : { ...stored, rulePeriodMs };
}

/** An endpoint from a tenant's document. */
export function upgradeEndpoint(stored: EndpointRecord): EndpointRecord {
  // Before there were trackers, no format had settings or a credential.
  return Object.assign({ settings: {}, credentialAt: null }, stored);
}
