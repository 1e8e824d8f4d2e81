/** What the phases need to know of a server under test. */
import type { Endpoint } from "../client.ts";
import type { BodyFormat } from "../load.ts";
import type { Child } from "./child.ts";

export interface Target {
  name: "Lull" | "limit" | "Alertmanager";
  format: BodyFormat;
  endpoint: Endpoint;
  child: Child;
}
