/** What a process does in the demo, before an agent puts it into its own words. */

export interface Exec {
  type: "exec";
  exe: string;
  args: readonly string[];
  parent: string;
  tty?: boolean;
  user?: string;
  /** Falco's rule that would fire; Falco reports nothing else. */
  falcoRule?: string;
}

export interface Connect {
  type: "connect";
  exe: string;
  parent: string;
  ip: string;
  port: number;
  falcoRule?: string;
}

export type Deed = Exec | Connect;

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
