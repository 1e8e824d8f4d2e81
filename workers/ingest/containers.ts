/**
 * Names of containers, images and workloads, as agents spell them. Pure.
 */
import type { WorkloadRef } from "../../schema/event.ts";

/** A container id without `containerd://`, `docker://` or `cri-o://`. */
export function bareContainerId(id: string): string {
  const scheme = id.indexOf("://");
  return scheme === -1 || scheme + 3 === id.length ? id : id.slice(scheme + 3);
}

/** The `sha256:…` in `repo@sha256:…`, or the whole of `sha256:…`. */
export function imageDigestOf(id: string): string | undefined {
  const at = id.indexOf("sha256:");
  return at === -1 ? undefined : id.slice(at);
}

/** The repository in `docker-pullable://repo@sha256:…`. */
export function imageRepositoryOf(id: string): string | undefined {
  const bare = bareContainerId(id);
  const at = bare.indexOf("@");
  return at > 0 ? bare.slice(0, at) : undefined;
}

/** What Kubernetes draws random suffixes from (apimachinery's `rand.SafeEncodeString`): no vowels, no 0, 1, 3. */
const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";
/** Five such characters that are a word in a pod's name rather than a suffix. */
const WORDS = new Set(["https", "http2", "pgsql", "mssql", "smtps", "nfsv4", "dhcp6"]);

/**
 * The workload of a pod, read from the pod's name: `api-5d4f9c7b8-x2k9p` is the Deployment `api`,
 * `node-exporter-7xk2p` is `node-exporter`. A name without such a suffix is a workload of its own.
 * The kind is left out where the name does not tell.
 */
export function workloadOfPod(pod: string): WorkloadRef {
  const last = pod.lastIndexOf("-");
  if (last <= 0) return { name: pod };
  const suffix = pod.slice(last + 1);
  if (isOrdinal(suffix)) return { name: pod.slice(0, last) };
  if (suffix.length !== 5 || !isDrawn(suffix) || WORDS.has(suffix)) return { name: pod };
  const owner = pod.slice(0, last);
  const hash = owner.lastIndexOf("-");
  if (hash <= 0) return { name: owner };
  const middle = owner.slice(hash + 1);
  const name = owner.slice(0, hash);
  // Before a pod's own suffix: a CronJob's minute of schedule, or a ReplicaSet's template hash.
  if (middle.length === 8 && isNumber(middle)) return { kind: "CronJob", name };
  if (middle.length >= 6 && middle.length <= 10 && isDrawn(middle) && hasDigit(middle))
    return { kind: "Deployment", name };
  return { name: owner };
}

/** A StatefulSet's ordinal: 0 to 999. */
function isOrdinal(text: string): boolean {
  return text.length <= 3 && isNumber(text) && (text.length === 1 || text[0] !== "0");
}

function isDrawn(text: string): boolean {
  for (const character of text) if (!SUFFIX.includes(character)) return false;
  return true;
}

function isNumber(text: string): boolean {
  for (const character of text) if (character < "0" || character > "9") return false;
  return text !== "";
}

function hasDigit(text: string): boolean {
  for (const character of text) if (character >= "0" && character <= "9") return true;
  return false;
}
