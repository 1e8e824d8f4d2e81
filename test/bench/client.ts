/**
 * Sends bodies over kept-alive connections and takes the time. As cheap as node:http allows, since it
 * shares the machine with what it measures.
 */
import { Agent, request } from "node:http";

export interface Endpoint {
  url: string;
  headers: Record<string, string>;
}

export interface Sent {
  /** Answered with 200. */
  answered: number;
  /** From the first send to the last answer. */
  ms: number;
  /** Ascending, one for each answered request. */
  latencies: Float64Array;
  /** The first answer that was not 200. */
  failure: string | null;
}

/** Sends all bodies, at most `concurrency` at a time; stops sending at a failure or after `maxMs`. */
export async function send(
  endpoint: Endpoint,
  bodies: readonly Buffer[],
  concurrency: number,
  maxMs: number,
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  let failure: string | null = null;
  let next = 0;
  const started = performance.now();
  const connection = async () => {
    while (failure === null && performance.now() - started < maxMs) {
      const body = bodies[next++];
      if (body === undefined) return;
      const sentAt = performance.now();
      const refused = await post(endpoint, agent, body);
      if (refused === null) latencies.push(performance.now() - sentAt);
      else failure ??= refused;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, connection));
  const ms = performance.now() - started;
  agent.destroy();
  return {
    answered: latencies.length,
    ms,
    latencies: Float64Array.from(latencies).toSorted(),
    failure,
  };
}

/** Null for 200, else what came instead. */
function post({ url, headers }: Endpoint, agent: Agent, body: Buffer): Promise<string | null> {
  return new Promise((resolve) => {
    const call = request(
      url,
      {
        method: "POST",
        agent,
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": body.byteLength,
        },
      },
      (response) => {
        if (response.statusCode === 200) {
          response.resume().once("end", () => resolve(null));
          return;
        }
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => resolve(`${response.statusCode} ${text.slice(0, 300)}`));
      },
    );
    call.once("error", (error) => resolve(String(error)));
    call.end(body);
  });
}
