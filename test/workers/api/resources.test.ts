/** Resources by the API: what findings are about, found by place and by text, page by page. */
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { resourceSummarySchema } from "../../../schema/resource.ts";
import {
  batch,
  gcc,
  iso,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const pageSchema = z.strictObject({
  items: z.array(resourceSummarySchema),
  nextCursor: z.string().nullable(),
});

async function resources(site: Site, query = "") {
  return pageSchema.parse(await okJson(await site.api(`/resources${query}`)));
}

/** A container that has compiled in the namespace, in D1. */
async function compiled(site: Site, host: string, namespace = "shop"): Promise<string> {
  const id = newContainer();
  await site.send(batch(host, [gcc(id, { k8s: { namespace } })]));
  await site.alarm(`host:${host}`);
  return `container:${id.slice(0, 12)}`;
}

test("a resource is shown as it was seen last, with all its findings counted", async () => {
  const site = await Site.open();
  const host = unique("host");
  const container = newContainer();
  const image = (name: string) => ({ container: { id: container, name: "api", image: name } });
  await site.send(batch(host, [gcc(container, image("shop/api:1"))]));
  pass(MINUTE);
  const install = {
    ...image("shop/api:2"),
    process: { exe: "/usr/bin/apt-get", name: "apt-get", args: ["install", "vim"] },
  };
  await site.send(batch(host, [gcc(container, install)]));
  await site.alarm(`host:${host}`);
  const expected = {
    id: `container:${container.slice(0, 12)}`,
    type: "container",
    host,
    image: "shop/api:2",
    findings: { open: 2, unverified: 0, resolved: 0 },
    lastSeenAt: iso(),
  };
  expect((await resources(site)).items).toMatchObject([expected]);
  // One finding matches; both are counted.
  expect((await resources(site, "?q=apt-get")).items).toMatchObject([expected]);
});

test("resources are found by place, and by no other tenant", async () => {
  const site = await Site.open();
  const [here, there] = [unique("host"), unique("host")];
  const first = await compiled(site, here);
  const second = await compiled(site, there, "search");
  const found = async (query: string) =>
    (await resources(site, query)).items.map((resource) => resource.id);
  expect(await found("")).toEqual([first, second].toSorted());
  expect(await found(`?host=${here}`)).toEqual([first]);
  expect(await found(`?host=${here.toUpperCase()}`)).toEqual([first]);
  expect(await found("?namespace=search")).toEqual([second]);
  expect(await found("?namespace=search&workload=nothing")).toEqual([]);
  expect((await resources(await Site.open())).items).toEqual([]);
});

test("pages hold every resource once, under a filter too", async () => {
  const site = await Site.open();
  const host = unique("host");
  const all: string[] = [];
  for (let n = 0; n < 5; n++) all.push(await compiled(site, host));
  for (const filter of ["", `&host=${host}`]) {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await resources(site, `?limit=2${filter}&cursor=${cursor}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.toSorted());
  }
});

test("a filter or cursor that does not exist is named", async () => {
  const site = await Site.open();
  expect(await problemOf(await site.api("/resources?colour=red"))).toMatchObject({
    status: 400,
    field: "colour",
  });
  expect(await problemOf(await site.api("/resources?cursor=nowhere"))).toMatchObject({
    status: 400,
    field: "cursor",
  });
});
