/**
 * What can happen in a run, as plain data, so that a failing run can be printed, replayed and shortened.
 * Numbers that point at something are taken modulo what is there: any sublist of a run is a run.
 */

/** What goes wrong during a drain, at which of its calls of D1, before or after D1 has done its part. */
export interface Trouble {
  call: number;
  when: "before" | "after";
  what: "down" | "crash" | SimCommand;
}

/** What one agent saw: events of {@link FINDINGS}, each `ago` before now. */
export interface SimPart {
  host: number;
  agent: number;
  events: [finding: number, ago: number][];
  dropped: number;
  /** A place whose container it saw go, `ago` before now. */
  gone?: [place: number, ago: number];
}

export type SimCommand =
  /** Its events go into a batch that is under way; a shipper's names several hosts. */
  | ({ do: "send"; more?: SimPart[] } & SimPart)
  /**
   * A batch arrives; where its answer is lost, the agent sends it again later. `fails`: so many of its hosts
   * take it, the next one fails, and the agent sends all of it again. `lag`: so long before, the edge read it.
   */
  | { do: "deliver"; batch: number; loseAnswer: boolean; fails?: number; lag?: number }
  /** A batch that has been answered arrives once more. */
  | { do: "repeat"; batch: number }
  /** A batch is lost for ever, whether or not it was taken. */
  | { do: "lose"; batch: number }
  | { do: "beat"; host: number; agent: number; dropped: number; ago?: number }
  /** An agent dies, or comes back. */
  | { do: "toggle"; host: number; agent: number }
  /** The clock of an agent is so far ahead from now on. */
  | { do: "skew"; host: number; agent: number; ms: number }
  | { do: "advance"; ms: number; beats: boolean; alarms: boolean }
  /** The alarm fires if it is due; `sweep` wakes whether it is or not. */
  | { do: "wake"; host: number; sweep: boolean; trouble: Trouble | null }
  /** The actor is taken out of memory. */
  | { do: "evict"; host: number }
  /** D1 cannot be reached from now on, or can be again. */
  | { do: "outage" }
  | { do: "rule"; rule: number; quietPeriodMs: number; enabled: boolean }
  /** An exception hides a finding's events from now on, or none does any more. */
  | { do: "except"; finding: number }
  /** A container is replaced by another one, and nobody says so but lists. */
  | { do: "replace"; place: number }
  /** Somebody says that a host is out of service, or that one of its containers is gone. */
  | { do: "gone"; host: number; place: number | null }
  /** The tenant lets nothing resolve on silence alone from now on, or does again; hosts may not be told. */
  | { do: "strict"; isTold: boolean }
  /** Somebody says that a finding is fixed, or takes that back. */
  | { do: "fix"; finding: number; isFixed: boolean }
  /** All that follows is so many times as slow: quiet periods, heartbeats, pauses. */
  | { do: "pace"; factor: number };
