/** Endpoints and deliveries for the dashboard of a signed-in reader: the same reads and changes as the API's. */
import type { EndpointData } from "../dashboard/data.ts";
import type { Role } from "../schema/member.ts";
import {
  listDeliveries,
  readDelivery,
  replayDeliveries,
  replayDelivery,
  testEndpoint,
  type Subject,
} from "./api/deliveries.ts";
import {
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listWithHealth,
  patchEndpoint,
  readEndpoint,
  rotateSecret,
} from "./api/endpoints.ts";
import type { Editor } from "./api/rules.ts";
import { refuse } from "./problem.ts";

const NONE = refuse({ status: 404, code: "not_found", detail: "There is no such endpoint." });

export function endpointData(editor: Editor, role: Role): EndpointData {
  const { env, tenant, now } = editor;
  /** Does what is asked with an endpoint that is known to be the tenant's. */
  const withSubject = <T, N>(id: string, none: N, act: (subject: Subject) => Promise<T>) => {
    const endpoint = findEndpoint(tenant, id);
    return endpoint === null ? Promise.resolve(none) : act({ env, tenant: tenant.id, endpoint });
  };
  return {
    endpoints: () => listWithHealth(env, tenant, role),
    endpoint: (id) => readEndpoint(env, tenant, id, role),
    createEndpoint: (input) => createEndpoint(editor, input),
    changeEndpoint: (id, patch) => patchEndpoint(editor, id, patch),
    deleteEndpoint: (id) => deleteEndpoint(editor, id),
    rotateSecret: (id) => rotateSecret(editor, id),
    testEndpoint: (id) => withSubject(id, NONE, (subject) => testEndpoint(subject, now)),
    deliveries: (id, query) =>
      withSubject(id, { items: [], nextCursor: null }, (subject) => listDeliveries(subject, query)),
    delivery: (id, delivery) =>
      withSubject(id, null, (subject) => readDelivery(subject, delivery, role)),
    replayDelivery: (id, delivery) =>
      withSubject(id, NONE, (subject) => replayDelivery(subject, delivery)),
    replayDeliveries: (id, input) =>
      withSubject(id, NONE, (subject) => replayDeliveries(subject, input, now)),
  };
}
