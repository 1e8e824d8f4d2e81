/** Events that come as rows within one line: osquery's. Pure. */
import type { AgentFormat } from "../../schema/event.ts";
import { MAX_EVENTS_PER_BATCH } from "../../schema/limits.ts";
import { isRaw } from "./fields.ts";
import { rowsOfOsquery } from "./formats/osquery-rows.ts";
import { refuse, type Result } from "./result.ts";
import { rawItem, tooMany, type RawItem, type SplitBody } from "./split.ts";
import { withoutId } from "./wrapping.ts";

/** A line of osquery holds many rows, and every row is an event received. Other items stay as they are. */
export function withRows(split: SplitBody, format: AgentFormat | null): Result<SplitBody> {
  if (format !== null && format !== "osquery") return { ok: true, value: split };
  const rows = rowsOf(split.kind === "items" ? split.items : [rawItem(split.raw, split.wrapping)]);
  if (rows === null) return { ok: true, value: split };
  const { items } = rows;
  if (items.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(items.length));
  return { ok: true, value: { kind: "items", items } };
}

/** Each row as an item, with the number of the item that it came `from`; null where nothing holds rows. Ends where there are too many already. */
export function rowsOf(items: readonly RawItem[]): { items: RawItem[]; from: number[] } | null {
  let all: RawItem[] | null = null;
  let from: number[] = [];
  for (const [at, item] of items.entries()) {
    if (all !== null && all.length > MAX_EVENTS_PER_BATCH) break;
    const rows = "value" in item && isRaw(item.value) ? rowsOfOsquery(item.value) : null;
    if (rows === null) {
      if (all === null) continue;
      all.push(item);
      from.push(at);
      continue;
    }
    if (all === null) {
      all = items.slice(0, at);
      from = all.map((_, index) => index);
    }
    const wrapping = item.wrapping === undefined ? undefined : withoutId(item.wrapping);
    for (const value of rows) {
      all.push(rawItem(value, wrapping));
      from.push(at);
    }
  }
  return all === null ? null : { items: all, from };
}
