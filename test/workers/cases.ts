/** Cases as tests make and read them, over the API. */
import { expect } from "vitest";
import { z } from "zod";
import {
  caseDetailSchema,
  caseSummarySchema,
  timelineEntrySchema,
  type CaseDetail,
  type CaseSummary,
  type TimelineEntry,
} from "../../schema/case.ts";
import {
  batch,
  gcc,
  type Json,
  type JsonObject,
  MINUTE,
  newContainer,
  okJson,
  pass,
  Site,
  unique,
} from "./support.ts";

const detail = z.strictObject(caseDetailSchema.shape);

export async function readCase(site: Site, id: string): Promise<CaseDetail> {
  return detail.parse(await okJson(await site.api(`/cases/${id}`)));
}

export async function listCases(site: Site, query = ""): Promise<CaseSummary[]> {
  const page = z.object({ items: z.array(z.strictObject(caseSummarySchema.shape)) });
  return page.parse(await okJson(await site.api(`/cases${query}`))).items;
}

export async function makeCase(site: Site, body: JsonObject): Promise<CaseDetail> {
  const response = await site.apiJson("POST", "/cases", body);
  expect(response.status, await response.clone().text()).toBe(201);
  return detail.parse(await response.json());
}

/** As whoever has seen that version; absent: any. */
export function patchCase(site: Site, id: string, body: Json, version?: number): Promise<Response> {
  const seen = version === undefined ? "*" : `"${version}"`;
  const headers = { authorization: `Bearer ${site.token}`, "if-match": seen };
  return site.api(`/cases/${id}`, { method: "PATCH", headers, body: JSON.stringify(body) });
}

export async function moveCase(site: Site, id: string, body: Json): Promise<CaseDetail> {
  return detail.parse(await okJson(await patchCase(site, id, body)));
}

export async function timelineOf(site: Site, id: string): Promise<TimelineEntry[]> {
  const page = z.object({ items: z.array(timelineEntrySchema) });
  return page.parse(await okJson(await site.api(`/cases/${id}/timeline?limit=200`))).items;
}

export const kindsOf = async (site: Site, id: string): Promise<string[]> =>
  (await timelineOf(site, id)).map(({ kind }) => kind);

/** gcc in a container of the workload `api`. */
export const inShop = (container: string, fields: JsonObject = {}): JsonObject =>
  gcc(container, {
    k8s: { namespace: "shop", workload: { kind: "Deployment", name: "api" } },
    ...fields,
  });

/** A site with open findings of so many containers on one host, all told to D1. */
export async function withFindings(count: number) {
  const site = await Site.open();
  await site.patchRule("compiler-in-container", { quietPeriod: "10m" });
  const host = unique("host");
  const containers = Array.from({ length: count }, () => newContainer());
  const send = (events: JsonObject[], fields: JsonObject = {}) =>
    site.send(batch(host, events, fields));
  await send(containers.map((container) => inShop(container)));
  const owner = `host:${host}`;
  await site.alarm(owner);
  pass(MINUTE);
  const findings = (await site.findings()).items.map(({ id }) => id).toSorted();
  return { site, host, owner, containers, send, findings };
}
