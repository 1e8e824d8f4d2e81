/** What becomes of real agents' events, line by line; `npm run corpus -- --all` shows each. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LullEvent, Normalised } from "../../../schema/event.ts";
import { describeWithCorpus } from "../../support/corpus.ts";
import { decoded } from "./fixtures.ts";

/** Lines of a file that become events, contacts, ignored and rejected. */
const EXPECTED: Record<string, readonly [number, number, number, number]> = {
  "falco--IviUnicorn-F25-DevSecOps-Intro": [2, 0, 0, 0],
  "falco--diego-all-falco-workshop": [9, 0, 0, 0],
  // Eighteen metrics snapshots; one example of the documentation has a time zone of "Z+2".
  "falco--falcosecurity-falco-website": [18, 18, 0, 1],
  "falco--falcosecurity-falco": [34, 0, 0, 0],
  // Three drop events; eight test messages.
  "falco--falcosecurity-falcosidekick": [3, 3, 8, 0],
  "falco--ocsf-examples": [2, 0, 0, 0],
  // Events of the file system, as the log search of Datadog's API answers them.
  "datadog-cws--DataDog-datadog-api-client-python": [6, 0, 0, 0],
  // One row that is gone.
  "osquery--elastic-beats": [27, 0, 1, 0],
  // Three snapshots of four rows; three answers of distributed queries; one time that is "collision".
  "osquery--osquery-osquery": [17, 0, 3, 1],
  "laurel--threathunters-io-laurel": [29, 0, 0, 0],
  "auditbeat--SEKOIA-IO-intake-formats": [19, 0, 0, 0],
  // Eleven exits, four closed connections; two stubs that hold nothing but a binary.
  "tetragon--cilium-tetragon": [52, 15, 0, 2],
  // Windows processes, and one alert of Falco; all else is seen from outside, or is another class.
  "ocsf--ocsf-examples": [6, 0, 161, 0],
  "ocsf--SEKOIA-IO-intake-formats": [1, 0, 15, 0],
  // Fragments out of Tracee's tests have no timestamp.
  "tracee--aquasecurity-tracee": [229, 0, 0, 55],
};

describeWithCorpus("the corpus of real events", (dir) => {
  const itemsOf = (file: string): Normalised[] =>
    decoded(readFileSync(join(dir, `${file}.jsonl`), "utf8")).items;
  const eventsOf = (file: string): LullEvent[] =>
    itemsOf(file).flatMap((item) => (item.type === "event" ? [item.event] : []));

  test("holds no file of a format that is not expected here", () => {
    const files = readdirSync(dir).filter((file) =>
      /^(?:osquery|datadog-cws|auditbeat|laurel|falco|tetragon|tracee|ocsf)--/.test(file),
    );
    expect(files.map((file) => file.replace(".jsonl", "")).toSorted()).toEqual(
      Object.keys(EXPECTED).toSorted(),
    );
  });

  test.each(Object.entries(EXPECTED))("%s becomes %j", (file, counts) => {
    const types = itemsOf(file).map((item) => item.type);
    const of = (type: Normalised["type"]) => types.filter((other) => other === type).length;
    expect([of("event"), of("contact"), of("ignored"), of("rejected")]).toEqual(counts);
  });

  test("is recognised line by line, and rejected only for a time that is missing or wrong", () => {
    for (const file of Object.keys(EXPECTED))
      for (const item of itemsOf(file))
        if (item.type === "rejected")
          expect(item.detail).toMatch(/\.(?:time|timestamp|unixTime): /);
  });

  test("has no container without an identity, no argument that says nothing is known", () => {
    for (const event of Object.keys(EXPECTED).flatMap(eventsOf)) {
      expect(event.container?.id ?? "none").not.toMatch(/^$|:\/\/|<NA>|^host$/);
      expect(event.process?.args ?? []).not.toContain("<NA>");
      expect(event.user?.name).not.toBe("<NA>");
      expect(event.user?.uid ?? 0).toBeLessThan(4_294_967_295);
      // A Unix socket has a path instead.
      if (event.kind === "network" && event.action !== "packet" && event.file === undefined)
        expect(event.network?.port).toBeGreaterThan(0);
    }
  });

  test("names the shells, hosts, peers and files as one reads them in the lines", () => {
    const [shadow, shell] = eventsOf("falco--IviUnicorn-F25-DevSecOps-Intro");
    expect(shadow).toMatchObject({ kind: "file", file: { path: "/etc/shadow" } });
    expect(shell?.process).toMatchObject({ exe: "/bin/busybox", name: "sh", tty: true });
    const website = eventsOf("falco--falcosecurity-falco-website");
    expect(website.map((event) => event.network?.ip).filter(Boolean)).toEqual([
      "10.96.0.1",
      "10.100.0.1",
    ]);
    // The container id "host".
    const history = website.filter((event) => event.file?.path.endsWith(".zsh_history.LOCK"));
    expect(history.map((event) => event.container)).toEqual([undefined, undefined]);
    const tetragon = eventsOf("tetragon--cilium-tetragon");
    expect(tetragon.find((event) => event.process?.name === "nginx")?.process?.args).toEqual([
      "-g",
      "daemon off;",
    ]);
    expect(tetragon.filter((event) => event.action === "setns")).toMatchObject([
      { agentRule: "namespace-access", k8s: { workload: { kind: "Pod", name: "xwing" } } },
    ]);
  });
});
