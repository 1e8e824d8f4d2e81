/** The fleet: 200 hosts with 20 containers each, and what each of them is in the habit of doing. */
import { ATTACKS, HABITS, ORDINARY, type Behaviour } from "./behaviours.ts";
import { at, random, shuffled, weighted, zipf, type Random } from "./random.ts";

export const HOSTS = 200;
export const CONTAINERS_PER_HOST = 20;
/** A resource that does something wrong mostly does the same few things wrong. */
const HABITS_PER_RESOURCE = 3;
const HABIT_SHARE = 0.45;
/** Far more than a fleet sees that is not under attack. */
const ATTACK_SHARE = 0.000_1;

const SERVICES = ["api", "billing", "cart", "catalog", "search", "orders", "auth", "mail"];
const NAMESPACES = ["shop", "payments", "platform", "batch"];

export interface Container {
  id: string;
  service: string;
  namespace: string;
  pod: string;
}

export interface BenchResource {
  /** Null: the host itself. */
  container: Container | null;
  habits: readonly Behaviour[];
}

export interface BenchHost {
  id: string;
  name: string;
  /** The noisiest first. */
  resources: readonly BenchResource[];
}

/** One event before it is written in anybody's format. */
export interface Happening {
  host: BenchHost;
  resource: BenchResource;
  behaviour: Behaviour;
  pid: number;
}

export function makeFleet(seed: number): BenchHost[] {
  const draw = random(seed);
  return Array.from({ length: HOSTS }, (_, number) => {
    const containers = Array.from({ length: CONTAINERS_PER_HOST }, () => makeContainer(draw));
    const resources = shuffled([null, ...containers], draw).map((container) => ({
      container,
      habits: shuffled(HABITS, draw).slice(0, HABITS_PER_RESOURCE),
    }));
    return { id: `i-${hex(draw, 17)}`, name: `node-${number}`, resources };
  });
}

function makeContainer(draw: Random): Container {
  const service = at(SERVICES, Math.floor(draw() * SERVICES.length));
  const namespace = at(NAMESPACES, Math.floor(draw() * NAMESPACES.length));
  return { id: hex(draw, 64), service, namespace, pod: `${service}-${hex(draw, 10)}` };
}

function hex(draw: Random, digits: number): string {
  let text = "";
  while (text.length < digits) text += Math.floor(draw() * 16).toString(16);
  return text;
}

const drawResource = zipf(CONTAINERS_PER_HOST + 1);
const drawOrdinary = weighted(ORDINARY.map(({ weight }) => weight));
const drawAttack = weighted(ATTACKS.map(({ weight }) => weight));

/** `count` events of one host. */
export function happenings(host: BenchHost, count: number, draw: Random): Happening[] {
  return Array.from({ length: count }, () => {
    const resource = at(host.resources, drawResource(draw()));
    return { host, resource, behaviour: behave(resource, draw), pid: Math.floor(draw() * 60_000) };
  });
}

function behave(resource: BenchResource, draw: Random): Behaviour {
  const share = draw();
  if (share < ATTACK_SHARE) return at(ATTACKS, drawAttack(draw()));
  if (share < ATTACK_SHARE + HABIT_SHARE) {
    const habits = weighted(resource.habits.map(({ weight }) => weight));
    return at(resource.habits, habits(draw()));
  }
  return at(ORDINARY, drawOrdinary(draw()));
}
