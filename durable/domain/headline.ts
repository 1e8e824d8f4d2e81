/** The sentence at the top of a finding or signal. Pure; days and times are in UTC. */
import type { EpochMs } from "../../schema/time.ts";
import type { Resource } from "./model.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAY_MS = 86_400_000;

/** "gcc ran in api (shop, node-7) 14 times since Tuesday" */
export function headline(
  what: { subject: string; count: number; firstSeenAt: EpochMs },
  resource: Resource,
  now: EpochMs,
): string {
  const often =
    what.count === 1
      ? `once, ${when(what.firstSeenAt, now)}`
      : `${what.count.toLocaleString("en-US")} times since ${when(what.firstSeenAt, now)}`;
  return `${what.subject} ${where(resource)} ${often}`;
}

/** What people call a resource: its name, else its pod's, else its identity. */
export function displayName(resource: Resource): string {
  return resource.name ?? resource.pod ?? resource.id.slice(resource.id.indexOf(":") + 1);
}

/** "in api (shop, node-7)", "on node-7" */
function where(resource: Resource): string {
  const name = displayName(resource);
  if (resource.type === "host") return `on ${name}`;
  const around = [resource.namespace, resource.host].filter((part) => part !== null);
  return around.length > 0 ? `in ${name} (${around.join(", ")})` : `in ${name}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** "10:04 UTC", "Tuesday", "3 November", "3 November 2025" */
export function when(at: EpochMs, now: EpochMs): string {
  const date = new Date(at);
  const today = Math.floor(now / DAY_MS);
  const daysAgo = today - Math.floor(at / DAY_MS);
  if (daysAgo <= 0) {
    return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
  }
  if (daysAgo < 7) return DAYS[date.getUTCDay()] ?? "";
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""}`;
  return date.getUTCFullYear() === new Date(now).getUTCFullYear()
    ? day
    : `${day} ${date.getUTCFullYear()}`;
}
