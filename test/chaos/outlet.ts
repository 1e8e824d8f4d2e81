/** How requests reach the node while it is killed, full or locked, and what may be answered then. */
import { setTimeout as delay } from "node:timers/promises";
import { heartbeatAnswerSchema } from "../../schema/answers.ts";
import { batchAnswerSchema } from "../../schema/ingest.ts";
import type { RunningNode } from "../support/node.ts";
import type { Record } from "./record.ts";

/** A request as it is sent, always the same. */
export interface Parcel {
  path: "/v1/events" | "/v1/heartbeats";
  headers: { "idempotency-key"?: string; "x-lull-heartbeat"?: string };
  body: string;
  /** How many; null for a heartbeat. */
  events: number | null;
}

const ANSWER_MS = 20_000;
/** Less than `Retry-After` says: the node must bear that too. */
const RETRY_MS = 150;

export class Outlet {
  readonly #node: RunningNode;
  readonly #record: Record;

  constructor(node: RunningNode, record: Record) {
    this.#node = node;
    this.#record = record;
  }

  /** Sends it until it is acknowledged. */
  async deliver(parcel: Parcel): Promise<void> {
    while (!(await this.attempt(parcel))) await delay(RETRY_MS);
  }

  /** Whether it was acknowledged; if not, it may have been taken all the same. */
  async attempt(parcel: Parcel, repeat = false): Promise<boolean> {
    const answer = await this.#send(parcel);
    if (answer?.status === 200) {
      this.#judge(parcel, await answer.json(), repeat);
      return true;
    }
    this.#record.traffic.retried++;
    if (answer !== null) await this.#judgeRefusal(answer);
    return false;
  }

  /** Other content under the key of an acknowledged batch counts nothing. */
  async reuseKey(parcel: Parcel): Promise<void> {
    const answer = await this.#send({ ...parcel, body: `${parcel.body} ` });
    if (answer === null || answer.status === 409) return void (await answer?.text());
    if (answer.status === 200) this.#record.complain("a used key was taken for other content");
    else await this.#judgeRefusal(answer);
  }

  /** Null where there is no answer. */
  async #send({ path, headers, body }: Parcel): Promise<Response | null> {
    return fetch(`${this.#node.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#node.credentials.agentKey}`,
        "content-type": "application/json",
        ...headers,
      },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
  }

  #judge(parcel: Parcel, body: unknown, repeat: boolean): void {
    if (parcel.events === null) return void heartbeatAnswerSchema.parse(body);
    const answer = batchAnswerSchema.parse(body);
    const { received, accepted, duplicate, ignored, rejected } = answer;
    const adds = accepted + duplicate + ignored + rejected.length === parcel.events;
    if (received !== parcel.events || !adds || rejected.length > 0 || (repeat && accepted > 0))
      this.#record.complain(`of ${parcel.events} events: ${JSON.stringify(answer)}`);
  }

  /** Anything but "later" makes agents drop what they have. */
  async #judgeRefusal(answer: Response): Promise<void> {
    const text = await answer.text().catch(() => "");
    this.#record.traffic.refused++;
    if (answer.status !== 503 || answer.headers.get("retry-after") === null)
      this.#record.complain(`answered ${answer.status}: ${text.slice(0, 300)}`);
  }
}
