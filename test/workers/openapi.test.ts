/** The OpenAPI document against the specification, and against the routes that there are. */
import { describe, expect, test } from "vitest";
import { app } from "../../workers/app.ts";
import { openApiDocument } from "../../workers/openapi/document.ts";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import { openApiSchema } from "./openapi-schema.ts";
import { fetchLull, okJson } from "./support.ts";

const DOCUMENTED = [
  "/v1/",
  "/api/",
  "/hooks/",
  "/.well-known/",
  "/healthz",
  "/metrics",
  "/openapi.json",
];

describe("the document", () => {
  test("names every route of the API, and no other", () => {
    const routes = app.routes
      .filter(
        ({ method, path }) => method !== "ALL" && DOCUMENTED.some((it) => path.startsWith(it)),
      )
      .map(
        ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}").replace(/\/$/, "")}`,
      );
    const documented = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(documented.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  test("is valid OpenAPI 3.1, and is what the Worker serves", async () => {
    const response = await fetchLull("/openapi.json");
    expect(response.headers.get("content-type")).toBe("application/json");
    const served = await okJson(response);
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument(OPERATIONS))));
    const document = openApiSchema.parse(served);

    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((it) => it.in === "path").map((it) => it.name);
      expect(declared, path).toEqual(inPath);
      const names = operation.parameters.map((it) => `${it.in} ${it.name}`);
      expect(new Set(names).size, path).toBe(names.length);
      const schemes = operation.security.flatMap((it) => Object.keys(it));
      for (const scheme of schemes)
        expect(document.components.securitySchemes).toHaveProperty(scheme);
      const tags = document.tags.map((tag) => tag.name);
      for (const tag of operation.tags) expect(tags).toContain(tag);
    }
  });

  test("has references that all lead somewhere, and names that are all used", () => {
    const document = openApiDocument(OPERATIONS);
    const text = JSON.stringify(document);
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      (it) => it[1],
    );
    expect(new Set(refs)).toEqual(new Set(Object.keys(document.components.schemas)));
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull();
  });
});
