/** Endpoints in memory: delivering, failing, paused, disabled, and some whose receivers are hostile. */
import type { EndpointData, ListedEndpoint } from "../../dashboard/data.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import type {
  DeliveryDetail,
  EndpointDetail,
  EndpointHealth,
  EndpointInput,
} from "../../schema/webhooks.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const MINUTE = 60_000;
const SECRET = `whsec_${"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".repeat(2)}`;

const GOOD: EndpointHealth = {
  pending: 0,
  dead: 0,
  delivered: 41,
  failuresInARow: 0,
  failingSince: null,
  pausedUntil: null,
  lastAttemptAt: null,
  lastDeliveredAt: null,
  secrets: 1,
};

export function endpointOf(
  now: number,
  fields: Partial<EndpointDetail> & { id: string },
): EndpointDetail {
  const createdAt = new Date(now - 9 * 86_400_000).toISOString();
  return {
    url: "https://hooks.example.com/lull?key=hidden-key",
    description: null,
    events: ["*"],
    filter: {},
    format: "standard",
    settings: {},
    credential: null,
    status: "enabled",
    disabledReason: null,
    createdBy: "Ada Okafor",
    createdAt,
    updatedBy: "Ada Okafor",
    updatedAt: createdAt,
    health: { ...GOOD, lastDeliveredAt: new Date(now - 3 * MINUTE).toISOString() },
    ...fields,
  };
}

function endpointsOf(size: FixtureSize, now: number): EndpointDetail[] {
  const instant = (minutes: number) => new Date(now - minutes * MINUTE).toISOString();
  if (size === "none") return [];
  const some = [
    endpointOf(now, { id: "e1" }),
    endpointOf(now, {
      id: "e2",
      url: "https://siem.example.com/ingest",
      description: "SIEM of the shop",
      format: "ocsf",
      events: ["finding.*", "signal.raised"],
      filter: { severity: "high", namespace: ["shop", "billing"] },
      health: {
        ...GOOD,
        pending: 12,
        dead: 3,
        failuresInARow: 7,
        failingSince: instant(130),
        pausedUntil: instant(-2),
        lastDeliveredAt: instant(200),
        secrets: 2,
      },
    }),
    endpointOf(now, {
      id: "e3",
      status: "disabled",
      disabledReason: "gone",
      format: "cloudevents",
    }),
    endpointOf(now, { id: "e4", description: "new", health: { ...GOOD, delivered: 0 } }),
  ];
  if (size === "lot")
    for (let i = 0; i < 46; i++)
      some.push(endpointOf(now, { id: `v${i}`, description: `Team ${i}` }));
  if (size === "hostile")
    Object.values(HOSTILE).forEach((text, i) =>
      some.push(
        endpointOf(now, {
          id: `h${i}`,
          description: text.slice(0, 200),
          url: `https://hooks.example.com/${encodeURIComponent(text).slice(0, 1_900)}`,
          filter: { service: [text.slice(0, 200)] },
          createdBy: text.slice(0, 100),
          updatedBy: text.slice(0, 100),
        }),
      ),
    );
  return some;
}

