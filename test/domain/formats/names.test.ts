import { describe, expect, test } from "vitest";
import {
  bareContainerId,
  imageDigestOf,
  imageRepositoryOf,
  workloadOfPod,
} from "../../../workers/ingest/containers.ts";
import { parseEndpoint, parsePeers } from "../../../workers/ingest/peers.ts";

describe("the workload of a pod", () => {
  test.each([
    ["api-5d4f9c7b8-x2k9p", { kind: "Deployment", name: "api" }],
    ["alpine-deployment-77789455d6-m7flp", { kind: "Deployment", name: "alpine-deployment" }],
    ["node-exporter-7xk2p", { name: "node-exporter" }],
    ["backup-29384560-x7k2p", { kind: "CronJob", name: "backup" }],
    ["mysql-0", { name: "mysql" }],
    ["kafka-broker-12", { name: "kafka-broker" }],
  ])("%s belongs to %j", (pod, workload) => {
    expect(workloadOfPod(pod)).toEqual(workload);
  });

  test.each([
    "xwing",
    "victim-pod",
    "nginx-https",
    "proxy-http2",
    "web-front",
    "-x2k9p",
    "build-007",
  ])("%s has no suffix that Kubernetes drew, and is a workload of its own", (pod) => {
    expect(workloadOfPod(pod)).toEqual({ name: pod });
  });
});

describe("containers and images", () => {
  test("a runtime's prefix is no part of a container id", () => {
    expect(bareContainerId("containerd://c0ffee")).toBe("c0ffee");
    expect(bareContainerId("cri-o://c0ffee")).toBe("c0ffee");
    expect(bareContainerId("c0ffee")).toBe("c0ffee");
  });

  test("an image's digest and repository are read out of its id", () => {
    expect(imageDigestOf("docker-pullable://nginx@sha256:0d17")).toBe("sha256:0d17");
    expect(imageDigestOf("nginx:latest")).toBeUndefined();
    expect(imageRepositoryOf("docker-pullable://nginx@sha256:0d17")).toBe("nginx");
    expect(imageRepositoryOf("sha256:0d17")).toBeUndefined();
  });
});

describe("socket addresses", () => {
  test("a pair names who connected and to whom", () => {
    expect(parsePeers("172.17.0.9:43812->10.96.0.1:443")).toEqual({
      client: { ip: "172.17.0.9", port: 43_812 },
      server: { ip: "10.96.0.1", port: 443 },
    });
  });

  test("in IPv6 the port is what follows the last colon", () => {
    expect(parsePeers("::1:43812->2001:db8::5:443")).toEqual({
      client: { ip: "::1", port: 43_812 },
      server: { ip: "2001:db8::5", port: 443 },
    });
  });

  test("an IPv4 address in IPv6 clothes is an IPv4 address", () => {
    expect(parseEndpoint("::ffff:169.254.169.254:80")).toEqual({ ip: "169.254.169.254", port: 80 });
  });

  test.each([
    "/tmp/a->b",
    "10.0.0.1->10.0.0.2",
    "a:1->b:2",
    "10.0.0.1:1->10.0.0.2:99999",
    "->",
    "",
  ])("%j is no pair", (text) => {
    expect(parsePeers(text)).toBeNull();
  });
});
