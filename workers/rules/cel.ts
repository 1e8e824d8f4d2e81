/**
 * The variables that a rule's `when` sees, and how they are read from an event.
 * Contract: what an event does not say reads as "" / 0 / false / [] (user ids: -1), so that rules
 * need no has(); only `facts` is a map whose keys may be missing. Values are read on demand.
 */
import type {
  ContainerRef,
  FactValue,
  HostRef,
  KubernetesRef,
  LullEvent,
  NetworkRef,
  ProcessRef,
  UserRef,
} from "../../schema/event.ts";
import { AGENT_FORMATS } from "../../schema/event.ts";

interface CelValues {
  string: string;
  int: bigint;
  bool: boolean;
  "list<string>": readonly string[];
  /** `process.parent`; the only object within an object. */
  Parent: ParentVars;
}
type CelType = keyof CelValues;

interface Field<T extends CelType = CelType> {
  readonly type: T;
  readonly doc: string;
}

function field<T extends CelType>(type: T, doc: string): Field<T> {
  return { type, doc };
}

/** What a class must offer to stand for an object with these fields. */
type Shape<F extends Readonly<Record<string, Field>>> = {
  readonly [K in keyof F]: CelValues[F[K]["type"]];
};

const EVENT = {
  format: field(
    "string",
    `The agent's format: ${AGENT_FORMATS.map((it) => `\`${it}\``).join(", ")}`,
  ),
  kind: field("string", "What it is about: `process`, `file`, `network`, …"),
  action: field("string", "What happened: `exec`, `open`, `connect`, …; lower case"),
  agentRule: field("string", "The agent's rule or policy that fired"),
  message: field("string", "The agent's own sentence"),
  tags: field("list<string>", "The agent's tags"),
  syscall: field("string", "Kernel function, hook or system call"),
};

const PARENT = {
  name: field("string", "Command name of the parent, or the base name of its path"),
  exe: field("string", "Path of the parent's executable"),
};

const PROCESS = {
  name: field("string", "Command name, or the base name of `process.exe`"),
  exe: field("string", "Path of the executable"),
  args: field("list<string>", "Arguments, without the command itself"),
  cmdline: field("string", "Name and arguments, joined by spaces"),
  pid: field("int", "Process id on the host"),
  tty: field("bool", "Whether it has a controlling terminal"),
  cwd: field("string", "Working directory"),
  parent: field("Parent", "Its parent: `process.parent.name`, `process.parent.exe`"),
};

const USER = {
  name: field("string", "User name"),
  uid: field("int", "User id; -1 if unknown"),
  loginUid: field("int", "Id of who logged in, before su or sudo; -1 if unset"),
};

const FILE = {
  path: field("string", "Path of the file"),
  flags: field("string", "Flags of the open call"),
};

const NETWORK = {
  ip: field("string", "Address of the peer"),
  port: field("int", "Port of the peer"),
  hostname: field("string", "Name of the peer"),
  protocol: field("string", "`tcp`, `udp`, …"),
  direction: field("string", "`outbound` or `inbound`"),
};

const CONTAINER = {
  id: field("string", "Container id as the agent spelled it; empty on a host"),
  name: field("string", "Container name"),
  image: field("string", "Image with tag"),
  imageDigest: field("string", "`sha256:…`"),
};

const K8S = {
  cluster: field("string", "Cluster name"),
  namespace: field("string", "Namespace"),
  pod: field("string", "Pod name"),
  workload: field("string", "Name of the Deployment, DaemonSet, …"),
  workloadKind: field("string", "`Deployment`, `DaemonSet`, …"),
};

const HOST = {
  id: field("string", "Machine or instance id"),
  name: field("string", "Host name"),
};

class EventVars implements Shape<typeof EVENT> {
  readonly #event: LullEvent;
  constructor(event: LullEvent) {
    this.#event = event;
  }
  get format(): string {
    return this.#event.format;
  }
  get kind(): string {
    return this.#event.kind;
  }
  get action(): string {
    return this.#event.action;
  }
  get agentRule(): string {
    return this.#event.agentRule ?? "";
  }
  get message(): string {
    return this.#event.message ?? "";
  }
  get tags(): readonly string[] {
    return this.#event.tags ?? NO_STRINGS;
  }
  get syscall(): string {
    return this.#event.syscall ?? "";
  }
}

class ParentVars implements Shape<typeof PARENT> {
  readonly #parent: ProcessRef["parent"];
  constructor(parent: ProcessRef["parent"]) {
    this.#parent = parent;
  }
  get name(): string {
    return executableName(this.#parent);
  }
  get exe(): string {
    return this.#parent?.exe ?? "";
  }
}

class ProcessVars implements Shape<typeof PROCESS> {
  readonly #process: ProcessRef | undefined;
  #cmdline: string | undefined;
  constructor(process: ProcessRef | undefined) {
    this.#process = process;
  }
  get name(): string {
    return executableName(this.#process);
  }
  get exe(): string {
    return this.#process?.exe ?? "";
  }
  get args(): readonly string[] {
    return this.#process?.args ?? NO_STRINGS;
  }
  get cmdline(): string {
    // Rules ask for it several times in one expression.
    return (this.#cmdline ??= [this.name, ...this.args].join(" "));
  }
  get pid(): bigint {
    return toInt(this.#process?.pid, 0);
  }
  get tty(): boolean {
    return this.#process?.tty ?? false;
  }
  get cwd(): string {
    return this.#process?.cwd ?? "";
  }
  get parent(): ParentVars {
    return new ParentVars(this.#process?.parent);
  }
}

class UserVars implements Shape<typeof USER> {
  readonly #user: UserRef | undefined;
  constructor(user: UserRef | undefined) {
    this.#user = user;
  }
  get name(): string {
    return this.#user?.name ?? "";
  }
  get uid(): bigint {
    // 0 is root: it must not stand for "unknown".
    return toInt(this.#user?.uid, -1);
  }
  get loginUid(): bigint {
    return toInt(this.#user?.loginUid, -1);
  }
}

class FileVars implements Shape<typeof FILE> {
  readonly #file: LullEvent["file"];
  constructor(file: LullEvent["file"]) {
    this.#file = file;
  }
  get path(): string {
    return this.#file?.path ?? "";
  }
  get flags(): string {
    return this.#file?.flags ?? "";
  }
}

class NetworkVars implements Shape<typeof NETWORK> {
  readonly #network: NetworkRef | undefined;
  constructor(network: NetworkRef | undefined) {
    this.#network = network;
  }
  get ip(): string {
    return this.#network?.ip ?? "";
  }
  get port(): bigint {
    return toInt(this.#network?.port, 0);
  }
  get hostname(): string {
    return this.#network?.hostname ?? "";
  }
  get protocol(): string {
    return this.#network?.protocol ?? "";
  }
  get direction(): string {
    return this.#network?.direction ?? "";
  }
}

class ContainerVars implements Shape<typeof CONTAINER> {
  readonly #container: ContainerRef | undefined;
  constructor(container: ContainerRef | undefined) {
    this.#container = container;
  }
  get id(): string {
    return this.#container?.id ?? "";
  }
  get name(): string {
    return this.#container?.name ?? "";
  }
  get image(): string {
    return this.#container?.image ?? "";
  }
  get imageDigest(): string {
    return this.#container?.imageDigest ?? "";
  }
}

class KubernetesVars implements Shape<typeof K8S> {
  readonly #k8s: KubernetesRef | undefined;
  constructor(k8s: KubernetesRef | undefined) {
    this.#k8s = k8s;
  }
  get cluster(): string {
    return this.#k8s?.cluster ?? "";
  }
  get namespace(): string {
    return this.#k8s?.namespace ?? "";
  }
  get pod(): string {
    return this.#k8s?.pod ?? "";
  }
  get workload(): string {
    return this.#k8s?.workload?.name ?? "";
  }
  get workloadKind(): string {
    return this.#k8s?.workload?.kind ?? "";
  }
}

class HostVars implements Shape<typeof HOST> {
  readonly #host: HostRef | undefined;
  constructor(host: HostRef | undefined) {
    this.#host = host;
  }
  get id(): string {
    return this.#host?.id ?? "";
  }
  get name(): string {
    return this.#host?.name ?? "";
  }
}

const NO_STRINGS: readonly string[] = [];
const NO_FACTS: Readonly<Record<string, FactValue>> = {};

function toInt(value: number | undefined, absent: number): bigint {
  return BigInt(value === undefined || !Number.isFinite(value) ? absent : Math.trunc(value));
}

/** Linux keeps 15 characters of a command name (TASK_COMM_LEN less the terminator). */
const COMM_CHARS = 15;

/**
 * What a process is called in rules: its command name; the base name of its path where the name
 * is missing, or where the kernel has cut it. The name wins otherwise: busybox's `sh` is `sh`.
 */
export function executableName(process: ProcessRef["parent"]): string {
  if (process === undefined) return "";
  const { name, exe } = process;
  if (name !== undefined && name !== "" && name.length !== COMM_CHARS) return name;
  if (exe === undefined) return name ?? "";
  const base = exe.slice(exe.lastIndexOf("/") + 1);
  return base.startsWith(name ?? "") ? base : (name ?? base);
}

/** The variables of one event; each object is made when an expression first asks for it. */
export class CelContext {
  readonly #event: LullEvent;
  #process: ProcessVars | undefined;
  constructor(event: LullEvent) {
    this.#event = event;
  }
  get event(): EventVars {
    return new EventVars(this.#event);
  }
  get process(): ProcessVars {
    return (this.#process ??= new ProcessVars(this.#event.process));
  }
  get user(): UserVars {
    return new UserVars(this.#event.user);
  }
  get file(): FileVars {
    return new FileVars(this.#event.file);
  }
  get network(): NetworkVars {
    return new NetworkVars(this.#event.network);
  }
  get container(): ContainerVars {
    return new ContainerVars(this.#event.container);
  }
  get k8s(): KubernetesVars {
    return new KubernetesVars(this.#event.k8s);
  }
  get host(): HostVars {
    return new HostVars(this.#event.host);
  }
  get service(): string {
    return this.#event.service ?? "";
  }
  get facts(): Readonly<Record<string, FactValue>> {
    return this.#event.facts ?? NO_FACTS;
  }
}

/** The objects among the variables: CEL type, variable (none for a nested type), class and fields. */
export const CEL_OBJECTS = [
  { type: "Event", variable: "event", ctor: EventVars, fields: EVENT },
  { type: "Parent", variable: null, ctor: ParentVars, fields: PARENT },
  { type: "Process", variable: "process", ctor: ProcessVars, fields: PROCESS },
  { type: "User", variable: "user", ctor: UserVars, fields: USER },
  { type: "File", variable: "file", ctor: FileVars, fields: FILE },
  { type: "Network", variable: "network", ctor: NetworkVars, fields: NETWORK },
  { type: "Container", variable: "container", ctor: ContainerVars, fields: CONTAINER },
  { type: "Kubernetes", variable: "k8s", ctor: KubernetesVars, fields: K8S },
  { type: "Host", variable: "host", ctor: HostVars, fields: HOST },
] as const satisfies readonly {
  type: string;
  variable: keyof CelContext | null;
  ctor: unknown;
  fields: Readonly<Record<string, Field>>;
}[];

/** The variables that are plain values. */
export const CEL_SCALARS = [
  { variable: "service", type: "string", doc: "Service name" },
  {
    variable: "facts",
    type: "map<string, dyn>",
    doc: "State of the host, for kind `host`; ask `has(facts.x)` first",
  },
] as const satisfies readonly { variable: keyof CelContext; type: string; doc: string }[];
