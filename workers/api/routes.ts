/** The API under `/api/v1`: JSON, by API token. */
import { Hono, type Context } from "hono";
import {
  findingsQuerySchema,
  pageQuerySchema,
  rollupsQuerySchema,
  signalsQuerySchema,
} from "../../schema/api.ts";
import { coverageQuerySchema } from "../../schema/coverage.ts";
import { muteInputSchema } from "../../schema/mutes-api.ts";
import { outcomesQuerySchema } from "../../schema/outcome.ts";
import { settingsPatchSchema } from "../../schema/settings.ts";
import { apiToken, type App } from "../auth/authenticate.ts";
import { invalid } from "../problem.ts";
import { audit } from "./audit.ts";
import { automations, ownership } from "./case-rules.ts";
import { cases } from "./cases.ts";
import { certificate } from "./certificates.ts";
import { fixes } from "./fixed.ts";
import { keys, tokens } from "./keys.ts";
import { members } from "./members.ts";
import { coverageSummary, listCoverage, readCoverage } from "./coverage.ts";
import { endpoints } from "./endpoint-routes.ts";
import { mutes } from "./mute-routes.ts";
import { muteFinding, unmuteFinding } from "./mutes.ts";
import { readOutcomes } from "./outcomes.ts";
import { Reads } from "./reads.ts";
import { answer, editorOf, notFound, queryOf, readInput } from "./request.ts";
import { resources } from "./resources.ts";
import { readRollup } from "../../durable/rollups.ts";
import { listRollups } from "./rollups.ts";
import { changeSettings, settingsOf } from "./settings.ts";
import { exceptions, rules, ruleset } from "./rule-routes.ts";

export const api = new Hono<App>();
api.use(apiToken);

api.get("/findings", async (c) => {
  const query = findingsQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const { groupBy } = query.data;
  if (groupBy !== undefined) return c.json(await reads(c).groups(query.data, groupBy));
  return c.json(await reads(c).findings(query.data));
});

api.get("/findings/:id", async (c) => {
  const finding = await reads(c).finding(c.req.param("id"));
  return finding === null ? notFound(c, "finding") : c.json(finding);
});

api.get("/findings/:id/episodes", async (c) => {
  const query = pageQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const id = c.req.param("id");
  if ((await reads(c).finding(id)) === null) return notFound(c, "finding");
  return c.json(await reads(c).episodes(id, query.data.limit, query.data.cursor));
});

api.get("/findings/:id/episodes/:episode/certificate", certificate);

api.route("/findings", fixes);
api.post("/findings/:id/mute", async (c) => {
  const input = await readInput(c, muteInputSchema);
  if (!input.ok) return input.response;
  return answer(c, await muteFinding(editorOf(c), c.req.param("id"), input.value), 201);
});

api.post("/findings/:id/unmute", async (c) =>
  answer(c, await unmuteFinding(editorOf(c), c.req.param("id"))),
);

api.get("/rollups", async (c) => {
  const query = rollupsQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await listRollups(c.env, c.var.caller.tenant.id, query.data, c.var.now));
});

api.get("/rollups/:id", async (c) => {
  const { id } = c.req.param();
  const rollup = await readRollup(c.env.DB, c.var.caller.tenant.id, id, c.var.now);
  return rollup === null ? notFound(c, "roll-up") : c.json(rollup);
});

api.get("/signals", async (c) => {
  const query = signalsQuerySchema.safeParse(queryOf(c));
  return query.success ? c.json(await reads(c).signals(query.data)) : invalid(c, query.error);
});

api.get("/signals/:id", async (c) => {
  const signal = await reads(c).signal(c.req.param("id"));
  return signal === null ? notFound(c, "signal") : c.json(signal);
});

api.get("/coverage", async (c) => {
  const query = coverageQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await listCoverage(c.env, c.var.caller.tenant.id, query.data));
});

api.get("/coverage/summary", async (c) =>
  c.json(await coverageSummary(c.env, c.var.caller.tenant.id)),
);

api.get("/coverage/:id", async (c) => {
  const host = await readCoverage(c.env, c.var.caller.tenant.id, c.req.param("id"));
  return host === null ? notFound(c, "host") : c.json(host);
});

api.get("/outcomes", async (c) => {
  const query = outcomesQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await readOutcomes(c.env, c.var.caller.tenant, query.data, c.var.now));
});

api.get("/settings", (c) => c.json(settingsOf(c.var.caller.tenant)));

api.patch("/settings", async (c) => {
  const input = await readInput(c, settingsPatchSchema);
  return input.ok ? answer(c, await changeSettings(editorOf(c), input.value)) : input.response;
});

api.route("/audit", audit);
api.route("/resources", resources);
api.route("/rules", rules);
api.route("/ruleset", ruleset);
api.route("/exceptions", exceptions);
api.route("/mutes", mutes);
api.route("/members", members);
api.route("/endpoints", endpoints);
api.route("/cases", cases);
api.route("/automations", automations);
api.route("/ownership", ownership);
api.route("/keys", keys);
api.route("/tokens", tokens);

function reads(c: Context<App>): Reads {
  return new Reads(c.env, c.var.caller.tenant.id, c.var.now);
}
