/** A fake tracker as a real HTTP server, that delivers its hooks as soon as Lull answers. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeTracker, Sign } from "./fake-tracker.ts";

export class TrackerServer<F extends FakeTracker> {
  readonly fake: F;
  readonly #server: Server;
  /** Where its hooks go. */
  #hook: { url: string; secret: string; sign: Sign } | null = null;
  /** What Lull has answered to hooks. */
  readonly told: number[] = [];

  private constructor(server: Server, fake: F) {
    this.#server = server;
    this.fake = fake;
    server.on("request", (request, response) => void this.#handle(request, response));
  }

  static async start<F extends FakeTracker>(
    make: (origin: string) => F,
  ): Promise<TrackerServer<F>> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return new TrackerServer(server, make(`http://127.0.0.1:${port}`));
  }

  tells(url: string, secret: string, sign: Sign): void {
    this.#hook = { url, secret, sign };
  }

  /** Delivers what waits, in order. */
  async tell(): Promise<void> {
    for (const hook of this.fake.hooks.splice(0)) {
      if (this.#hook === null) continue;
      const { url, secret, sign } = this.#hook;
      const headers = { "content-type": "application/json", ...(await sign(hook, secret)) };
      this.told.push((await fetch(url, { method: "POST", headers, body: hook.body })).status);
    }
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { method = "GET", url = "/", headers } = request;
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const answer = this.fake.take({ method, path: url, headers: Object.fromEntries(given), body });
    if (answer === null) return void request.socket.destroy();
    response
      .writeHead(answer.status, answer.headers)
      .end(answer.status === 204 ? undefined : answer.body);
    await this.tell();
  }
}
