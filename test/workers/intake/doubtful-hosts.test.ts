/** A host's name in doubt gives way to the one that the key, the request or the batch names. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { iso, type JsonObject, okJson, Site, stopClock, unique } from "../support.ts";

beforeEach(stopClock);

const CUT = "eu-west-1-node-";

/** Tracee's trace event of a connection to the cloud's metadata service, on the host itself. */
const metadata = (hostName: string): JsonObject => ({
  timestamp: Number(`${Date.now()}000000`),
  eventName: "security_socket_connect",
  hostName,
  processName: "curl",
  containerId: "",
  args: [
    {
      name: "remote_addr",
      type: "struct sockaddr*",
      value: { sa_family: "AF_INET", sin_addr: "169.254.169.254", sin_port: "80" },
    },
  ],
});

/** Falco's alert about a request to the Kubernetes API, under a rule that Lull knows. */
const audited = (hostname: string): JsonObject => ({
  hostname,
  time: iso(),
  rule: "Contact EC2 Instance Metadata Service From Container",
  priority: "Notice",
  source: "k8s_audit",
  output_fields: { "ka.verb": "create", "ka.target.resource": "pods" },
});

async function ownersOf(site: Site, owners: readonly string[]): Promise<string[]> {
  const fired = await Promise.all(
    owners.map(async (owner) => ((await site.alarm(owner)) ? owner : "")),
  );
  return fired.filter((owner) => owner !== "");
}

describe("a name that Tracee has cut", () => {
  test("is the host where nothing else is known", async () => {
    const site = await Site.open();
    expect((await site.send([metadata(CUT)])).accepted).toBe(1);
    expect(await ownersOf(site, [`host:${CUT}`])).toHaveLength(1);
  });

  test("gives way to ?host=, and a whole name does not", async () => {
    const site = await Site.open();
    const named = unique("eu-west-1-node-very-long");
    await site.send([metadata(CUT), metadata("short")], {}, `/v1/events?host=${named}`);
    const owners = [`host:${named}`, "host:short", `host:${CUT}`];
    expect(await ownersOf(site, owners)).toEqual([`host:${named}`, "host:short"]);
  });

  test("gives way to the host of the key", async () => {
    const site = await Site.open();
    const host = unique("eu-west-1-node-of-the-key");
    const made = await okJson(await site.apiJson("POST", "/keys", { name: "k", host }));
    const { key } = z.object({ key: z.string() }).parse(made);
    await site.send([metadata(CUT)], { authorization: `Bearer ${key}` });
    expect(await ownersOf(site, [`host:${host}`, `host:${CUT}`])).toEqual([`host:${host}`]);
  });
});

test("where Falco reads the audit log gives way to the name of the cluster", async () => {
  const site = await Site.open();
  const cluster = unique("cluster");
  const pod = "falco-k8saudit-96d7f6f99-vwjgc";
  expect((await site.send([audited(pod)], { "x-lull-host": cluster })).accepted).toBe(1);
  expect(await ownersOf(site, [`host:${cluster}`, `host:${pod}`])).toEqual([`host:${cluster}`]);
});
