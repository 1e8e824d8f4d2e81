/** What happens to endpoints themselves, as other endpoints are told of it. Pure. */
import type { Happening } from "../schema/happening.ts";
import type { EpochMs } from "../schema/time.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import { hostOf } from "./domain/tenant-endpoints.ts";

/** `at` tells one occurrence from the next: of a test it must be its own. */
export function endpointHappening(
  type: "endpoint.disabled" | "endpoint.test",
  { id, description, url, disabledReason }: EndpointRecord,
  at: EpochMs,
  occurrence = String(at),
): Happening {
  const endpoint = { id, description, host: hostOf(url), reason: disabledReason };
  return {
    id: `ept:${id}:${type}:${occurrence}`,
    type,
    at,
    key: id,
    data: { endpoint },
    scope: {},
  };
}
