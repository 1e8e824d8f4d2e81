/**
 * `/v1/elasticsearch`: what the Elasticsearch output of Beats asks. It sends a batch again that is answered with an
 * error, splits one that is answered with 413, and looks at each item of one that is answered with 200.
 * (elastic/beats:libbeat/outputs/elasticsearch/client.go)
 */
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { agentKey, type App } from "../auth/authenticate.ts";
import { problem } from "../problem.ts";
import { readBody } from "./body.ts";
import { decodeRecords } from "./decode.ts";
import { saidInJson, speaks } from "./dialect.ts";
import { bulkAnswer, readBulk } from "./elasticsearch.ts";
import { rateLimit } from "./quota.ts";
import { takeRecords } from "./records.ts";
import { refused } from "./request.ts";

/**
 * Beats up to 8.10 refuse a server older than themselves, by major and minor version; later ones take any
 * (libbeat/cmd/instance/beat.go, `allow_older_versions`). From version 8 on they name no document types.
 */
const PRODUCT = {
  name: "lull",
  cluster_name: "lull",
  cluster_uuid: "lull",
  version: {
    number: "8.99.0",
    build_flavor: "default",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  },
  tagline: "Lull takes the bulk requests of agents.",
};
/** Beats ask for it when they connect, and go on with any that has not expired (libbeat/licenser/es_callback.go). */
const LICENSE = { license: { uid: "lull", type: "oss", status: "active" } };

/** Vector's health check (vectordotdev/vector:src/sinks/elasticsearch/common.rs). */
const HEALTH = { cluster_name: "lull", status: "green" };

/** Clients that are not Beats look for it. */
const product: MiddlewareHandler<App> = async (c, next) => {
  await next();
  c.header("X-Elastic-Product", "Elasticsearch");
};

export const elasticsearchIntake = new Hono<App>();
elasticsearchIntake.use(
  "/elasticsearch/*",
  product,
  speaks(({ type, detail, status }) => {
    const cause = { type: type.slice(type.lastIndexOf(":") + 1), reason: detail };
    return saidInJson({ error: { root_cause: [cause], ...cause }, status });
  }),
  agentKey,
  rateLimit,
);
elasticsearchIntake.get("/elasticsearch", (c) => c.json(PRODUCT));
elasticsearchIntake.get("/elasticsearch/", (c) => c.json(PRODUCT));
elasticsearchIntake.get("/elasticsearch/_license", (c) => c.json(LICENSE));
elasticsearchIntake.get("/elasticsearch/_cluster/health", (c) => c.json(HEALTH));
elasticsearchIntake.post("/elasticsearch/_bulk", (c) => bulk(c, "lull"));
elasticsearchIntake.post("/elasticsearch/:index/_bulk", (c) => bulk(c, c.req.param("index")));
elasticsearchIntake.all("/elasticsearch/*", (c) =>
  problem(c, {
    status: 404,
    code: "not_found",
    detail:
      "Lull keeps no indices and takes bulk requests only. In a Beat set setup.ilm.enabled and setup.template.enabled to false.",
  }),
);

async function bulk(c: Context<App>, index: string): Promise<Response> {
  const started = Date.now();
  const body = await readBody(c.req.raw);
  if (!body.ok) return refused(c, body.problem);
  const request = readBulk(body.value.text, index);
  if (!request.ok) return refused(c, request.problem);
  const { operations, records } = request.value;
  const decoded = decodeRecords(records, { format: null, receivedAt: c.var.now });
  const taken = await takeRecords(c, body.value, decoded, started);
  if (!taken.ok) return taken.response;
  return c.json(bulkAnswer(operations, taken.rejected, Date.now() - started));
}
