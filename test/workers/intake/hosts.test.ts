/** Which host and which resource an event belongs to. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  batch,
  gcc,
  iso,
  type JsonObject,
  newContainer,
  okJson,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const falcoShell = (hostname: string | undefined, container: string | undefined): JsonObject => ({
  time: iso(),
  hostname,
  rule: "Terminal shell in container",
  priority: "Notice",
  source: "syscall",
  output_fields: { "container.id": container, "proc.name": "bash" },
});

/** A native event on the host itself. */
const onTheHost = (fields: JsonObject = {}): JsonObject => ({
  time: iso(),
  kind: "network",
  action: "connect",
  network: { ip: "169.254.169.254", port: 80, direction: "outbound" },
  process: { exe: "/usr/bin/curl", name: "curl" },
  ...fields,
});

describe("an event that names no host", () => {
  test("is rejected, and says what would help", async () => {
    const site = await Site.open();
    const answer = await site.send([onTheHost()]);
    expect(answer).toMatchObject({ received: 1, accepted: 0 });
    expect(answer.rejected).toMatchObject([
      { index: 0, code: "no_host", detail: expect.stringContaining("X-Lull-Host") },
    ]);
  });

  test("is taken if it names a container, which then owns itself", async () => {
    const site = await Site.open();
    const id = newContainer();
    expect((await site.send([gcc(id)])).accepted).toBe(1);
    await site.alarm(`container:${id.slice(0, 12)}`);
    const finding = await site.onlyFinding();
    expect(finding.resource).toMatchObject({ type: "container", host: null, containerId: id });
  });

  test("belongs to the host in X-Lull-Host or ?host=", async () => {
    const site = await Site.open();
    const [first, second] = [unique("host"), unique("host")];
    await site.send([onTheHost()], { "x-lull-host": first });
    await site.send([onTheHost()], {}, `/v1/events?host=${second}`);
    for (const host of [first, second]) {
      await site.alarm(`host:${host}`);
      const finding = await site.onlyFinding(`?host=${host}`);
      expect(finding.resource).toMatchObject({ id: `host:${host}`, type: "host", name: host });
    }
  });

  test("belongs to the host that its key is bound to, whatever the request names", async () => {
    const site = await Site.open();
    const bound = unique("host");
    const created = await okJson(
      await site.apiJson("POST", "/keys", { name: "one node", host: bound }),
    );
    const { key } = z.looseObject({ key: z.string() }).parse(created);
    const headers = { authorization: `Bearer ${key}`, "x-lull-host": "elsewhere" };
    expect((await site.send([onTheHost()], headers)).accepted).toBe(1);
    await site.alarm(`host:${bound}`);
    expect((await site.onlyFinding()).resource.host).toBe(bound);
  });
});

describe("a host name", () => {
  test("that looks like a container id gives way to the host that the request names", async () => {
    const site = await Site.open();
    const host = unique("host");
    for (const hostname of ["0123456789ab", newContainer()]) {
      await site.send(falcoShell(hostname, newContainer().slice(0, 12)), { "x-lull-host": host });
    }
    await site.alarm(`host:${host}`);
    const { items } = await site.findings();
    expect(items.map((finding) => finding.resource.host)).toEqual([host, host]);
  });

  test("that an event carries stands, though the request names another", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.send(falcoShell(host, "c0ffee000001"), { "x-lull-host": "elsewhere" });
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).resource.host).toBe(host);
  });

  test("is the same in any case", async () => {
    const site = await Site.open();
    const host = unique("Node");
    await site.send(batch(host.toUpperCase(), [onTheHost()]));
    await site.send(batch(host.toLowerCase(), [onTheHost({ message: "again" })]));
    await site.alarm(`host:${host.toLowerCase()}`);
    expect((await site.onlyFinding()).count).toBe(2);
  });
});

test("a container is one finding in any spelling, and the filter takes any", async () => {
  const site = await Site.open();
  const host = unique("host");
  const id = newContainer();
  const spellings = [
    id.slice(0, 12),
    id,
    `docker://${id}`,
    `containerd://${id}`,
    id.toUpperCase(),
    `docker://${id.slice(0, 12)}`,
  ];
  for (const spelling of spellings) {
    expect((await site.send(batch(host, [gcc(spelling)]))).accepted).toBe(1);
  }
  await site.alarm(`host:${host}`);
  const finding = await site.onlyFinding();
  expect(finding.count).toBe(spellings.length);
  expect(finding.resource.containerId?.toLowerCase()).toBe(id);
  for (const spelling of [...spellings, `container:${id}`, finding.resource.id]) {
    const { items } = await site.findings(`?resource=${encodeURIComponent(spelling)}`);
    expect(items.map((item) => item.id)).toEqual([finding.id]);
  }
  expect((await site.findings("?resource=0123456789ab")).items).toEqual([]);
});
