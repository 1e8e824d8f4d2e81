/** Who may send events, and how a key may come. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  answerOf,
  batch,
  fetchLull,
  gcc,
  newContainer,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

async function sendWith(headers: Record<string, string>, query = ""): Promise<Response> {
  const body = JSON.stringify(batch(unique("host"), [gcc(newContainer())]));
  return fetchLull(`/v1/events${query}`, { method: "POST", headers, body });
}

describe("an agent key is taken", () => {
  test("as a bearer token", async () => {
    const { key } = await Site.open();
    const answer = await answerOf(await sendWith({ authorization: `Bearer ${key}` }));
    expect(answer.accepted).toBe(1);
  });

  test("as the password of Basic", async () => {
    const { key } = await Site.open();
    const response = await sendWith({ authorization: `Basic ${btoa(`agent:${key}`)}` });
    expect((await answerOf(response)).accepted).toBe(1);
  });

  test("as the user of Basic where there is no password", async () => {
    const { key } = await Site.open();
    for (const pair of [`${key}:`, key]) {
      const response = await sendWith({ authorization: `Basic ${btoa(pair)}` });
      expect((await answerOf(response)).accepted).toBe(1);
    }
  });

  test("as DD-API-KEY", async () => {
    const { key } = await Site.open();
    expect((await answerOf(await sendWith({ "dd-api-key": key }))).accepted).toBe(1);
  });

  test("as ?key= of an agent that can set no header", async () => {
    const { key } = await Site.open();
    expect((await answerOf(await sendWith({}, `?key=${key}`))).accepted).toBe(1);
  });
});

describe("401 answers", () => {
  test("a request without a key, and says how to send one", async () => {
    const response = await sendWith({});
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect((await problemOf(response)).detail).toContain("DD-API-KEY");
  });

  test("a key with one wrong digit, a cut one, and one with the tenant exchanged", async () => {
    const { key } = await Site.open();
    const other = await Site.open();
    const last = key.endsWith("0") ? "1" : "0";
    const wrong = [
      key.slice(0, -1) + last,
      key.slice(0, -1),
      `${key}_`,
      key.replace(/^lull_[^_]+/, `lull_${other.tenant}`),
      "lull___",
      "_".repeat(50),
    ];
    for (const credential of wrong) {
      const response = await sendWith({ authorization: `Bearer ${credential}` });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(credential);
    }
  });

  test("bad Basic credentials", async () => {
    for (const value of ["Basic ", "Basic %%%", `Basic ${btoa(":")}`, "Basic a b"]) {
      expect((await sendWith({ authorization: value })).status).toBe(401);
    }
  });

  test("an API token at intake, and an agent key at the API", async () => {
    const site = await Site.open();
    expect((await sendWith({ authorization: `Bearer ${site.token}` })).status).toBe(401);
    const response = await fetchLull("/api/v1/findings", {
      headers: { authorization: `Bearer ${site.key}` },
    });
    expect(response.status).toBe(401);
  });

  test("a revoked key, however it comes, and a heartbeat with it", async () => {
    const site = await Site.open();
    expect((await site.api("/keys/first", { method: "DELETE" })).status).toBe(204);
    expect((await sendWith({ authorization: `Bearer ${site.key}` })).status).toBe(401);
    expect((await sendWith({ "dd-api-key": site.key })).status).toBe(401);
    expect((await sendWith({}, `?key=${site.key}`)).status).toBe(401);
    const response = await fetchLull("/v1/heartbeats", {
      method: "POST",
      headers: { "dd-api-key": site.key },
      body: JSON.stringify({ agent: { id: "a", host: { name: "h" } } }),
    });
    expect(response.status).toBe(401);
  });
});

describe("tenants", () => {
  test("with the same host, container and batch id keep apart", async () => {
    const [a, b] = [await Site.open(), await Site.open()];
    const host = unique("host");
    const container = newContainer();
    const body = batch(host, [gcc(container)]);
    const headers = { "idempotency-key": "same" };
    expect((await a.send(body, headers)).accepted).toBe(1);
    await a.alarm(`host:${host}`);
    expect((await b.findings()).items).toEqual([]);

    expect(await b.send(body, headers)).toMatchObject({ accepted: 1, duplicate: 0 });
    await b.alarm(`host:${host}`);
    const [ofA] = (await a.findings()).items;
    const [ofB] = (await b.findings()).items;
    expect(ofA?.count).toBe(1);
    expect(ofB?.count).toBe(1);
    expect(ofA?.id).not.toBe(ofB?.id);
    expect((await b.api(`/findings/${ofA?.id}`)).status).toBe(404);
    expect((await b.api(`/findings/${ofA?.id}/episodes`)).status).toBe(404);
  });
});