function deliveriesOf(
  size: FixtureSize,
  findings: readonly FindingSummary[],
  now: number,
): DeliveryDetail[] {
  const count = size === "lot" ? 120 : size === "none" ? 0 : 4;
  return Array.from({ length: count }, (_, i) => {
    const finding = findings[i % Math.max(1, findings.length)];
    const at = new Date(now - (i + 1) * 7 * MINUTE).toISOString();
    const text = size === "hostile" ? HOSTILE.markup : "upstream restarting";
    const kind = (["delivered", "dead", "pending"] as const)[i % 3] ?? "pending";
    const failed = kind !== "delivered";
    return {
      id: `msg_${i.toString(16).padStart(32, "0")}`,
      event: `fnd:${finding?.id}:1:finding.opened`,
      type: "finding.opened",
      key: finding?.id ?? "none",
      status: kind,
      deadReason: kind === "dead" ? "attempts" : null,
      occurredAt: at,
      createdAt: at,
      attempts: 1,
      nextAttemptAt: kind === "pending" ? new Date(now + 5 * MINUTE).toISOString() : null,
      lastAttemptAt: at,
      lastOutcome: failed ? "status" : "delivered",
      lastStatus: failed ? 503 : 204,
      finishedAt: kind === "pending" ? null : at,
      about: { kind: "finding", id: finding?.id ?? "none", name: finding?.headline ?? "none" },
      body: JSON.stringify({ type: "finding.opened", timestamp: at, data: { finding } }),
      tries: [
        {
          n: 1,
          at,
          step: null,
          method: "POST",
          latencyMs: 470,
          outcome: failed ? "status" : "delivered",
          url: "https://hooks.example.com/lull?key=hidden-key",
          headers: { "content-type": "application/json", "webhook-id": "msg_1" },
          status: failed ? 503 : 204,
          answer: failed ? `${text}\n<!doctype html><h1>503</h1>` : "",
          error: null,
        },
      ],
    };
  });
}

const missing = { ok: false, problem: { code: "not_found", detail: "No such endpoint." } } as const;

export function endpointFixture(
  size: FixtureSize,
  findings: readonly FindingSummary[],
  now: number,
): EndpointData {
  const endpoints = endpointsOf(size, now);
  const deliveries = deliveriesOf(size, findings, now);
  const found = (id: string) => endpoints.find((endpoint) => endpoint.id === id) ?? null;
  const delivery = (id: string) => deliveries.find((one) => one.id === id) ?? null;
  const made = ({ url, format, filter, description, events = ["*"] }: EndpointInput) =>
    endpointOf(now, { url, format, filter, description, events, id: "new", health: GOOD });
  return {
    endpoints: async (): Promise<ListedEndpoint[]> => [...endpoints],
    endpoint: async (id) => found(id),
    createEndpoint: async (input) => {
      if (!input.url.startsWith("https://")) {
        const detail = "url: must begin with https://";
        return { ok: false, problem: { code: "invalid_request", detail, field: "url" } };
      }
      const { health: _, ...view } = made(input);
      endpoints.push(made(input));
      return { ok: true, value: { ...view, secret: SECRET } };
    },
    changeEndpoint: async (id, { status, description = null }) => {
      const endpoint = found(id);
      if (endpoint === null) return missing;
      Object.assign(endpoint, status === undefined ? { description } : { status });
      return { ok: true, value: endpoint };
    },
    deleteEndpoint: async (id) => {
      const at = endpoints.findIndex((endpoint) => endpoint.id === id);
      if (at === -1) return missing;
      endpoints.splice(at, 1);
      return { ok: true, value: null };
    },
    rotateSecret: async (id) =>
      found(id) === null
        ? null
        : { id, secret: SECRET, previousUntil: new Date(now + 24 * 60 * MINUTE).toISOString() },
    testEndpoint: async (id) => {
      const [first] = deliveries;
      return found(id) === null || first === undefined ? missing : { ok: true, value: first };
    },
    deliveries: async (_, { status, type, key, limit, cursor = "0" }) => {
      const all = deliveries.filter(
        (one) =>
          one.status === (status ?? one.status) &&
          one.type === (type ?? one.type) &&
          one.key === (key ?? one.key),
      );
      const end = Number(cursor) + limit;
      return {
        items: all.slice(Number(cursor), end),
        nextCursor: end < all.length ? String(end) : null,
      };
    },
    delivery: async (_, id) => delivery(id),
    replayDelivery: async (_, id) => {
      const one = delivery(id);
      return one === null ? missing : { ok: true, value: one };
    },
    replayDeliveries: async (_, { cursor }) => ({
      ok: true,
      value: { replayed: 1_000, nextCursor: cursor === undefined ? "1000" : null },
    }),
  };
}
