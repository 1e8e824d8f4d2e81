/**
 * What conditions read of an event, and a key made of it: two events with the same key get the same verdicts.
 * Contract: a key says of each field where it ends, so that no content of one field can pass for another's.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { LullEvent } from "../../schema/event.ts";
import { executableName } from "./cel.ts";

type Part = string | number | boolean | readonly string[] | undefined;
type ReadPart = (event: LullEvent) => Part;

/**
 * Fields that may stand in a key, with what their variable is made of. Left out is what is nearly always new
 * (`process.pid`, `container.id`, `event.message`) or has no fixed shape (`facts`).
 */
const PARTS: ReadonlyMap<string, readonly ReadPart[]> = new Map<string, readonly ReadPart[]>([
  ["event.format", [(event) => event.format]],
  ["event.kind", [(event) => event.kind]],
  ["event.action", [(event) => event.action]],
  ["event.agentRule", [(event) => event.agentRule]],
  ["event.tags", [(event) => event.tags]],
  ["event.syscall", [(event) => event.syscall]],
  ["process.name", [nameOf]],
  ["process.exe", [exeOf]],
  ["process.args", [argsOf]],
  ["process.cmdline", [nameOf, argsOf]],
  ["process.tty", [(event) => event.process?.tty]],
  ["process.cwd", [(event) => event.process?.cwd]],
  ["process.parent.name", [(event) => executableName(event.process?.parent)]],
  ["process.parent.exe", [(event) => event.process?.parent?.exe]],
  ["user.name", [(event) => event.user?.name]],
  ["user.uid", [(event) => event.user?.uid]],
  ["user.loginUid", [(event) => event.user?.loginUid]],
  ["file.path", [(event) => event.file?.path]],
  ["file.flags", [(event) => event.file?.flags]],
  ["network.ip", [(event) => event.network?.ip]],
  ["network.port", [(event) => event.network?.port]],
  ["network.hostname", [(event) => event.network?.hostname]],
  ["network.protocol", [(event) => event.network?.protocol]],
  ["network.direction", [(event) => event.network?.direction]],
  // Many rules ask whether there is a container at all, and few which.
  ["container.id?", [(event) => (event.container?.id ?? "") === ""]],
  ["container.name", [(event) => event.container?.name]],
  ["container.image", [(event) => event.container?.image]],
  ["k8s.namespace", [(event) => event.k8s?.namespace]],
  ["k8s.workload", [(event) => event.k8s?.workload?.name]],
]);

function nameOf(event: LullEvent): Part {
  return executableName(event.process);
}

function exeOf(event: LullEvent): Part {
  return event.process?.exe;
}

function argsOf(event: LullEvent): Part {
  return event.process?.args;
}

/**
 * What a parsed expression may read: a field (`process.parent.name`), only whether a field is empty
 * (`container.id?`), or a variable as a whole (`facts`). Names that are no variables of ours are in it too.
 */
export function readsOf(expression: ASTNode): ReadonlySet<string> {
  const reads = new Set<string>();
  collect(expression, reads);
  return reads;
}

function collect(value: unknown, reads: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, reads);
  if (!isNode(value)) return;
  const path = comparedWithNothing(value) ?? pathOf(value);
  if (path === null) collect(value.args, reads);
  else reads.add(path);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

/** `a.b.c`, if the node is that and no more. */
function pathOf(node: ASTNode): string | null {
  if (node.op === "id") return node.args;
  if (node.op !== ".") return null;
  const [object, name] = node.args;
  const path = pathOf(object);
  return path === null ? null : `${path}.${name}`;
}

/** `a.b?` for `a.b == ""` and `a.b != ""`. */
function comparedWithNothing(node: ASTNode): string | null {
  if (node.op !== "==" && node.op !== "!=") return null;
  const [left, right] = node.args;
  const path = right.op === "value" && right.args === "" ? pathOf(left) : null;
  return path === null ? null : PARTS.has(`${path}?`) ? `${path}?` : path;
}

/** A longer key costs more to make than it saves, and memory. */
const MAX_KEY_CHARS = 512;

/** The key of an event, after `prefix`; null where it would be too long. */
export type KeyOf = (event: LullEvent, prefix: string) => string | null;

/** Makes keys of what is read; null if something read may not stand in a key. */
export function keyOfReads(reads: Iterable<string>, isVariable: (name: string) => boolean) {
  const parts = new Set<ReadPart>();
  for (const path of reads) {
    const known = PARTS.get(path);
    if (known !== undefined) for (const part of known) parts.add(part);
    // The variable of a loop, or the name of a type: what it stands for has been met elsewhere.
    else if (isVariable(path.split(".", 1)[0] ?? "")) return null;
  }
  return keyOfParts([...parts]);
}

function keyOfParts(parts: readonly ReadPart[]): KeyOf {
  return (event, prefix) => {
    let key = prefix;
    for (const part of parts) {
      key += spell(part(event));
      if (key.length > MAX_KEY_CHARS) return null;
    }
    return key;
  };
}

/** No spelling is the beginning of another. */
function spell(part: Part): string {
  if (typeof part === "string") return `${part.length}:${part}`;
  if (part === undefined) return "~";
  if (typeof part === "number") return `${part};`;
  if (typeof part === "boolean") return part ? "+" : "_";
  let text = `${part.length}[`;
  for (const item of part) text += `${item.length}:${item}`;
  return text;
}
