/**
 * How a happening becomes a request, one file for each format. A channel builds; sending, order, retries and the log
 * are the EndpointActor's.
 */
import type { Happening } from "../../schema/happening.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { EndpointRecord } from "../domain/endpoint.ts";

/** A request by POST, as it goes out. */
export interface Call {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface ChannelContext {
  /** Of the delivery: the same for all of its attempts. */
  id: string;
  tenant: string;
  endpoint: Pick<EndpointRecord, "id" | "url" | "format">;
  /** To sign with, the newest first; never empty. */
  secrets: readonly string[];
  /** Of the attempt. */
  at: EpochMs;
}

/** Contract: the same happening gives the same body, whenever it is attempted. */
export interface Channel {
  build(happening: Happening, context: ChannelContext): Promise<Call>;
}
