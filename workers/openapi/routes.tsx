/** `GET /openapi.json`, and `GET /docs/api`, the same document for people. Both hold no tenant's data and need no sign-in. */
import { Hono } from "hono";
import { ApiReaderPage } from "../../dashboard/pages/api-reader.tsx";
import { page } from "../../dashboard/render.tsx";
import { pageSecurity } from "../../dashboard/security.ts";
import type { OpenApiDocument } from "../../schema/openapi.ts";
import type { App } from "../auth/authenticate.ts";
import { openApiDocument } from "./document.ts";
import { OPERATIONS } from "./operations.ts";

let made: { document: OpenApiDocument; text: string } | undefined;

/** Made at the first request of an isolate; it changes only with the code. */
function document() {
  if (made === undefined) {
    const fresh = openApiDocument(OPERATIONS);
    made = { document: fresh, text: JSON.stringify(fresh) };
  }
  return made;
}

export const openApi = new Hono<App>();

openApi.get("/openapi.json", (c) =>
  c.body(document().text, 200, {
    "content-type": "application/json",
    "cache-control": "no-cache",
    // Tools in a browser fetch it from where they are; there is nothing in it to protect.
    "access-control-allow-origin": "*",
  }),
);

openApi.get("/docs/api", pageSecurity(), (c) => {
  const { origin } = new URL(c.req.url);
  c.header("cache-control", "no-cache");
  return page(c, <ApiReaderPage document={document().document} origin={origin} now={c.var.now} />);
});
