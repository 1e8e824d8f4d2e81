/** What every page knows besides its data: who reads, when, and in which zone. */
import type { ReaderZone } from "./format/zone.ts";

/** Given to every page and handed down to its parts. */
export interface View {
  tenant: string;
  /** Epoch ms of the clock the data was read by. */
  now: number;
  zone: ReaderZone;
  /** Scheme, host and port that the reader sees, for commands to paste. */
  origin: string;
}
