/**
 * How a happening becomes a request, one file for each format. A channel builds; sending, order, retries and the log
 * are the EndpointActor's.
 */
import type { Happening } from "../../schema/happening.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { EndpointRecord } from "../domain/endpoint.ts";

/** A request as it goes out. */
export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH";
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Null: none. */
  body: string | null;
  /** What nobody may read of it, of the call or of its answer: tokens, keys, signatures. See hide.ts. */
  hidden: readonly string[];
}

/** One that says something. */
export interface Message extends Call {
  body: string;
}

export interface ChannelContext {
  /** Of the delivery: the same for all of its attempts. */
  id: string;
  tenant: string;
  endpoint: Pick<EndpointRecord, "id" | "url" | "format" | "settings">;
  /** To sign with, the newest first; empty where the call is only shown. */
  secrets: readonly string[];
  /** The receiver's token; empty where the format needs none, or the call is only shown. */
  credential: string;
  /** Where people find Lull, without a slash at the end; null: nobody has said it. */
  publicUrl: string | null;
  /** Of the attempt. */
  at: EpochMs;
}

/** Contract: the same happening gives the same body, whenever it is attempted. */
export interface Channel {
  /** Absent: it has something to say of every happening. What it does not tell is not a delivery. */
  tells?: (happening: Pick<Happening, "type" | "data">) => boolean;
  /** Statuses by which the receiver says that it will never take this message. Absent: none, it is tried again. */
  refusals?: readonly number[];
  build: (happening: Happening, context: ChannelContext) => Promise<Message>;
}
