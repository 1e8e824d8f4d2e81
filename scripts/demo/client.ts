/** How each agent's requests reach the node. A failure is told once, not at every event. */
import { gzipSync } from "node:zlib";
import type { Credentials } from "../node/credentials.ts";

const ANSWER_MS = 5_000;

export class Client {
  readonly #credentials: Credentials;
  readonly #say: (text: string) => void;
  #failing = false;

  constructor(credentials: Credentials, say: (text: string) => void) {
    this.#credentials = credentials;
    this.#say = say;
  }

  /** Falco can set no header. */
  async falco(alert: object): Promise<void> {
    await this.#post(`/v1/events?key=${this.#credentials.agentKey}`, JSON.stringify(alert), {
      "user-agent": "falcosecurity/falco",
    });
  }

  /** As a shipper does it: compressed lines. */
  async lines(lines: readonly object[]): Promise<void> {
    const body = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await this.#post("/v1/events", body, {
      authorization: `Bearer ${this.#credentials.agentKey}`,
      "content-type": "application/x-ndjson",
      "content-encoding": "gzip",
      "user-agent": "Vector",
    });
  }

  async native(path: "/v1/events" | "/v1/heartbeats", body: object): Promise<void> {
    await this.#post(path, JSON.stringify(body), {
      authorization: `Bearer ${this.#credentials.agentKey}`,
    });
  }

  setQuietPeriod(rule: string, quietPeriod: string): Promise<void> {
    return this.#configure("PATCH", `/rules/${rule}`, { quietPeriod });
  }

  /** Those that there were are replaced. */
  setAutomations(items: readonly object[]): Promise<void> {
    return this.#configure("PUT", "/automations", { items });
  }

  async #configure(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.#credentials.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#credentials.apiToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }

  async #post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
  ): Promise<void> {
    const failure = await fetch(`${this.#credentials.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    }).then(
      async (response) => {
        const text = await response.text();
        return response.ok ? null : `${response.status} ${text}`;
      },
      (error: unknown) => String(error),
    );
    if (failure !== null && !this.#failing) this.#say(`an agent was not heard: ${failure}`);
    this.#failing = failure !== null;
  }
}
