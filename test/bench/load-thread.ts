/** The main thread's side of load.ts. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Sent } from "./client.ts";
import type { Order, Preparation, Report } from "./load.ts";

export class LoadThread {
  readonly #worker = new Worker(new URL("load.ts", import.meta.url));

  /** Writes the bodies of a round; answers how many bytes its batches have for Lull. */
  async prepare(preparation: Preparation): Promise<number> {
    const report = await this.#ask({ do: "prepare", ...preparation });
    if (report.done !== "prepared") throw new Error("the load thread is out of step");
    return report.bytes;
  }

  /** Throws if anything but 200 came back. */
  async send(order: Omit<Extract<Order, { do: "send" }>, "do">): Promise<Sent> {
    const report = await this.#ask({ do: "send", ...order });
    if (report.done !== "sent") throw new Error("the load thread is out of step");
    if (report.sent.failure !== null)
      throw new Error(`${order.endpoint.url} answered ${report.sent.failure}`);
    return report.sent;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(order: Order): Promise<Report> {
    this.#worker.postMessage(order);
    const [report] = (await once(this.#worker, "message")) as [Report];
    return report;
  }
}
