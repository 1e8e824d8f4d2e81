/** What every page knows besides its data: who reads, when, and in which zone. */
import type { Role } from "../schema/member.ts";
import type { ReaderZone } from "./format/zone.ts";

/** Who is signed in. */
export interface Reader {
  /** Of their membership. */
  id: string;
  name: string;
  role: Role;
}

/** Given to every page and handed down to its parts. */
export interface View {
  tenant: string;
  /** Who reads. */
  reader: Reader;
  /** Why the reader's role forbids what the method does at the address; null where it does not. */
  forbids: (method: "GET" | "POST", href: string) => string | null;
  /** Epoch ms of the clock the data was read by. */
  now: number;
  zone: ReaderZone;
  /** Scheme, host and port that the reader sees, for commands to paste. */
  origin: string;
}
