/**
 * Which of an audit event's paths the event is about. Pure.
 * A PATH record says by `nametype` what became of the name: PARENT, CREATE, DELETE, NORMAL, UNKNOWN (the kernel's
 * kernel/auditsc.c, audit_log_name); on RHEL 7 and older laurel finds it as `objtype`. Names are as the call was given them.
 */
import { isRaw, type Notes, type Raw } from "../fields.ts";
import { readEscaped } from "./auditd-records.ts";

/** More are not looked at: a rename has five. */
const MAX_PATHS = 16;

interface AuditPath {
  path: string;
  /** The call made this name. */
  created: boolean;
}

/**
 * The first path that is no directory on the way; of a rename the old name, as other agents report it, and of a link
 * the new one.
 */
export function readAuditPath(
  records: unknown,
  cwd: string | undefined,
  action: string,
  notes: Notes,
): AuditPath | undefined {
  if (!Array.isArray(records)) return undefined;
  const wanted = action === "rename" || action === "unlink" ? "DELETE" : "CREATE";
  let best: Raw | undefined;
  for (let i = 0; i < Math.min(records.length, MAX_PATHS); i++) {
    const record: unknown = records[i];
    if (!isRaw(record) || nameType(record) === "PARENT") continue;
    if (nameType(record) === wanted) {
      best = record;
      break;
    }
    best ??= record;
  }
  const name = best && readEscaped(best, "name", notes, "file.path");
  if (best === undefined || name === undefined) return undefined;
  return { path: absolute(name, cwd), created: nameType(best) === "CREATE" };
}

function nameType(record: Raw): unknown {
  return record["nametype"] ?? record["objtype"];
}

/** A relative name counts from the working directory: audit does not tell a directory's descriptor. */
function absolute(name: string, cwd: string | undefined): string {
  if (name.startsWith("/") || cwd === undefined || !cwd.startsWith("/")) return name;
  const tail = name.startsWith("./") ? name.slice(2) : name;
  return cwd.endsWith("/") ? `${cwd}${tail}` : `${cwd}/${tail}`;
}
