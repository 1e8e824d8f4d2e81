/**
 * The same happenings as each target wants them: a native batch for Lull, alerts for Alertmanager.
 * Every batch is different from every other, since an equal one would be a repeat and count nothing.
 */
import type { BenchHost, Happening } from "./fleet.ts";
import { at } from "./random.ts";

export interface Bodies {
  native: Buffer;
  alerts: Buffer;
}

/** Writes `happenings` of one host as if they had happened in the second up to `now`. */
export function writeBodies(
  host: BenchHost,
  happenings: readonly Happening[],
  batch: string,
  now: number,
): Bodies {
  const step = 1_000 / happenings.length;
  const timeOf = (i: number) => new Date(now - 1_000 + Math.floor(i * step)).toISOString();
  const events = happenings.map((it, i) => nativeEvent(it, `${batch}-${i}`, timeOf(i)));
  const agent = {
    id: `agent-${host.name}`,
    kind: "native",
    version: "1.0.0",
    host: { id: host.id, name: host.name },
  };
  const body = { agent, sentAt: new Date(now).toISOString(), dropped: 0, events };
  return {
    native: Buffer.from(JSON.stringify(body)),
    alerts: Buffer.from(JSON.stringify(happenings.map((it, i) => alert(it, timeOf(i))))),
  };
}

function nativeEvent({ resource, behaviour, pid }: Happening, id: string, time: string): object {
  const { container } = resource;
  const { exe, args, parent, tty } = behaviour.process;
  return {
    id,
    time,
    kind: behaviour.kind,
    action: behaviour.action,
    ...(container === null
      ? {}
      : {
          container: {
            id: container.id,
            name: container.service,
            image: `registry.example/${container.namespace}/${container.service}:1.4.2`,
          },
          k8s: {
            cluster: "eu-1",
            namespace: container.namespace,
            pod: container.pod,
            workload: { kind: "Deployment", name: container.service },
          },
          service: container.service,
        }),
    user: { name: "root", uid: 0 },
    process: {
      exe,
      name: baseName(exe),
      args,
      pid,
      tty: tty ?? false,
      parent: { exe: parent, name: baseName(parent) },
    },
    ...(behaviour.file === undefined ? {} : { file: behaviour.file }),
    ...(behaviour.network === undefined ? {} : { network: behaviour.network }),
  };
}

/** An alert of the same event: what it is about in the labels, what happened in the annotations. */
function alert({ host, resource, behaviour }: Happening, startsAt: string): object {
  const { container } = resource;
  const { exe, args } = behaviour.process;
  return {
    labels: {
      alertname: behaviour.name,
      host: host.name,
      severity: "warning",
      ...(container === null
        ? {}
        : {
            container: container.id,
            cluster: "eu-1",
            namespace: container.namespace,
            pod: container.pod,
            workload: container.service,
            image: `registry.example/${container.namespace}/${container.service}:1.4.2`,
          }),
    },
    annotations: { summary: `${behaviour.kind} ${behaviour.action}: ${exe} ${args.join(" ")}` },
    startsAt,
  };
}

function baseName(path: string): string {
  return at(path.split("/"), path.split("/").length - 1);
}
