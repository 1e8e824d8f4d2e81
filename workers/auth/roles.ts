/** What each route asks for: the one table, by which requests are let through and buttons are disabled. */
import { roleAllows, type Role } from "../../schema/member.ts";

/** Method, path, role. `ACT` is any method that does not read. */
type Line = readonly [method: "GET" | "POST" | "ACT", path: string, role: Role];

/**
 * A segment of `:` stands for any one, `*` at the end for the rest; the first line that fits counts. What reads and
 * stands in none needs the least, what acts and stands in none the most.
 */
const LINES: readonly Line[] = [
  // Pages that only hold the form of an act.
  ["GET", "/findings/:/mute", "responder"],
  ["GET", "/settings/automations/new", "admin"],
  ["GET", "/settings/automations/:", "admin"],
  ["GET", "/cases/new", "responder"],
  ["GET", "/cases/:/close", "responder"],
  ["GET", "/mutes/new", "responder"],
  ["GET", "/mutes/:/end", "responder"],
  ["GET", "/rules/new", "admin"],
  ["GET", "/rules/:/edit", "admin"],
  ["GET", "/rules/:/delete", "admin"],
  ["GET", "/exceptions/new", "admin"],
  ["GET", "/exceptions/:/delete", "admin"],
  ["GET", "/coverage/:/gone", "admin"],
  ["GET", "/settings/keys/:/:/revoke", "admin"],
  ["GET", "/settings/endpoints/new", "admin"],
  ["GET", "/settings/endpoints/:/edit", "admin"],
  ["GET", "/settings/endpoints/:/delete", "admin"],

  // These store nothing.
  ["POST", "/api/v1/rules/test", "viewer"],
  ["POST", "/api/v1/exceptions/preview", "viewer"],
  ["POST", "/api/v1/mutes/preview", "viewer"],
  ["POST", "/api/v1/automations/preview", "viewer"],
  ["POST", "/rules/:/test", "viewer"],

  ["ACT", "/api/v1/findings/*", "responder"],
  ["ACT", "/api/v1/mutes/*", "responder"],
  ["ACT", "/api/v1/cases/*", "responder"],
  ["ACT", "/findings/*", "responder"],
  ["ACT", "/mutes/*", "responder"],
  ["ACT", "/cases/*", "responder"],

  ["ACT", "/api/v1/rules/*", "admin"],
  ["ACT", "/api/v1/exceptions/*", "admin"],
  ["ACT", "/api/v1/settings", "admin"],
  ["ACT", "/api/v1/automations", "admin"],
  ["ACT", "/api/v1/ownership", "admin"],
  ["ACT", "/api/v1/resources/*", "admin"],
  ["ACT", "/api/v1/keys/*", "admin"],
  ["ACT", "/api/v1/tokens/*", "admin"],
  ["ACT", "/api/v1/members/*", "admin"],
  ["ACT", "/api/v1/endpoints/*", "admin"],
  ["ACT", "/rules/*", "admin"],
  ["ACT", "/exceptions/*", "admin"],
  ["ACT", "/coverage/*", "admin"],
  ["ACT", "/settings/*", "admin"],
];

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  const open = wanted.at(-1) === "*";
  if (open) wanted.pop();
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((part, at) => part === given[at] || (part === ":" && given[at] !== ""));
}

function lineFor(method: string, path: string): Line | undefined {
  return LINES.find(
    ([of, pattern]) => (of === "ACT" ? !isReading(method) : of === method) && fits(pattern, path),
  );
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The least role that may ask so. */
export function neededRole(method: string, path: string): Role {
  return lineFor(method, path)?.[2] ?? (isReading(method) ? "viewer" : "admin");
}

/** Whether somebody has thought of it: tests hold every act to that. */
export function hasLine(method: string, path: string): boolean {
  return isReading(method) || lineFor(method, path) !== undefined;
}

/** Why somebody may not ask so; null where they may. Without a role: an agent, which may send and nothing else. */
export function roleRefusal(has: Role | null, method: string, path: string): string | null {
  const needed = neededRole(method, path);
  if (has === null) return `This needs the role ${needed}. An agent key has none.`;
  if (roleAllows(has, needed)) return null;
  return `This needs the role ${needed}. Yours is ${has}; an admin can change that.`;
}
