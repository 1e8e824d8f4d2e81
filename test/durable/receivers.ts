/**
 * Fake receivers of webhooks, in the place of the network: each answers as it is told to, and keeps what has reached
 * it, as a receiver that knows Standard Webhooks does: verified, and once for each `webhook-id`.
 */
import { Webhook } from "standardwebhooks";
import { onTestFinished, vi } from "vitest";
import { webhookBodySchema, type WebhookBody } from "../../schema/webhooks.ts";

/** What a receiver does with a request. `breaks`: it takes the message, and then the connection breaks. */
export type Behaviour =
  | { does: "answers"; status: number; headers?: Record<string, string>; body?: string }
  | { does: "hangs" | "drops" | "breaks" | "redirects" };

export const OK: Behaviour = { does: "answers", status: 200, body: "thanks" };

export interface Received {
  id: string;
  at: number;
  headers: Record<string, string>;
  body: WebhookBody;
}

export class Receiver {
  readonly url: string;
  /** Its secrets; it takes what one of them verifies. */
  secrets: string[] = [];
  /** Every request. */
  readonly requests: { id: string; at: number }[] = [];
  /** In effect: what was taken, once for each id. */
  readonly taken: Received[] = [];
  behaviour: (n: number) => Behaviour;
  underWay = 0;
  mostUnderWay = 0;

  constructor(url: string, behaviour: Behaviour | ((n: number) => Behaviour)) {
    this.url = url;
    this.behaviour = typeof behaviour === "function" ? behaviour : () => behaviour;
  }

  async take(init: RequestInit): Promise<Response> {
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const id = headers["webhook-id"] ?? "";
    const n = this.requests.push({ id, at: Date.now() });
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      // A moment, so that attempts of several keys meet.
      await Promise.resolve();
      return this.#answer(
        this.behaviour(n),
        id,
        headers,
        typeof init.body === "string" ? init.body : "",
      );
    } finally {
      this.underWay--;
    }
  }

  #answer(
    behaviour: Behaviour,
    id: string,
    headers: Record<string, string>,
    body: string,
  ): Response {
    switch (behaviour.does) {
      // What fetch says when the time is up; that it is, test/domain/webhooks/attempt.test.ts sees.
      case "hangs":
        throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
      case "drops":
        throw new TypeError("Network connection lost.");
      case "redirects":
        return new Response(null, { status: 302, headers: { location: "https://127.0.0.1/" } });
      case "breaks":
        this.#keep(id, headers, body);
        throw new TypeError("Network connection lost.");
      case "answers": {
        const { status, body: text = "", headers: more = {} } = behaviour;
        if (status < 300) this.#keep(id, headers, body);
        return new Response(text, { status, headers: more });
      }
    }
  }

  #keep(id: string, headers: Record<string, string>, body: string): void {
    const verified = this.secrets.some((secret) => {
      try {
        return new Webhook(secret).verify(body, headers) !== undefined;
      } catch {
        return false;
      }
    });
    if (!verified) throw new Error("the signature is wrong");
    if (this.taken.some((known) => known.id === id)) return;
    const parsed = webhookBodySchema.parse(JSON.parse(body));
    this.taken.push({ id, at: Date.now(), headers, body: parsed });
  }
}

/** Puts receivers in the place of the network for this test; nothing else can be reached. */
export function network(receivers: readonly Receiver[]): void {
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const receiver = receivers.find((one) => one.url === url);
    return receiver === undefined
      ? Promise.reject(new TypeError(`nobody is at ${url}`))
      : receiver.take(init);
  });
  onTestFinished(() => spy.mockRestore());
}
