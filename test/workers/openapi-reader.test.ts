/** `/docs/api`: the document for people. */
import { expect, test } from "vitest";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import { PROBLEMS } from "../../workers/openapi/problems.ts";
import { fetchLull } from "./support.ts";

async function reader(): Promise<{ response: Response; html: string }> {
  const response = await fetchLull("/docs/api");
  return { response, html: await response.text() };
}

test("it is open to anyone, and loads nothing from elsewhere", async () => {
  const { response, html } = await reader();
  expect(response.status).toBe(200);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  for (const [, source] of html.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="([^"]*)"/g))
    expect(source).toMatch(/^\/static\//);
  expect(html).not.toMatch(/<[^>]+ style=/);
});

test("it shows every operation, with an anchor and a command, and every problem", async () => {
  const { html } = await reader();
  for (const { id, method, path } of OPERATIONS) {
    expect(html).toContain(`<article id="${id}"`);
    expect(html).toContain(`>${method.toUpperCase()}</span><code>${path}</code>`);
    expect(html).toContain(`id="try-${id}-0"`);
  }
  for (const code of Object.keys(PROBLEMS)) expect(html).toContain(`<code>${code}</code>`);
});

test("its links lead somewhere, and its anchors are unique", async () => {
  const { html } = await reader();
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(targets).difference(new Set(ids))).toEqual(new Set());
});
