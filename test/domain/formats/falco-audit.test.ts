/** Falco's alerts about the Kubernetes API: what was asked of the cluster, by whom, of what. */
import { describe, expect, test } from "vitest";
import { describeWithCorpus } from "../../support/corpus.ts";
import { eventOf, type Json } from "./fixtures.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const audit = (fields: Json, rest: Json = {}) =>
  eventOf({
    hostname: "falco-k8saudit-96d7f6f99-vwjgc",
    priority: "Notice",
    rule: "K8s rule",
    source: "k8s_audit",
    time: "2026-11-24T09:59:58.302906000Z",
    output_fields: { "ka.user.name": "kubernetes-admin", ...fields },
    ...rest,
  });

describe("what was asked", () => {
  test.each([
    [{ "ka.verb": "create", "ka.target.resource": "pods" }, "create_pods"],
    [{ "ka.verb": "get", "ka.target.resource": "secrets" }, "get_secrets"],
    [{ "ka.verb": "patch" }, "patch"],
    [{ "ka.target.resource": "serviceaccounts" }, "audit_serviceaccounts"],
    [{ "ka.verb": "<NA>", "ka.target.resource": null }, "audit"],
  ])("%j is %s", (fields, action) => {
    expect(audit(fields)).toMatchObject({ kind: "kubernetes", action });
  });

  test.each(["exec", "attach", "portforward", "ephemeralcontainers"])(
    "%s on a pod is itself, whatever the verb",
    (subresource) => {
      const fields = { "ka.verb": "create", "ka.target.resource": "pods" };
      const event = audit({ ...fields, "ka.target.subresource": subresource });
      expect(event.action).toBe(subresource);
    },
  );

  test("a subresource that is no deed of its own leaves verb and resource", () => {
    const fields = { "ka.verb": "update", "ka.target.resource": "nodepools" };
    const event = audit({ ...fields, "ka.target.subresource": "status" });
    expect(event.action).toBe("update_nodepools");
  });
});

describe("of what, and by whom", () => {
  test("a pod by its name, or by the name in the answer where it is made", () => {
    const place = { "ka.target.namespace": "shop", "ka.target.resource": "pods" };
    const named = audit({ ...place, "ka.target.name": "api-5d" });
    const made = audit({ ...place, "ka.resp.name": "api-5d" });
    for (const event of [named, made])
      expect(event.k8s).toEqual({ namespace: "shop", pod: "api-5d" });
    expect(named.user).toEqual({ name: "kubernetes-admin" });
  });

  test("a workload, a namespace, and an object that is neither", () => {
    const of = (resource: string) =>
      audit({ "ka.target.resource": resource, "ka.target.name": "api" }).k8s;
    expect(of("deployments")).toEqual({ workload: { kind: "Deployment", name: "api" } });
    expect(of("namespaces")).toEqual({ namespace: "api" });
    expect(of("clusterroles")).toBeUndefined();
  });

  test("no container and no process, whatever fields there are", () => {
    const event = audit({ "container.id": "6bc1b4be90d6", "proc.name": "falco" });
    expect(event.container).toBeUndefined();
    expect(event.process).toBeUndefined();
  });

  test("the id of the audit event, unless falcosidekick gave one", () => {
    const fields = { "ka.auditid": "f1a2" };
    expect(audit(fields).id).toBe("f1a2");
    expect(audit(fields, { uuid: "u1" }).id).toBe("u1");
  });

  test("the host is where Falco runs, and is in doubt", () => {
    expect(audit({}).host).toEqual({ name: "falco-k8saudit-96d7f6f99-vwjgc", doubtful: true });
  });
});

describeWithCorpus("real alerts about the Kubernetes API", (dir) => {
  test("say what was done, and name nothing else than the cluster's objects", () => {
    const lines = readFileSync(join(dir, "falco--falcosecurity-falco-website.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"source":"k8s_audit"'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const event = eventOf(JSON.parse(line));
      expect(event.kind).toBe("kubernetes");
      expect(event.action).not.toBe("audit");
      expect(event.container).toBeUndefined();
    }
  });
});
